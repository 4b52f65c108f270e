//! Verifying: the whole chain read again from the first line to the last.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use super::event::Stored;
use super::segment::{NO_LINE_BEFORE, first_seq, line_digest, segments};

/// What a verification found.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Report {
    /// Segments that were read.
    pub segments: usize,
    /// Whole lines that were read.
    pub events: u64,
    /// The digest of the last line: noted down elsewhere, it proves later that
    /// nothing before it was changed or cut off.
    pub head: String,
    /// What is wrong; nothing if the chain holds.
    pub findings: Vec<Finding>,
    /// Whether the last line is unfinished: it is being written or was torn.
    pub unfinished: bool,
    /// Whether the head that was asked for is in the chain.
    pub expected_head_found: Option<bool>,
}

impl Report {
    /// Whether the chain holds and the head asked for is in it.
    pub fn holds(&self) -> bool {
        self.findings.is_empty() && self.expected_head_found != Some(false)
    }
}

/// Something wrong in one line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// The segment's file name.
    pub file: String,
    /// The line in it, from 1.
    pub line: u64,
    /// What is wrong.
    pub what: String,
}

/// Reads all segments of a log: each line must be an event of version 1, with
/// the next number and the digest of the line before, and each segment must
/// begin with the number in its name.
///
/// # Errors
/// When the folder or a segment can't be read, or there is no segment at all:
/// an absent log proves nothing.
pub fn verify(folder: &Path, expected_head: Option<&str>) -> io::Result<Report> {
    let paths = segments(folder)?;
    if paths.is_empty() {
        return Err(io::Error::new(
            io::ErrorKind::NotFound,
            "there is no audit log in it",
        ));
    }
    let mut report = Report {
        segments: paths.len(),
        head: NO_LINE_BEFORE.to_owned(),
        expected_head_found: expected_head.map(|_| false),
        ..Report::default()
    };
    let mut next_seq = 1;
    let last = paths.len();
    for (path, number) in paths.iter().zip(1_usize..) {
        let file = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let mut lines = BufReader::new(File::open(path)?);
        let mut line_number = 0_u64;
        let note = |report: &mut Report, line: u64, what: &str| {
            report.findings.push(Finding {
                file: file.clone(),
                line,
                what: what.to_owned(),
            });
        };
        if first_seq(path) != Some(next_seq) {
            note(
                &mut report,
                0,
                "the segment before it is missing or cut short",
            );
        }
        loop {
            let mut line = Vec::new();
            if lines.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            line_number = line_number.saturating_add(1);
            let Some(text) = line.strip_suffix(b"\n") else {
                if number == last {
                    report.unfinished = true;
                } else {
                    note(&mut report, line_number, "the line is cut short");
                }
                break;
            };
            match serde_json::from_slice::<Stored>(text) {
                Ok(stored) => {
                    if stored.v != 1 {
                        note(&mut report, line_number, "the version is not 1");
                    }
                    if stored.seq != next_seq {
                        note(&mut report, line_number, "the number is out of order");
                    }
                    if stored.prev != report.head {
                        note(
                            &mut report,
                            line_number,
                            "the line before was changed, added or removed",
                        );
                    }
                    next_seq = stored.seq.saturating_add(1);
                }
                Err(_) => {
                    note(&mut report, line_number, "this is no event");
                    next_seq = next_seq.saturating_add(1);
                }
            }
            report.head = line_digest(text);
            report.events = report.events.saturating_add(1);
            if expected_head == Some(report.head.as_str()) {
                report.expected_head_found = Some(true);
            }
        }
    }
    Ok(report)
}

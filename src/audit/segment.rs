//! Segment files: their names, their lines, their end.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::event::Stored;
use crate::scan::token::hex;

/// What stands for the line before the first.
pub(super) const NO_LINE_BEFORE: &str =
    "0000000000000000000000000000000000000000000000000000000000000000";

/// A line of the log can't be read.
#[derive(Debug, thiserror::Error)]
#[error("{file}, line {line}: {what}")]
pub struct ReadError {
    /// The segment.
    pub file: String,
    /// The line in it, from 1.
    pub line: u64,
    /// What is wrong.
    pub what: String,
}

/// The segments of a log in the order of their events.
///
/// # Errors
/// When the folder can't be read.
pub fn segments(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut segments = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if first_seq(&path).is_some() {
            segments.push(path);
        }
    }
    // The number in the name has a fixed width, so names sort as numbers do.
    segments.sort();
    Ok(segments)
}

/// The name of the segment whose first event is `seq`.
pub(super) fn segment_name(seq: u64) -> String {
    format!("audit-{seq:020}.jsonl")
}

/// The number in a segment's name.
pub(super) fn first_seq(path: &Path) -> Option<u64> {
    let name = path.file_name()?.to_str()?;
    let number = name.strip_prefix("audit-")?.strip_suffix(".jsonl")?;
    number.parse().ok().filter(|_| number.len() == 20)
}

/// The digest by which the next line names this one.
pub(super) fn line_digest(line: &[u8]) -> String {
    hex(&Sha256::digest(line))
}

/// All events of a log, in order. The end of the last segment may be an
/// incomplete line, which is being written or was torn: it is left out.
///
/// # Errors
/// When a segment can't be read; a line that is no event is handed on as a
/// [`ReadError`], and reading goes on after it.
pub fn read_all(folder: &Path) -> io::Result<impl Iterator<Item = Result<Stored, ReadError>>> {
    let mut files = Vec::new();
    for path in segments(folder)? {
        files.push((path.display().to_string(), fs::File::open(&path)?));
    }
    Ok(files.into_iter().flat_map(|(name, file)| {
        let lines = (1_u64..).zip(BufReader::new(file).split(b'\n'));
        lines.map(move |(number, line)| {
            let error = |what: String| ReadError {
                file: name.clone(),
                line: number,
                what,
            };
            let line = line.map_err(|problem| error(problem.to_string()))?;
            serde_json::from_slice(&line).map_err(|problem| error(problem.to_string()))
        })
    }))
}

/// The end of a segment: what an appender must know.
#[derive(Debug)]
pub(super) struct Tail {
    /// Bytes of whole lines.
    pub good_bytes: u64,
    /// The bytes after them: a line that was never finished.
    pub torn: Vec<u8>,
    /// The number of the last whole line's event.
    pub last_seq: u64,
    /// The digest of the last whole line.
    pub last_digest: String,
}

/// Reads a segment to its end and checks the chain inside it.
///
/// # Errors
/// When it can't be read, or a whole line doesn't fit the chain: then the log
/// was damaged, and nothing must be appended to it.
pub(super) fn tail(path: &Path) -> Result<Tail, TailError> {
    let bytes = fs::read(path).map_err(TailError::Io)?;
    let first = first_seq(path).unwrap_or(1);
    let mut tail = Tail {
        good_bytes: 0,
        torn: Vec::new(),
        last_seq: first.saturating_sub(1),
        last_digest: String::new(),
    };
    for (line, number) in bytes.split_inclusive(|byte| *byte == b'\n').zip(1_u64..) {
        let Some(text) = line.strip_suffix(b"\n") else {
            tail.torn = line.to_vec();
            break;
        };
        let damaged = |what: &str| TailError::Damaged {
            line: number,
            what: what.to_owned(),
        };
        let stored: Stored = serde_json::from_slice(text).map_err(|_| damaged("no event"))?;
        if stored.seq != tail.last_seq.saturating_add(1) {
            return Err(damaged("the number of the event is out of order"));
        }
        if number > 1 && stored.prev != tail.last_digest {
            return Err(damaged("the line before was changed"));
        }
        tail.last_seq = stored.seq;
        tail.last_digest = line_digest(text);
        let length = u64::try_from(line.len()).unwrap_or(u64::MAX);
        tail.good_bytes = tail.good_bytes.saturating_add(length);
    }
    Ok(tail)
}

/// Why a segment can't be appended to.
#[derive(Debug, thiserror::Error)]
pub(super) enum TailError {
    /// It can't be read.
    #[error("{0}")]
    Io(io::Error),
    /// A whole line is wrong.
    #[error("line {line}: {what}")]
    Damaged { line: u64, what: String },
}

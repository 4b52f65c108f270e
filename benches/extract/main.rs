//! How fast attachments are read: bytes a second of each format, over other
//! people's files and ones made here; pages and cells a second beside
//! `pdftotext` and Python's readers; and what a PDF adds to the time of a mail.
//!
//! `cargo bench --bench extract [-- corpus|made|peers|latency]`.
//!
//! Processor time, medians; the contenders take turns, so that a busy machine
//! slows all alike. Trust the ratios.
#![expect(clippy::cast_precision_loss, reason = "speeds have three digits")]

#[path = "../../tests/support/mod.rs"]
mod support;

mod latency;
mod made;
mod peers;

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use gatepost::extract::{File, Reading, read_file};
use gatepost::limits::Limits;
use gatepost::location::{PartPath, Place};
use gatepost::sensitive::Sensitive;
use nix::time::{ClockId, clock_gettime};
use support::summary::{self, median};

/// Bytes of text in each file that is made.
const MADE_BYTES: usize = 4 << 20;

fn main() {
    // Asked by test runners that list or try benchmarks.
    if std::env::args().any(|argument| argument == "--list" || argument == "--test") {
        return;
    }
    let wanted = |part: &str| {
        let named = std::env::args()
            .skip(1)
            .find(|argument| !argument.starts_with('-'));
        named.is_none_or(|named| named == part)
    };
    if wanted("corpus") {
        corpus();
    }
    if wanted("made") {
        made_ones();
    }
    if wanted("peers") {
        peers::race();
    }
    if wanted("latency") {
        latency::measure();
    }
}

/// Other people's files, by the ending of their names.
fn corpus() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/tika");
    let Ok(entries) = fs::read_dir(&folder) else {
        say("no corpus: not measured");
        return;
    };
    let mut by_ending: BTreeMap<String, Vec<(String, Vec<u8>)>> = BTreeMap::new();
    for entry in entries {
        let path = entry.expect("a file of the corpus").path();
        let ending = path.extension().unwrap_or_default();
        let ending = ending.to_string_lossy().to_ascii_lowercase();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let bytes = fs::read(&path).expect("a file of the corpus");
        by_ending
            .entry(ending)
            .or_default()
            .push((name.into_owned(), bytes));
    }
    let mut slowest: Vec<(f64, String)> = Vec::new();
    for (ending, files) in &by_ending {
        let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
        let (mut sum, mut gaps) = (0.0, 0);
        for (name, bytes) in files {
            let (seconds, reading) = timed(5, bytes, name);
            sum += seconds;
            gaps += usize::from(!reading.gaps.is_empty());
            slowest.push((seconds, name.clone()));
        }
        let speed = bytes as f64 / sum;
        say(&format!(
            "corpus {ending:<5} {:8.1} MB/s  ({} files, {bytes} bytes, {gaps} with a gap)",
            speed / 1e6,
            files.len()
        ));
        summary::add(
            &format!("extract-corpus-{ending}"),
            speed,
            "bytes/s",
            &BTreeMap::new(),
        );
    }
    slowest.sort_by(|one, other| other.0.total_cmp(&one.0));
    for (seconds, name) in slowest.iter().take(3) {
        say(&format!("slowest: {name}, {:.1} ms", seconds * 1e3));
    }
}

/// The same prose in each format; bytes are those that are unpacked.
fn made_ones() {
    for made in made::all(MADE_BYTES) {
        let (seconds, reading) = timed(5, &made.bytes, "");
        assert!(
            reading.gaps.is_empty(),
            "{}: {:?}",
            made.format,
            reading.gaps
        );
        let speed = made.unpacked as f64 / seconds;
        let text: usize = reading
            .texts
            .iter()
            .map(|(_, text)| text.reveal().len())
            .sum();
        say(&format!(
            "made {:<7} {:8.1} MB/s  ({} bytes, unpacked {}, text {text})",
            made.format,
            speed / 1e6,
            made.bytes.len(),
            made.unpacked
        ));
        assert!(text > MADE_BYTES / 4, "{} was not read", made.format);
        summary::add(
            &format!("extract-{}", made.format),
            speed,
            "bytes/s",
            &BTreeMap::new(),
        );
    }
}

/// The median of the seconds that a file takes, and what was read.
fn timed(rounds: usize, bytes: &[u8], name: &str) -> (f64, Reading) {
    let mut times = Vec::new();
    let mut last = Reading::default();
    for round in 0..=rounds {
        let file = attached(bytes.to_vec(), name);
        let begin = now();
        last = black_box(read_file(file, &Limits::default()));
        if round > 0 {
            times.push(now().saturating_sub(begin).as_secs_f64());
        }
    }
    (median(&mut times), last)
}

fn attached(bytes: Vec<u8>, name: &str) -> File {
    File {
        path: PartPath::root().child(1),
        place: Place::Attachment,
        depth: 0,
        media_type: String::new(),
        name: Sensitive::new(name.to_owned()),
        unit: None,
        hidden: None,
        bytes: Sensitive::new(bytes),
    }
}

/// Processor time of this thread.
fn now() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)
        .expect("a clock of the thread")
        .into()
}

fn say(line: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout(), "{line}");
}

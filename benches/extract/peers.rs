//! The same file read by gatepost and by another program, in turns.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};

use crate::support::{folder, prose, summary};
use crate::{made, median, say, timed};

const ROUNDS: usize = 5;
const PAGES: usize = 1000;
const ROWS: usize = 20_000;
const DOCX_BYTES: usize = 2 << 20;

/// Where `make bench` puts Python's readers.
const PYTHON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/bench-venv/bin/python");

pub(crate) fn race() {
    let folder = folder("bench-extract");
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("a file to measure");
        path
    };
    let pdf = made::pdf(PAGES).0;
    let path = put("made.pdf", &pdf);
    if pdftotext(&path).is_some() {
        compare(
            "extract-pdf-pages",
            "pages/s",
            PAGES,
            &pdf,
            "pdftotext",
            || pdftotext(&path).expect("it was there"),
        );
    } else {
        say("pdftotext is not installed (poppler-utils): not measured");
        compare("extract-pdf-pages", "pages/s", PAGES, &pdf, "", || 0.0);
    }
    let mut python = Python::start();
    let text = prose::text(DOCX_BYTES, 5);
    let cells = made::cells(ROWS);
    for (kind, peer, unit, count, bytes) in [
        ("xlsx", "openpyxl", "cells/s", cells, made::xlsx(ROWS).0),
        ("xls", "xlrd", "cells/s", cells, made::xls(ROWS).0),
        (
            "docx",
            "python-docx",
            "characters/s",
            text.len(),
            made::docx(&text).0,
        ),
    ] {
        let path = put(&format!("made.{kind}"), &bytes);
        let name = format!("extract-{kind}-{}", unit.trim_end_matches("/s"));
        match &mut python {
            Some(python) => {
                let found = python.read(kind, &path).1;
                // Line ends are no characters to python-docx.
                assert!(found * 100 > count * 96, "{peer} read {found} of {count}");
                compare(&name, unit, count, &bytes, peer, || {
                    python.read(kind, &path).0
                });
            }
            None => {
                say(&format!(
                    "{peer} is not installed (make bench does): not measured"
                ));
                compare(&name, unit, count, &bytes, "", || 0.0);
            }
        }
    }
}

/// How many things a second gatepost reads, and how many times what the peer
/// does; no peer has an empty name.
fn compare(
    name: &str,
    unit: &str,
    count: usize,
    bytes: &[u8],
    peer: &str,
    mut other: impl FnMut() -> f64,
) {
    let (mut own, mut others, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (seconds, reading) = timed(1, bytes, "");
        assert!(reading.gaps.is_empty(), "{name}: {:?}", reading.gaps);
        let peers = if peer.is_empty() { 0.0 } else { other() };
        if round > 0 {
            own.push(seconds);
            others.push(peers);
            ratios.push(peers / seconds);
        }
    }
    let speed = count as f64 / median(&mut own);
    let mut against = BTreeMap::new();
    if peer.is_empty() {
        say(&format!("{name}: {speed:.0} {unit}"));
    } else {
        against.insert(peer, median(&mut ratios));
        say(&format!(
            "{name}: {speed:.0} {unit}, {peer} {:.0}, ratio {:.2}",
            count as f64 / median(&mut others),
            against[peer]
        ));
    }
    summary::add(name, speed, unit, &against);
}

/// The processor seconds that `pdftotext` takes, its start included; `None`
/// where it is not installed.
fn pdftotext(path: &Path) -> Option<f64> {
    let spent = || -> f64 {
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("figures of children");
        let seconds = |time: nix::sys::time::TimeVal| {
            Duration::new(
                u64::try_from(time.tv_sec()).expect("positive"),
                u32::try_from(time.tv_usec()).expect("positive") * 1000,
            )
            .as_secs_f64()
        };
        seconds(usage.user_time()) + seconds(usage.system_time())
    };
    let before = spent();
    let status = Command::new("pdftotext")
        .arg(path)
        .arg("-")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .ok()?;
    assert!(status.success(), "pdftotext failed");
    Some(spent() - before)
}

/// Python's readers in one process, so that its start does not count.
struct Python {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Python {
    fn start() -> Option<Self> {
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/extract/peers.py");
        if !Path::new(PYTHON).exists() {
            return None;
        }
        let mut child = Command::new(PYTHON)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let requests = child.stdin.take()?;
        let answers = BufReader::new(child.stdout.take()?);
        Some(Self {
            child,
            requests,
            answers,
        })
    }

    /// Processor seconds, and how much was read.
    fn read(&mut self, kind: &str, path: &Path) -> (f64, usize) {
        writeln!(self.requests, "{kind} {}", path.display()).expect("a reader in Python");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("an answer");
        let (seconds, count) = answer.trim().split_once(' ').expect("two figures");
        (
            seconds.parse().expect("seconds"),
            count.parse().expect("a count"),
        )
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        crate::support::end(&mut self.child);
    }
}

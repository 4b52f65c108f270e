//! What a PDF of one page adds to the time that a mail takes from its last byte
//! to the verdict, read by a worker in its sandbox.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use gatepost::gate::Gate;
use gatepost::load::{KeyUse, Wanted, load};
use gatepost::mail::{Envelope, GapReason, Message};
use gatepost::reader::Workers;
use gatepost::timestamp::Timestamp;

use crate::support::{numbers::Numbers, prose, summary};
use crate::{made, say};

/// How many mails, and how long it is quiet before each: without a break, and as
/// at a busy gate.
const PACES: [(usize, u64); 2] = [(4000, 0), (1000, 20)];
const MAIL_BYTES: usize = 75_000;
const BODY_BYTES: usize = 3_000;

pub(crate) fn measure() {
    let gate = load(&Wanted::default(), &KeyUse::ReadOnly)
        .0
        .expect("the built-in gate")
        .gate;
    let workers = Workers::start(Path::new(env!("CARGO_BIN_EXE_gatepost")), 2, &gate.limits)
        .expect("workers");
    let plain = mail(None);
    // Base64 in lines makes 57 bytes 78.
    let room = (MAIL_BYTES - plain.len()) * 57 / 78;
    let page = made::pdf(1).0.len();
    let mut numbers = Numbers::new(3);
    let picture: Vec<u8> = [0xFF, 0xD8, 0xFF]
        .into_iter()
        .chain(std::iter::repeat_with(|| {
            numbers.next().to_le_bytes()[0] >> 1
        }))
        .take(room - page - 600)
        .collect();
    let attached = mail(Some(&made::pdf_with(1, &picture).0));
    let say_all = |pace: (usize, u64)| {
        let (with, without) = both(&gate, &workers, (&attached, &plain), pace);
        tell(pace, &with, &without);
    };
    say(&format!(
        "mails of {} bytes with a PDF of one page, in turn with the same of {} without",
        attached.len(),
        plain.len()
    ));
    PACES.into_iter().for_each(say_all);
}

/// Sorted seconds of mails with a PDF, and of mails without.
fn both(
    gate: &Gate,
    workers: &Workers,
    (attached, plain): (&[u8], &[u8]),
    (messages, quiet): (usize, u64),
) -> (Vec<f64>, Vec<f64>) {
    let (mut with, mut without) = (Vec::new(), Vec::new());
    let quiet = Duration::from_millis(quiet);
    for message in 0..messages + 100 {
        for (raw, times) in [(attached, &mut with), (plain, &mut without)] {
            std::thread::sleep(quiet);
            let seconds = once(gate, workers, raw);
            if message >= 100 {
                times.push(seconds);
            }
        }
    }
    with.sort_by(f64::total_cmp);
    without.sort_by(f64::total_cmp);
    (with, without)
}

fn tell((messages, quiet): (usize, u64), with: &[f64], without: &[f64]) {
    let pace = match quiet {
        0 => String::from("back-to-back"),
        quiet => format!("each-{quiet}-ms"),
    };
    for (name, share) in [("p50", 500), ("p90", 900), ("p99", 990), ("p99.9", 999)] {
        let at = |times: &[f64]| times[times.len() * share / 1000] * 1e3;
        let (with, without) = (at(with), at(without));
        say(&format!(
            "{messages} mails {pace}, {name}: {with:.3} ms with, {without:.3} ms without, {:.3} ms added",
            with - without
        ));
        let against = BTreeMap::from([("without it", with / without)]);
        summary::add(
            &format!("mail-with-pdf-{pace}-{name}"),
            with,
            "ms",
            &against,
        );
        summary::add(
            &format!("mail-with-pdf-{pace}-added-{name}"),
            with - without,
            "ms",
            &BTreeMap::new(),
        );
    }
}

/// Seconds from the bytes to the verdict.
fn once(gate: &Gate, workers: &Workers, raw: &[u8]) -> f64 {
    let envelope = Envelope::new(b"<sender@trust.example>", [b"<x@gmail.com>".as_slice()]);
    let at = Timestamp::from_unix_ms(0);
    let raw = raw.to_vec();
    let begun = Instant::now();
    let message = Message::parse(raw, &gate.limits);
    let examined = gate.examine(message, &envelope, at, &workers.for_message(&gate.limits));
    let seconds = begun.elapsed().as_secs_f64();
    // The page has a logo, whose writing nobody reads.
    let mut gaps = examined.facts.gaps.iter();
    let is_read = gaps.all(|gap| gap.why == GapReason::Image);
    assert!(is_read, "{:?}", examined.facts.gaps);
    black_box(examined);
    seconds
}

fn mail(attachment: Option<&[u8]>) -> Vec<u8> {
    let text = prose::message(BODY_BYTES, 9);
    let Some(bytes) = attachment else {
        return text;
    };
    let text = String::from_utf8(text).expect("ASCII");
    let (head, body) = text.split_once("MIME-Version").expect("its headers");
    let coded = base64::engine::general_purpose::STANDARD.encode(bytes);
    let lines: Vec<&str> = coded
        .as_bytes()
        .chunks(76)
        .map(|line| std::str::from_utf8(line).expect("ASCII"))
        .collect();
    format!(
        "{head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nX-MIME-Version{body}\
         \r\n--b\r\nContent-Type: application/pdf; name=letter.pdf\r\n\
         Content-Disposition: attachment; filename=letter.pdf\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
        lines.join("\r\n")
    )
    .into_bytes()
}

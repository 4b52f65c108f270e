//! Bytes a second of the kernel and of the whole scanner, beside a plain read
//! of the same memory, the `regex` crate and, where its library is installed,
//! Hyperscan; and of texts that are made to be slow.
//!
//! `cargo bench --bench scan [-- MiB] [prose|dense|hostile]`.
//!
//! Processor time of one thread, medians; the contenders take turns within a
//! round, so that a busy machine slows all alike. Trust the ratios.
#![expect(
    clippy::cast_precision_loss,
    unsafe_code,
    reason = "speeds have three digits; the plain read uses the vectors that are there"
)]

#[path = "../tests/support/corpus.rs"]
mod corpus;
#[path = "../tests/support/summary.rs"]
mod summary;

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::process::Command;
use std::time::Duration;

use corpus::{Random, nhs_number, prose, rows};
use gatepost::extract::PlacedText;
use gatepost::location::{Location, PartPath, Place};
use gatepost::scan::Scanner;
use gatepost::scan::kernel::{ChiMod10, Engine, spots_scalar, spots_with};
use gatepost::text::Text;
use nix::time::{ClockId, clock_gettime};
use regex::bytes::{Regex, RegexSet};

/// Something that reads a text, by its name.
type Contender<'a> = (&'a str, Box<dyn FnMut() -> u64 + 'a>);

/// The NHS number as people write it for a regular expression.
const NUMBER: &str = r"\b[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}\b";

/// The other identifiers in the same way, and the words that stand near.
const OTHERS: [&str; 8] = [
    r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]\b",
    r"\b[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}\b",
    r"\b[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}\b",
    r"\b(?:[0-9][ -]?){13,19}\b",
    r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3,7}\b",
    r"\b[A-Z9]{5}[0-9]{6}[A-Z9]{2}[0-9][A-Z]{2}\b",
    r"\bGMC[ :no.]{0,8}[0-9]{7}\b",
    r"(?:\+44|\b0)[0-9 ]{9,12}\b",
];

fn main() {
    let mib = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(64_usize);
    let length = mib << 20;
    let wanted = |part: &str| {
        let named = std::env::args()
            .skip(1)
            .find(|argument| argument.parse::<usize>().is_err() && !argument.starts_with('-'));
        named.is_none_or(|named| named == part)
    };
    for (name, text) in [("prose", prose(1, length)), ("dense", rows(2, length))] {
        if wanted(name) {
            numbers(name, &text);
            everything(name, text);
        }
    }
    if wanted("hostile") {
        hostile();
    }
}

/// NHS numbers alone, as the kernel finds them.
fn numbers(name: &str, text: &[u8]) {
    let by = |engine: Engine| {
        move || {
            let mut count = 0;
            spots_with(engine, text, ChiMod10::Prefix0101, true, &mut |spot| {
                count += 1;
                black_box(spot);
            });
            count
        }
    };
    let speeds = race(
        &format!("NHS numbers, {name}"),
        text.len(),
        9,
        vec![
            ("read", Box::new(|| read(text))),
            ("gatepost", Box::new(by(Engine::Best))),
            ("gatepost-avx2", Box::new(by(Engine::Avx2))),
            ("gatepost-portable", Box::new(by(Engine::Swar))),
        ],
    );
    let short = text.get(..text.len() / 8).unwrap_or(text);
    let pattern = Regex::new(&format!("(?-u){NUMBER}")).expect("a pattern");
    let slow = race(
        "  the same, slow ones",
        short.len(),
        3,
        vec![
            (
                "scalar",
                Box::new(|| {
                    let mut count = 0;
                    spots_scalar(short, ChiMod10::Prefix0101, true, &mut |_| count += 1);
                    count
                }),
            ),
            (
                "regex",
                Box::new(|| pattern.find_iter(short).count() as u64),
            ),
        ],
    );
    let mut speeds: BTreeMap<&str, f64> = speeds.into_iter().chain(slow).collect();
    speeds.extend(hyperscan(text, &[NUMBER]).map(|speed| ("hyperscan", speed)));
    write(&format!("numbers-{name}"), "gatepost", &speeds);
}

/// Every identifier, with the words around it.
fn everything(name: &str, text: Vec<u8>) {
    let scanner = Scanner::built_in();
    let words = words();
    let short = text.get(..text.len() / 16).unwrap_or(&text).to_vec();
    let mut patterns = vec![NUMBER.to_owned()];
    patterns.extend(OTHERS.map(str::to_owned));
    let own: Vec<String> = words.iter().map(|word| regex::escape(word)).collect();
    let alternation = format!(r"\b(?:{})\b", own.join("|"));
    let set = RegexSet::new(
        patterns
            .iter()
            .chain([&alternation])
            .map(|pattern| format!("(?i-u){pattern}")),
    )
    .expect("patterns");
    let each: Vec<Regex> = set
        .patterns()
        .iter()
        .map(|pattern| Regex::new(pattern).expect("a pattern"))
        .collect();
    let mut all = patterns.clone();
    all.extend(own.iter().map(|word| format!(r"\b{word}\b")));
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let peer = hyperscan(&text, &all);
    let placed = [placed(text)];
    let view = placed
        .first()
        .map_or(&[][..], |placed| placed.text.folded());
    let speeds = race(
        &format!("every identifier and {} words, {name}", words.len()),
        view.len(),
        5,
        vec![
            ("read", Box::new(|| read(view))),
            (
                "gatepost",
                Box::new(|| scanner.scan(&placed).findings.len() as u64),
            ),
        ],
    );
    let slow = race(
        "  the same by regex, one after the other",
        short.len(),
        1,
        vec![(
            "regex",
            Box::new(|| {
                let counts = each.iter().map(|pattern| pattern.find_iter(&short).count());
                counts.sum::<usize>() as u64
            }),
        )],
    );
    let mut speeds: BTreeMap<&str, f64> = speeds.into_iter().chain(slow).collect();
    speeds.extend(peer.map(|speed| ("hyperscan", speed)));
    write(&format!("identifiers-{name}"), "gatepost", &speeds);
}

/// Texts of 50 MB that are made to be slow, as a share of prose.
fn hostile() {
    const LENGTH: usize = 50_000_000;
    let scanner = Scanner::built_in();
    let measure = |title: &str, text: Vec<u8>| {
        let placed = [placed(text)];
        let speeds = race(
            title,
            LENGTH,
            3,
            vec![(
                "gatepost",
                Box::new(|| scanner.scan(&placed).findings.len() as u64),
            )],
        );
        speeds.first().map_or(0.0, |(_, speed)| *speed)
    };
    let usual = measure("prose, 50 MB", prose(3, LENGTH));
    let mut random = Random(4);
    let mut valid = String::with_capacity(LENGTH + 20);
    while valid.len() < LENGTH {
        valid.push_str(&nhs_number(&mut random));
        valid.push(' ');
    }
    let mut digits = Random(5);
    let mut pieces = String::with_capacity(LENGTH + 20);
    while pieces.len() < LENGTH {
        let count = digits.between(1, 11);
        pieces.push_str(&digits.digits(count));
        pieces.push([' ', '-', '/', '.', '\n', ' '][digits.below(6)]);
    }
    let repeated = |unit: &str| -> Vec<u8> { unit.bytes().cycle().take(LENGTH).collect() };
    for (name, text) in [
        ("all digits", repeated("4")),
        ("all separators", repeated(" - ")),
        ("valid numbers", cut(valid, LENGTH)),
        ("random groups of digits", cut(pieces, LENGTH)),
        ("single digits", repeated("1 2 3 4 5 6 7 8 9 0 ")),
        ("3-3-4 without end", repeated("943 476 5918 ")),
        ("3-3-3 without end", repeated("943 476 591 ")),
        ("double blanks", repeated("943  476  5918 ")),
        ("quoted groups", repeated("943\r\n> > 476\r\n> > 5918\r\n")),
        ("labels", repeated("NHS Number NHS No CHI Number ")),
        ("nearly labels", repeated("NHS Numbe NHS N CHI Numb ")),
        (
            "labels and failing numbers",
            repeated("NHS No 9434765918, "),
        ),
        ("dates of birth", repeated("DOB 01/02/1970, ")),
        ("nearly dates", repeated("born 31/02/1970 on 4 Marc 1962 ")),
        ("fields", repeated("\"value\":\"9434765918\",")),
        ("nearly HL7", repeated("|9434765918^^^NH")),
        ("cards that fail", repeated("4111 1111 1111 1112 ")),
        ("accounts that fail", repeated("GB82WEST12345698765433 ")),
        ("web addresses", repeated("https://x.test/9434765919/")),
        ("at signs", repeated("a@9434765919@")),
        ("columns", repeated("a,9434765919,b,9434765918\n")),
        ("one long row", repeated("9434765919,")),
    ] {
        let speed = measure(name, text);
        let prose: BTreeMap<&str, f64> = [("prose", speed / usual)].into();
        summary::add(
            &format!("hostile-{}", name.replace(' ', "-")),
            speed,
            "bytes/s",
            &prose,
        );
    }
}

fn cut(text: String, length: usize) -> Vec<u8> {
    let mut bytes = text.into_bytes();
    bytes.truncate(length);
    bytes
}

fn placed(text: Vec<u8>) -> PlacedText {
    PlacedText {
        location: Location::new(Place::Body, PartPath::root(), 0),
        text: Text::new(String::from_utf8(text).expect("ASCII")),
    }
}

/// Five hundred words of the lists that come with gatepost.
fn words() -> Vec<String> {
    let lists = ["clinical-words", "patient-words", "nhs-number-labels"];
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/lists");
    let texts =
        lists.map(|list| fs::read_to_string(format!("{folder}/{list}.txt")).expect("a list"));
    let lines = texts.iter().flat_map(|text| text.lines());
    let words = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    words.take(500).map(str::to_owned).collect()
}

/// Lets contenders take turns; bytes a second of each by its median.
fn race<'a>(
    title: &str,
    bytes: usize,
    rounds: usize,
    mut contenders: Vec<Contender<'a>>,
) -> Vec<(&'a str, f64)> {
    let mut times = vec![Vec::new(); contenders.len()];
    let mut results = vec![0; contenders.len()];
    for round in 0..=rounds {
        for ((contender, times), result) in contenders.iter_mut().zip(&mut times).zip(&mut results)
        {
            let begin = now();
            *result = black_box(contender.1());
            if round > 0 {
                times.push(now().saturating_sub(begin).as_secs_f64());
            }
        }
    }
    say(title);
    let mut speeds = Vec::new();
    for (((name, _), mut times), result) in contenders.into_iter().zip(times).zip(results) {
        times.sort_by(f64::total_cmp);
        let speed = bytes as f64 / times[times.len() / 2];
        say(&format!(
            "  {name:<20} {:8.3} GB/s  ({result})",
            speed / 1e9
        ));
        speeds.push((name, speed));
    }
    speeds
}

/// The speed of one contender and its ratio to each other one.
fn write(name: &str, own: &str, speeds: &BTreeMap<&str, f64>) {
    let speed = speeds.get(own).copied().unwrap_or(0.0);
    let others = speeds.iter().filter(|(peer, _)| **peer != own);
    let against: BTreeMap<&str, f64> = others.map(|(peer, other)| (*peer, speed / other)).collect();
    say(&format!("  {name}: {against:.3?}"));
    summary::add(name, speed, "bytes/s", &against);
}

/// Bytes a second of Hyperscan with the same patterns; `None` where its library
/// or a C compiler is not installed.
fn hyperscan(text: &[u8], patterns: &[&str]) -> Option<f64> {
    let folder = summary::target().join("bench");
    fs::create_dir_all(&folder).ok()?;
    let program = folder.join("hyperscan");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/hyperscan.c");
    let built = Command::new("cc")
        .args(["-O2", source, "-o"])
        .arg(&program)
        .arg("-lhs")
        .stderr(std::process::Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !built {
        say("  Hyperscan is not installed (libhyperscan-dev): not measured");
        return None;
    }
    let (texts, list) = (folder.join("text"), folder.join("patterns"));
    fs::write(&texts, text).ok()?;
    fs::write(&list, patterns.join("\n")).ok()?;
    let output = Command::new(program).args([&texts, &list]).output().ok()?;
    fs::remove_file(&texts).ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    let (bytes, seconds) = said.trim().split_once(' ')?;
    let speed = bytes.parse::<f64>().ok()? / seconds.parse::<f64>().ok()?;
    say(&format!("  hyperscan            {:8.3} GB/s", speed / 1e9));
    Some(speed)
}

fn now() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)
        .expect("a clock of the thread")
        .into()
}

fn say(line: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A plain read: the text combined to one word, as wide as the machine can. The
/// vectors are written out: what the compiler makes of a plain loop was seen to
/// be slower than the memory on one machine in two.
fn read(text: &[u8]) -> u64 {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor was asked just above.
            return unsafe { read_avx512(text) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor was asked just above.
            return unsafe { read_avx2(text) };
        }
    }
    let (words, _) = text.as_chunks::<8>();
    words
        .iter()
        .fold(0, |all, word| all ^ u64::from_le_bytes(*word))
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn read_avx512(text: &[u8]) -> u64 {
    use std::arch::x86_64::{
        _mm512_loadu_si512, _mm512_reduce_add_epi64, _mm512_setzero_si512, _mm512_xor_si512,
    };
    let (blocks, _) = text.as_chunks::<512>();
    let mut sums = [_mm512_setzero_si512(); 8];
    for block in blocks {
        let (parts, _) = block.as_chunks::<64>();
        for (sum, part) in sums.iter_mut().zip(parts) {
            // SAFETY: a part has the 64 bytes that are loaded.
            *sum = _mm512_xor_si512(*sum, unsafe { _mm512_loadu_si512(part.as_ptr().cast()) });
        }
    }
    let all = sums.into_iter().fold(_mm512_setzero_si512(), |all, sum| {
        _mm512_xor_si512(all, sum)
    });
    _mm512_reduce_add_epi64(all).cast_unsigned()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn read_avx2(text: &[u8]) -> u64 {
    use std::arch::x86_64::{
        _mm256_extract_epi64, _mm256_loadu_si256, _mm256_setzero_si256, _mm256_xor_si256,
    };
    let (blocks, _) = text.as_chunks::<256>();
    let mut sums = [_mm256_setzero_si256(); 8];
    for block in blocks {
        let (parts, _) = block.as_chunks::<32>();
        for (sum, part) in sums.iter_mut().zip(parts) {
            // SAFETY: a part has the 32 bytes that are loaded.
            *sum = _mm256_xor_si256(*sum, unsafe { _mm256_loadu_si256(part.as_ptr().cast()) });
        }
    }
    let all = sums.into_iter().fold(_mm256_setzero_si256(), |all, sum| {
        _mm256_xor_si256(all, sum)
    });
    (_mm256_extract_epi64::<0>(all) ^ _mm256_extract_epi64::<3>(all)).cast_unsigned()
}

//! The published suite: every layout in every carrier and encoding that it
//! fits, and every kind of decoy, all from one seed.
//!
//! A case that is excused is measured and shown by itself: the reader is not
//! asked for it, and the reason is printed.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use gatepost::extract::{InProcess, PlacedText, extract};
use gatepost::limits::Limits;
use gatepost::mail::Message;

use crate::carriers::{self, Carrier};
use crate::decoys::{self, Decoy, Place, WARD_SENTENCES};
use crate::encodings::{Charset, Encoding, NAMES, Naming, Transfer, named};
use crate::layouts::{self, Form, Kind, Layout};
use crate::report::{self, Run};
use crate::support::numbers::Numbers;
use crate::support::reading::{Read, read};
use crate::surroundings::{Setting, Written, around};
use crate::vectors::vectors;

/// How sure the reader was.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Level {
    Nothing,
    Possible,
    Likely,
}

/// One message with numbers that must be found.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) layout: &'static str,
    pub(crate) setting: Setting,
    pub(crate) carrier: Carrier,
    pub(crate) encoding: Encoding,
    /// The decoded text of the place that holds the numbers.
    pub(crate) text: String,
    pub(crate) expect: Vec<(String, Level)>,
    /// What else was found, which is a false alarm.
    pub(crate) extra: Vec<(String, Level)>,
    pub(crate) excused: Option<&'static str>,
    /// The message, kept only if a number was missed.
    pub(crate) raw: Option<Vec<u8>>,
}

/// One message in which nothing is a patient's.
#[derive(Clone, Debug)]
pub(crate) struct Alarm {
    pub(crate) decoy: &'static str,
    pub(crate) carrier: String,
    pub(crate) text: String,
    pub(crate) found: Vec<(String, Level)>,
    pub(crate) raw: Option<Vec<u8>>,
}

/// How much is generated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) seed: u64,
    /// Messages for each layout, setting, carrier and encoding.
    pub(crate) messages: usize,
    /// Messages for each kind of decoy.
    pub(crate) decoys: usize,
}

impl Size {
    /// Fewer in builds without optimisation; both can be set from outside.
    fn chosen() -> Self {
        let given = |name: &str| {
            std::env::var(name)
                .ok()
                .and_then(|value| value.parse().ok())
        };
        let (messages, decoys) = if cfg!(debug_assertions) {
            (1, 60)
        } else {
            (2, 300)
        };
        Self {
            seed: given("SUITE_SEED").unwrap_or(20_261_122),
            messages: given("SUITE_MESSAGES")
                .map_or(messages, |given| usize::try_from(given).expect("small")),
            decoys,
        }
    }
}

#[test]
fn the_published_suite() {
    let size = Size::chosen();
    let (layouts, decoys) = (layouts::all(), decoys::all());
    let cases = in_threads(layouts.len(), |at| cases_of(&layouts[at], size));
    let alarms = in_threads(decoys.len(), |at| alarms_of(&decoys[at], size));
    let run = Run {
        size,
        left_out: cases.iter().map(|(_, left_out)| left_out).sum(),
        cases: cases.into_iter().flat_map(|(cases, _)| cases).collect(),
        alarms: alarms.into_iter().flatten().collect(),
    };
    let summary = report::publish(&run);
    assert!(summary.layouts >= 60, "{} layouts", summary.layouts);
    assert!(decoys.len() >= 40, "{} kinds of decoys", decoys.len());
    assert!(
        summary.recall >= 0.999,
        "recall {:.5}; the misses are in target/detection/misses.txt",
        summary.recall
    );
    assert!(
        summary.weak.is_empty(),
        "layouts below 99 %: {:?}",
        summary.weak
    );
    assert!(
        summary.likely_decoys.is_empty(),
        "decoys at likely: {:?}",
        summary.likely_decoys
    );
}

#[test]
fn every_layout_of_the_vectors_is_in_the_suite() {
    let Some(vectors) = vectors() else { return };
    let layouts = layouts::all();
    let decoys = decoys::all();
    let known: BTreeSet<&str> = layouts
        .iter()
        .map(|layout| layout.name)
        .chain(["qp-soft-break"])
        .collect();
    let refused: BTreeSet<&str> = decoys.iter().map(|decoy| decoy.name).collect();
    assert_eq!(
        known.len(),
        layouts.len() + 1,
        "a layout's name stands twice"
    );
    assert_eq!(refused.len(), decoys.len(), "a decoy's name stands twice");
    for entry in vectors["layouts"].as_array().expect("a list") {
        let id = entry["id"].as_str().expect("an id");
        let there = match id.strip_prefix("d-") {
            Some(decoy) => refused.contains(decoy),
            None => known.contains(id),
        };
        assert!(there, "{id} is not in the suite");
    }
}

/// Does `work` for each index on both cores and keeps the order.
fn in_threads<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= count {
                        break;
                    }
                    let result = work(at);
                    done.lock().expect("no panic").push((at, result));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no panic");
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// A generator of its own for each name: what is added changes nothing else.
fn seeded(name: &str, seed: u64) -> Numbers {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    Numbers::new(hash ^ seed)
}

/// All messages of a layout, and how many combinations it doesn't fit.
fn cases_of(layout: &Layout, size: Size) -> (Vec<Case>, usize) {
    let mut numbers = seeded(layout.name, size.seed);
    let (mut cases, mut left_out) = (Vec::new(), 0);
    for setting in Setting::of(layout) {
        for carrier in carriers::ALL {
            for encoding in carrier.encodings() {
                for _ in 0..size.messages {
                    match case(layout, *setting, carrier, *encoding, &mut numbers) {
                        Some(case) => cases.push(case),
                        None => left_out += 1,
                    }
                }
            }
        }
    }
    (cases, left_out)
}

fn case(
    layout: &Layout,
    setting: Setting,
    carrier: Carrier,
    encoding: Encoding,
    numbers: &mut Numbers,
) -> Option<Case> {
    let kind = match layout.kind {
        Kind::Any => match numbers.below(10) {
            0 => Kind::Chi,
            1 => Kind::Hc,
            _ => Kind::Nhs,
        },
        Kind::Nhs | Kind::Chi | Kind::Hc => layout.kind,
    };
    let values: Vec<String> = (0..layout.count())
        .map(|_| match kind {
            Kind::Any | Kind::Nhs => numbers.live(),
            Kind::Chi => numbers.chi(),
            Kind::Hc => numbers.hc(),
        })
        .collect();
    let written = around(layout, kind, setting, layout.text(&values), numbers);
    if !carrier.fits(&written) {
        return None;
    }
    let raw = carrier.message(&written, encoding, numbers)?;
    let read = read(&raw);
    let expect: Vec<(String, Level)> = values
        .iter()
        .map(|value| (value.clone(), level(&read, value)))
        .collect();
    let missed = expect.iter().any(|(_, level)| *level == Level::Nothing);
    let mut extra = found(&read);
    extra.retain(|(value, _)| !values.contains(value));
    Some(Case {
        layout: layout.name,
        setting,
        carrier,
        encoding,
        text: text_of(&raw, &values, carrier).unwrap_or_else(|| carrier.document(&written).1),
        excused: layout.excused.or_else(|| {
            values
                .iter()
                .find_map(|value| excuse(value, kind, setting, carrier))
        }),
        expect,
        extra,
        raw: missed.then_some(raw),
    })
}

/// Why a number without a label isn't asked for.
fn excuse(value: &str, kind: Kind, setting: Setting, carrier: Carrier) -> Option<&'static str> {
    if setting != Setting::Bare || kind != Kind::Chi {
        return None;
    }
    let pair = |at: usize| value[at..at + 2].parse::<u32>().expect("digits");
    let header = matches!(carrier, Carrier::Header | Carrier::NestedSubject);
    if header && (value.starts_with('1') || value.starts_with("20")) {
        return Some("bare CHI in a header that may be seconds since 1970");
    }
    let (month, day) = (1..=12, 1..=31);
    if matches!(pair(0), 19 | 20) && month.contains(&pair(4)) && day.contains(&pair(6)) {
        return Some("bare CHI that reads as a date and a count, YYYYMMDDnn");
    }
    None
}

fn level_of(word: &str) -> Level {
    if word == "possible" {
        Level::Possible
    } else {
        Level::Likely
    }
}

fn level(read: &Read, value: &str) -> Level {
    let same = read.found.iter().filter(|(found, _, _)| found == value);
    same.map(|(_, _, word)| level_of(word))
        .max()
        .unwrap_or(Level::Nothing)
}

/// Each value that was found, once, at its highest level.
fn found(read: &Read) -> Vec<(String, Level)> {
    let values: BTreeSet<&String> = read.found.iter().map(|(value, _, _)| value).collect();
    values
        .into_iter()
        .map(|value| (value.clone(), level(read, value)))
        .collect()
}

/// The text that the reader decoded and that holds the first number's digits;
/// `None` if there is none, where the digits are written otherwise. Of calendars
/// and cards it is the unfolded reading, which follows the folded one.
fn text_of(raw: &[u8], values: &[String], carrier: Carrier) -> Option<String> {
    let limits = Limits::default();
    let message = Message::parse(raw.to_vec(), &limits);
    let texts = extract(&message, &limits, &InProcess).texts;
    let holds = |text: &&PlacedText| {
        // UTF-16 is read as ASCII too, in case its label lies.
        if text.text.source().reveal().contains('\0') {
            return false;
        }
        let digits = text.text.folded().iter().copied();
        let digits: Vec<u8> = digits.filter(u8::is_ascii_digit).collect();
        values.first().is_some_and(|value| {
            let mut windows = digits.windows(value.len());
            windows.any(|window| window == value.as_bytes())
        })
    };
    let first = texts.iter().find(holds)?;
    let unfolded = matches!(carrier, Carrier::Calendar | Carrier::Card);
    let same_place = |text: &&PlacedText| text.location == first.location;
    let last = texts.iter().filter(same_place).rfind(holds);
    let text = last.filter(|_| unfolded).unwrap_or(first);
    Some(text.text.source().reveal().clone())
}

/// All messages of a kind of decoy.
fn alarms_of(decoy: &Decoy, size: Size) -> Vec<Alarm> {
    let mut numbers = seeded(decoy.name, size.seed);
    (0..size.decoys)
        .map(|at| alarm(decoy, at, &mut numbers))
        .collect()
}

fn alarm(decoy: &Decoy, at: usize, numbers: &mut Numbers) -> Alarm {
    let text = (decoy.write)(numbers);
    let mut written = Written::decoy(text.clone(), Form::Inline, numbers);
    if decoy.on_the_ward && at % 2 == 1 {
        written.opening = numbers.pick(&WARD_SENTENCES).to_owned();
        written.closing = format!("{}\r\n\r\nSam", numbers.pick(&WARD_SENTENCES));
    }
    let transfers = [
        Transfer::Plain,
        Transfer::Quoted,
        Transfer::QuotedBroken,
        Transfer::Base64,
    ];
    let transfer = transfers[numbers.below(transfers.len())];
    let encoding = Encoding::Body(transfer, Charset::Utf8);
    let cover = "Content-Type: text/plain; charset=utf-8\r\n\r\n";
    let (carrier, raw) = match decoy.place {
        Place::Header => {
            let rest = format!("{text}{cover}{}\r\n", written.opening);
            (
                String::from("header"),
                Some(carriers::message("Hello", rest.as_bytes())),
            )
        }
        Place::Name => {
            let Encoding::Name(naming) = NAMES[at % NAMES.len()] else {
                panic!("the list of names holds names");
            };
            let part = named(&text, naming)
                .or_else(|| named(&text, Naming::Rfc2231))
                .expect("a name");
            let rest = format!("{part}\r\nJVBERi0xLjQK\r\n");
            (
                String::from("attachment-name"),
                Some(carriers::message("Hello", rest.as_bytes())),
            )
        }
        Place::Html => {
            written.form = Form::Html;
            put(Carrier::HtmlBody, &written, encoding, numbers)
        }
        Place::File => {
            written.form = Form::Block;
            let carriers = [Carrier::AttachedCsv, Carrier::PlainBody, Carrier::HtmlBody];
            put(carriers[at % carriers.len()], &written, encoding, numbers)
        }
        Place::Text => {
            let carriers = [
                Carrier::PlainBody,
                Carrier::HtmlBody,
                Carrier::AttachedText,
                Carrier::Nested,
                Carrier::Subject,
            ];
            let carrier = carriers[at / 2 % carriers.len()];
            if carrier == Carrier::Subject && !text.contains('\n') {
                let rest = format!("{cover}{}\r\n", written.plain());
                let rest = rest.replace(&text, "see above");
                (
                    carrier.name(),
                    Some(carriers::message(&text, rest.as_bytes())),
                )
            } else {
                let carrier = if carrier == Carrier::Subject {
                    Carrier::PlainBody
                } else {
                    carrier
                };
                put(carrier, &written, encoding, numbers)
            }
        }
    };
    let raw = raw.expect("UTF-8 says all");
    let found = found(&read(&raw));
    let loud = found.iter().any(|(_, level)| *level == Level::Likely);
    let text = match decoy.place {
        Place::Header | Place::Name | Place::Html => text,
        Place::File => written.text,
        Place::Text => written.plain(),
    };
    Alarm {
        decoy: decoy.name,
        carrier,
        text,
        found,
        raw: loud.then_some(raw),
    }
}

fn put(
    carrier: Carrier,
    written: &Written,
    encoding: Encoding,
    numbers: &mut Numbers,
) -> (String, Option<Vec<u8>>) {
    (carrier.name(), carrier.message(written, encoding, numbers))
}

//! Facts: what of all findings a decision rests on, when there are too many to
//! keep each.

#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeSet;

use gatepost::extract::InProcess;
use gatepost::load::{KeyUse, Wanted, load};
use gatepost::mail::{Envelope, Message};
use gatepost::policy::Facts;
use gatepost::timestamp::Timestamp;
use support::numbers::Numbers;
use support::workbook::{attached, hidden_sheet};

fn facts(raw: Vec<u8>) -> Facts {
    let (loaded, complaints) = load(&Wanted::default(), &KeyUse::ReadOnly);
    assert!(complaints.is_empty());
    let gate = loaded.expect("the built-in configuration").gate;
    let message = Message::parse(raw, &gate.limits);
    let envelope = Envelope::new(b"<a@trust.example>", [b"<x@gmail.com>".as_slice()]);
    gate.examine(message, &envelope, Timestamp::from_unix_ms(0), &InProcess)
        .facts
}

#[test]
fn a_value_at_many_places_leaves_room_for_all_others() {
    let mut numbers = Numbers::new(7);
    let often = numbers.live();
    let rest: Vec<String> = (0..60).map(|_| numbers.live()).collect();
    let copies = format!(
        "--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment\r\n\r\nNHS No {often}\r\n"
    )
    .repeat(200);
    let list: String = rest.join("\r\nNHS No ");
    let raw = format!(
        "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{copies}\
         --b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment\r\n\r\nNHS No {list}\r\n--b--\r\n"
    );
    let facts = facts(raw.into_bytes());
    let attached = facts
        .findings
        .iter()
        .filter(|fact| fact.location.place.word() == "attachment");
    let distinct: BTreeSet<_> = attached.map(|fact| &fact.token).collect();
    assert_eq!(distinct.len(), 61);
    assert!(facts.more_findings > 0);
    assert!(
        facts
            .findings
            .is_sorted_by(|one, other| one.score >= other.score)
    );
}

#[test]
fn a_value_is_told_where_it_stands_and_not_of_the_whole_message_again() {
    let number = Numbers::new(8).live();
    let raw = |outside: &str| {
        format!(
            "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
             {outside}\r\n--b\r\n\r\nhello\r\n\
             --b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment\r\n\r\n{number}\r\n--b--\r\n"
        )
    };
    let places = |raw: String| -> Vec<String> {
        let facts = facts(raw.into_bytes());
        let places = facts.findings.iter().map(|fact| &fact.location);
        places
            .map(|at| format!("{} {}", at.place.word(), at.part))
            .collect()
    };
    assert_eq!(places(raw("")), ["attachment 2"]);
    // Surer there than in the attachment, where no word says what it is.
    let both = places(raw(&format!("NHS number: {number}")));
    assert_eq!(both, ["body ", "attachment 2"]);
}

#[test]
fn a_value_that_is_seen_and_hidden_is_told_twice() {
    let number = "9434765919";
    let raw = attached(
        "x@gmail.com",
        "a.xlsx",
        "application/zip",
        &hidden_sheet(number),
    );
    let raw = String::from_utf8(raw).expect("ASCII");
    let csv = format!(
        "--part\r\nContent-Type: text/csv\r\nContent-Disposition: attachment\r\n\r\nNHS No {number}\r\n--part--"
    );
    let facts = facts(raw.replace("--part--", &csv).into_bytes());
    let hidden: Vec<bool> = facts
        .findings
        .iter()
        .map(|fact| fact.location.hidden.is_some())
        .collect();
    assert!(
        hidden.contains(&true) && hidden.contains(&false),
        "{facts:?}"
    );
}

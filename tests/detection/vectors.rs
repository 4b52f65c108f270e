//! Other people's vectors, and the list that the NHS publishes.

use std::fs;

use serde_json::Value;

use crate::support::reading::read;
use crate::support::shared::shared;

pub(crate) fn vectors() -> Option<Value> {
    let path = shared("detection/vectors.json")?;
    let text = fs::read_to_string(path).expect("the vectors");
    Some(serde_json::from_str(&text).expect("JSON"))
}

fn text_of(entry: &Value) -> &str {
    entry["text"].as_str().expect("a text")
}

fn message(kind: &str, encoding: &str, text: &str) -> Vec<u8> {
    format!(
        "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: {kind}; charset=utf-8\r\n\
         Content-Transfer-Encoding: {encoding}\r\n\r\n{text}\r\n"
    )
    .into_bytes()
}

#[test]
fn layouts_are_found_and_decoys_are_not_likely() {
    let Some(vectors) = vectors() else { return };
    let mut missed = Vec::new();
    for entry in vectors["layouts"].as_array().expect("a list") {
        let id = entry["id"].as_str().expect("an id");
        let (kind, encoding) = match entry["encoding"].as_str() {
            Some("text/html") => ("text/html", "8bit"),
            Some("quoted-printable") => ("text/plain", "quoted-printable"),
            Some("text/csv") => ("text/csv", "8bit"),
            // Numbers of spreadsheets come with the reader of spreadsheets.
            Some("xlsx number cell") => continue,
            _ => ("text/plain", "8bit"),
        };
        let read = read(&message(kind, encoding, text_of(entry)));
        let expected = entry["expect"].as_array().expect("a list");
        if expected.is_empty() {
            let likely = read.found.iter().any(|(_, _, level)| level != "possible");
            assert!(!likely, "the decoy {id} is found: {read:?}");
        }
        for number in expected {
            let labelled = entry["needs_label"].as_bool() == Some(true);
            if !read.has(number.as_str().expect("a number")) && !labelled {
                missed.push(id);
            }
        }
    }
    assert!(missed.is_empty(), "missed: {missed:?}");
}

#[test]
fn valid_numbers_are_found_under_a_label_and_invalid_ones_never() {
    let Some(vectors) = vectors() else { return };
    for entry in vectors["nhs_number"]["valid"].as_array().expect("a list") {
        let digits = entry["digits"].as_str().expect("digits");
        if digits == "9876543210" {
            continue;
        }
        let text = format!("NHS number: {}", text_of(entry));
        let read = read(&message("text/plain", "8bit", &text));
        assert!(read.has(digits), "{text}: {read:?}");
    }
    for list in [
        "invalid",
        "reject_although_mod11_holds",
        "placeholder_although_mod11_holds",
    ] {
        let entries = vectors["nhs_number"]
            .get(list)
            .or_else(|| vectors.get(list));
        for entry in entries.and_then(Value::as_array).expect("a list") {
            let text = format!("NHS number: {}", text_of(entry));
            let read = read(&message("text/plain", "8bit", &text));
            assert!(read.found.is_empty(), "{text}: {read:?}");
        }
    }
}

#[test]
fn real_look_alikes_are_not_likely() {
    let Some(vectors) = vectors() else { return };
    for entry in vectors["ten_digit_lookalikes"].as_array().expect("a list") {
        let read = read(&message("text/plain", "8bit", text_of(entry)));
        let likely = read.found.iter().any(|(_, _, level)| level != "possible");
        assert!(!likely, "{}: {read:?}", text_of(entry));
    }
}

#[test]
fn the_published_accredited_list_is_read_as_it_is() {
    let Some(folder) = shared("accredited") else {
        return;
    };
    let file = folder.join("dcb1596_accredited_domains_2025-05-22.csv");
    let bytes = fs::read(file).expect("the list");
    let list = gatepost::directory::AccreditedList::parse(&bytes).expect("the list is right");
    assert_eq!((list.len(), list.organisations()), (268, 149));
    for (domain, listed) in [
        ("merseywestlancs.nhs.uk", true),
        ("uhs.nhs.uk", true),
        ("x.uhs.nhs.uk", false),
        ("nhs.uk", false),
    ] {
        let domain = gatepost::mail::Domain::parse(domain).expect("a domain");
        assert_eq!(list.contains(&domain), listed, "{domain}");
    }
}

//! Files by other people's writers: a number in each place where one can be is
//! found, and where it is, is right.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use gatepost::limits::Limits;
use gatepost::location::{Hidden, Location, Place, Unit};
use serde::Deserialize;

use super::desk::{self, NUMBER, Read};
use crate::support::{folder, python};

/// What is expected of a file; see `writers/plan.py`.
#[derive(Debug, Deserialize)]
pub(crate) struct Planned {
    pub(crate) file: String,
    /// The name that it is sent under.
    sent: String,
    /// Where the number is, in words.
    pub(crate) place: String,
    pub(crate) unit: Option<Unit>,
    pub(crate) hidden: Option<Hidden>,
    #[serde(rename = "where")]
    place_word: Place,
    /// Reason and format; several with a comma between, in alphabetical order.
    pub(crate) gap: Option<String>,
    pub(crate) found: bool,
}

#[test]
fn a_number_anywhere_in_a_word_document_is_found_there() {
    prove("word");
}

#[test]
fn a_number_anywhere_in_a_presentation_is_found_there() {
    prove("slides");
}

#[test]
fn a_number_anywhere_in_a_workbook_is_found_there() {
    prove("sheets");
}

#[test]
fn a_number_anywhere_in_an_old_workbook_is_found_there() {
    prove("old_sheets");
}

#[test]
fn a_number_anywhere_in_a_pdf_is_found_there_unless_it_wants_a_password() {
    prove("pdf");
}

#[test]
fn a_number_anywhere_in_an_open_document_is_found_there() {
    prove("open_document");
}

#[test]
fn a_number_in_any_archive_is_found_unless_it_wants_a_password() {
    prove("archives");
}

#[test]
fn a_number_in_any_text_record_message_or_picture_is_found() {
    prove("texts");
}

#[test]
fn a_number_in_a_part_that_few_writers_add_is_found_there() {
    prove("parts");
}

#[test]
fn what_openssl_and_gpg_encrypt_is_told_as_encrypted() {
    prove("sealed");
}

/// Writes the files of a family, sends each, and compares.
fn prove(family: &str) {
    let folder = folder(family);
    let planned = write(family, folder.path());
    let limits = desk::patient();
    let workers = desk::workers(1, &limits);
    let mut wrong = Vec::new();
    for planned in &planned {
        let bytes = fs::read(folder.path().join(&planned.file)).expect("the file");
        let raw = desk::message("See attached.", &[(&planned.sent, &bytes)]);
        let read = desk::by(&workers, &raw, &limits);
        let complaints = [complaints(planned, &read), same_here(&raw, &limits, &read)].concat();
        for complaint in complaints {
            wrong.push(format!("{}, {}: {complaint}", planned.file, planned.place));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} files:\n{}",
        wrong.len(),
        planned.len(),
        wrong.join("\n")
    );
}

fn complaints(planned: &Planned, read: &Read) -> Vec<String> {
    let mut wrong = Vec::new();
    let places = read.places(NUMBER);
    if !planned.found && !places.is_empty() {
        wrong.push(format!("what is locked is found: {:?}", read.told(NUMBER)));
    }
    let right = |place: &&Location| {
        place.place == planned.place_word
            && place.unit == planned.unit
            && place.hidden == planned.hidden
            && place.part.to_string().starts_with('2')
    };
    // What is seen as well as hidden is not hidden.
    let seen = planned.hidden.is_some() && places.iter().any(|place| place.hidden.is_none());
    if planned.found && (seen || !places.iter().any(right)) {
        wrong.push(format!(
            "found at {:?}, not at {:?} {:?} {:?}",
            read.told(NUMBER),
            planned.place_word,
            planned.unit,
            planned.hidden
        ));
    }
    if let Some(hidden) = planned.hidden
        && !read.hidden.iter().any(|place| place.hidden == Some(hidden))
    {
        wrong.push(format!("{hidden} is not said: {:?}", read.hidden));
    }
    let mut gaps = read.gaps_of("2");
    gaps.sort_unstable();
    gaps.dedup();
    match &planned.gap {
        Some(gap) if gaps.join(", ") != *gap => wrong.push(format!("not {gap}: {gaps:?}")),
        None if !gaps.is_empty() => wrong.push(format!("gaps: {gaps:?}")),
        _ => {}
    }
    wrong
}

fn same_here(raw: &[u8], limits: &Limits, by_worker: &Read) -> Vec<String> {
    let here = desk::here(raw, limits);
    if here == *by_worker {
        return Vec::new();
    }
    vec![format!("here {here:?}, by a worker {by_worker:?}")]
}

/// Runs the Python writers of a family.
///
/// # Panics
/// Where what they need was not installed: a test that can't run must not pass.
pub(crate) fn write(family: &str, folder: &Path) -> Vec<Planned> {
    let python = python();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let writers: PathBuf = root.join("tests/attachments/writers");
    let output = Command::new(python)
        .arg("-B")
        .arg(writers)
        .arg(family)
        .arg(folder)
        .output()
        .expect("Python");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{family}: {complaint}");
    let manifest = fs::read_to_string(folder.join("manifest.jsonl")).expect("the manifest");
    let planned: Vec<Planned> = manifest
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of the manifest"))
        .collect();
    assert!(!planned.is_empty(), "{family} has no files");
    planned
}

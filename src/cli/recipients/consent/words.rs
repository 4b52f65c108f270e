//! The words about consents: what is typed, what may be written into the register,
//! and why an address needs none.

use std::io::{self, Read, Write};

use crate::cli::output::FOUND;
use crate::directory::{Answer, Class, Consent, ConsentEnd, Consents};
use crate::extract::PlacedText;
use crate::load::lost_consents;
use crate::location::{Location, PartPath, Place};
use crate::scan::token::{Token, TokenKey};
use crate::scan::{Identifier, Scanner, may_identify};
use crate::text::Text;
use crate::timestamp::Timestamp;

/// How much of standard input is read, in bytes.
const MAX_BYTES: u64 = 16 << 20;

/// How long a text of the register may be, in characters.
const WORDS_AT_MOST: usize = 200;

/// One thing that was given, and how an answer names it: never by itself.
pub(super) struct Given {
    /// Its name in answers.
    pub(super) name: String,
    /// What it is.
    pub(super) text: String,
}

/// What was given on the command line or, for `-`, on standard input.
pub(super) fn given(argument: &str) -> io::Result<Result<Vec<Given>, String>> {
    if argument != "-" {
        let name = String::from("what was given");
        let text = argument.to_owned();
        return Ok(Ok(vec![Given { name, text }]));
    }
    let mut bytes = Vec::new();
    let bound = MAX_BYTES.saturating_add(1);
    io::stdin().lock().take(bound).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_BYTES) {
        return Ok(Err(String::from("standard input is larger than 16 MiB")));
    }
    let Ok(text) = String::from_utf8(bytes) else {
        return Ok(Err(String::from("standard input is not UTF-8")));
    };
    let lines = (1_usize..).zip(text.lines());
    let given: Vec<Given> = lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| Given {
            name: format!("line {number}"),
            text: line.trim().to_owned(),
        })
        .collect();
    if given.is_empty() {
        return Ok(Err(String::from("standard input holds no address")));
    }
    Ok(Ok(given))
}

/// A text for the register, which must not tell who the patient is.
pub(super) fn plain_words(scanner: &Scanner, option: &str, text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(format!("{option} must not be empty"));
    }
    if text.chars().count() > WORDS_AT_MOST || text.chars().any(char::is_control) {
        return Err(format!(
            "{option} must be one line of at most {WORDS_AT_MOST} characters"
        ));
    }
    if text.contains('@') {
        return Err(format!(
            "{option} holds an address; the register must not tell whose consent it is"
        ));
    }
    let placed = PlacedText {
        location: Location::new(Place::Body, PartPath::root(), 0),
        text: Text::new(text.to_owned()),
    };
    let found = scanner.scan(&[placed]).findings;
    let names = |identifier: &Identifier| *identifier != Identifier::StaffNumber;
    if may_identify(text) || found.iter().any(|finding| names(&finding.identifier)) {
        return Err(format!(
            "{option} holds what may be a patient's number or date of birth; name the form, not \
             the patient"
        ));
    }
    Ok(text.to_owned())
}

/// Why no consent is recorded for an address of a domain; `None` if it is.
pub(super) fn why_not(answer: &Answer<'_>, as_typed: bool) -> Option<String> {
    if answer.class == Class::Internal {
        return Some(String::from(
            "it is an address of our own, which needs no consent",
        ));
    }
    if answer.class == Class::Blocked {
        return Some(String::from(
            "its domain is blocked, which no consent lifts",
        ));
    }
    if answer.secure {
        let class = answer.class.words();
        return Some(format!(
            "mail there is secure ({class}), which needs no consent"
        ));
    }
    let known = answer.looks_like.filter(|_| !as_typed)?;
    Some(format!(
        "its domain looks like {known}; mend it, or say --as-typed if it is right"
    ))
}

/// So much of a token as people need.
pub(super) fn short(token: &Token) -> &str {
    token.as_str().get(..12).unwrap_or(token.as_str())
}

/// Where a consent stands, in a word.
pub(super) fn state_of(consent: &Consent, now: Timestamp) -> &'static str {
    match &consent.end {
        _ if consent.is_in_force(now) => "in-force",
        Some(ConsentEnd::Renewed { .. }) => "renewed",
        Some(ConsentEnd::Ended { .. }) => "ended",
        None => "expired",
    }
}

/// Says why nothing was done, for everything that speaks against it.
pub(super) fn refuse(refused: &[String]) -> io::Result<u8> {
    let mut out = io::stderr().lock();
    for why in refused {
        writeln!(out, "gatepost: {why}")?;
    }
    writeln!(out, "gatepost: nothing was changed")?;
    Ok(FOUND)
}

/// Says when consents can't be recognised since the key is another one.
pub(super) fn tell_lost(consents: &Consents, key: &TokenKey) -> io::Result<()> {
    if let Some(lost) = lost_consents(consents, key) {
        writeln!(
            io::stderr(),
            "gatepost: {lost}; bring that key back, or record the consents anew"
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_that_may_tell_who_it_is_goes_into_the_register() {
        let scanner = Scanner::built_in();
        for text in [
            "",
            "two\nlines",
            "mary@webmail.example",
            "NHS No 943 476 5919",
            "form of 9434765919",
            "DOB 01/02/1970",
            "NINO: AB 12 34 56 C",
            &"x".repeat(201),
        ] {
            assert!(
                plain_words(&scanner, "--reference", text).is_err(),
                "{text}"
            );
        }
        for text in [
            "form 2026-114",
            "clinic 3, paper consent of March",
            "A. Clerk",
        ] {
            assert_eq!(
                plain_words(&scanner, "--reference", text).as_deref(),
                Ok(text)
            );
        }
    }
}

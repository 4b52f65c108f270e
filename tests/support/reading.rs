//! The pure route on bytes: what is found, where, and what is not read.

use std::sync::LazyLock;

use gatepost::extract::{Extracted, InProcess, extract};
use gatepost::limits::Limits;
use gatepost::mail::Message;
use gatepost::scan::{Finding, Identifier, Scanner};

/// The scanner that comes with gatepost.
static SCANNER: LazyLock<Scanner> = LazyLock::new(Scanner::built_in);

/// What was made of a message.
#[derive(Debug)]
pub(crate) struct Read {
    /// Each ten-digit number with its place and level, such as `subject` and `likely`.
    pub(crate) found: Vec<(String, String, String)>,
    /// What was not read, by its word.
    pub(crate) gaps: Vec<String>,
}

impl Read {
    pub(crate) fn has(&self, number: &str) -> bool {
        self.found.iter().any(|(value, _, _)| value == number)
    }

    pub(crate) fn places(&self, number: &str) -> Vec<&str> {
        let same = self.found.iter().filter(|(value, _, _)| value == number);
        same.map(|(_, place, _)| place.as_str()).collect()
    }
}

/// Reads a message in memory.
pub(crate) fn read(raw: &[u8]) -> Read {
    read_within(raw, &Limits::default())
}

/// Reads a message within bounds.
pub(crate) fn read_within(raw: &[u8], limits: &Limits) -> Read {
    let message = Message::parse(raw.to_vec(), limits);
    let Extracted { texts, gaps, .. } = extract(&message, limits, &InProcess);
    let scanned = SCANNER.scan(&texts);
    let numbers = |finding: &&Finding| finding.identifier == Identifier::NhsNumber;
    let found = scanned.findings.iter().filter(numbers).map(told);
    Read {
        found: found.collect(),
        gaps: gaps.iter().map(|gap| gap.why.word().to_owned()).collect(),
    }
}

fn told(finding: &Finding) -> (String, String, String) {
    (
        finding.value.reveal().clone(),
        finding.location.place.word().to_owned(),
        finding.confidence.word().to_owned(),
    )
}

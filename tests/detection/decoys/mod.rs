//! Numbers that are no patient's, although their check digit holds and they
//! lie in an issued range wherever their form allows that.
//!
//! None of them may be at "likely". Those that the shared vectors know have the
//! same name there, without its `d-`.
//!
//! **What is not here:** the real mails of others that hold none ([`crate::ham`]).

mod contacts;
mod health;
mod office;
mod technical;

use crate::support::numbers::Numbers;

/// Where a decoy is put.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    /// In bodies and attachments, in the subject too if it is one line.
    Text,
    /// A file on its own.
    File,
    /// HTML source.
    Html,
    /// Lines of the message's header.
    Header,
    /// The name of an attachment.
    Name,
}

/// One kind of decoy.
#[derive(Clone, Copy)]
pub(crate) struct Decoy {
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    /// Whether it must also hold between sentences about patients.
    pub(crate) on_the_ward: bool,
    pub(crate) write: fn(&mut Numbers) -> String,
}

impl Decoy {
    const fn on_the_ward(mut self) -> Self {
        self.on_the_ward = true;
        self
    }

    const fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }
}

const fn decoy(name: &'static str, write: fn(&mut Numbers) -> String) -> Decoy {
    Decoy {
        name,
        place: Place::Text,
        on_the_ward: false,
        write,
    }
}

/// Sentences of everyday clinical mail.
pub(crate) const WARD_SENTENCES: [&str; 6] = [
    "The results of the scan are in the report.",
    "Her discharge summary went to the GP practice on Monday.",
    "The clinic has moved to the second floor, next to radiology.",
    "Please bring the consent form to the ward.",
    "The consultant will see three patients in the afternoon.",
    "Blood pressure and medication are to be reviewed.",
];

/// 3-3-4.
fn with(number: &str, separator: &str) -> String {
    let (a, b, c) = (&number[..3], &number[3..6], &number[6..]);
    format!("{a}{separator}{b}{separator}{c}")
}

/// A live number, in one of the ways of writing that people use.
fn any(numbers: &mut Numbers) -> String {
    let number = numbers.live();
    match numbers.below(4) {
        0 => with(&number, " "),
        1 => with(&number, "-"),
        _ => number,
    }
}

/// A number with a right check digit whose first digit is one of these.
fn starting(numbers: &mut Numbers, firsts: &[&str]) -> String {
    loop {
        let stem = format!("{}{}", numbers.pick(firsts), numbers.digits(9));
        if let Some(number) = crate::support::numbers::with_check_digit(&stem[..9]) {
            return number;
        }
    }
}

/// All kinds.
pub(crate) fn all() -> Vec<Decoy> {
    [
        contacts::DECOYS,
        office::DECOYS,
        technical::DECOYS,
        health::DECOYS,
    ]
    .concat()
}

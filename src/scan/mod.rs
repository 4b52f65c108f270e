//! Identifiers found in texts, each with its evidence.
//!
//! Knows text only: neither mail nor recipients. A [`Scanner`] is made of
//! identifier files (`rules/identifiers/*.toml`) and reads each text's folded
//! view: `kernel` finds where ten digits or a run of digits stand, the files in
//! [`kinds`] know the forms, `structure` and `column` the fields, `context` the
//! words around; `ten_digits` weighs what speaks for and against a number.
//!
//! **What is not here:** what is done about a finding; see [`crate::policy`].

mod boundary;
mod column;
mod context;
mod evidence;
mod finding;
mod identifiers;
pub mod kernel;
pub mod kinds;
pub mod known;
mod local;
mod offers;
mod says;
mod scanner;
mod shapes;
mod short_words;
mod sieve;
mod sieve_vector;
mod structure;
mod ten_digits;
pub mod token;
mod weighing;
mod words;

pub use evidence::{Evidence, Sign};
pub use finding::{Confidence, Finding, Identifier, LocalName, NumberClass};
pub use scanner::{Scanned, Scanner};

/// Whether a short text that is about to be written down (an address, a host
/// name) could give an identifier away: ten digits in it are enough.
pub fn may_identify(text: &str) -> bool {
    text.chars()
        .filter(|character| character.is_numeric())
        .count()
        >= 10
}

//! Identifiers found in texts, each with its evidence.
//!
//! Knows text only: neither mail nor recipients. Each kind of identifier is a
//! file in [`kinds`]; it reads a text's folded view beside the marks that
//! `context` made in it, and gives [`Finding`]s.
//!
//! **What is not here:** what is done about a finding; see [`crate::policy`].

mod context;
mod evidence;
mod finding;
pub mod kinds;
pub mod token;

pub use evidence::{Evidence, Sign};
pub use finding::{Confidence, Finding, Identifier, NumberClass};

use crate::extract::PlacedText;

/// Everything that is found in the texts, in the order in which it stands.
pub fn scan(texts: &[PlacedText]) -> Vec<Finding> {
    texts.iter().flat_map(kinds::nhs_number::find).collect()
}

/// Whether a short text that is about to be written down (an address, a host
/// name) could give an identifier away: ten digits in it are enough.
pub fn may_identify(text: &str) -> bool {
    text.chars()
        .filter(|character| character.is_numeric())
        .count()
        >= 10
}

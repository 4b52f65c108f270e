//! Facts: everything that a decision may rest on, and nothing of a patient.
//!
//! They are written into the audit record, so that the decision can be taken
//! again later. What is not among them can't sway a decision.

use serde::{Deserialize, Serialize};

use super::tag::Tag;
use crate::directory::{Class, KeyState, Standing};
use crate::location::Location;
use crate::mail::{Domain, Gap};
use crate::scan::token::Token;
use crate::scan::{Confidence, Evidence, Identifier, NumberClass};

/// The facts of one message.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// About the message as a whole.
    pub message: MessageFacts,
    /// What was found, one for each value and place, the surest first.
    pub findings: Vec<FindingFact>,
    /// How many more were found beyond the bound.
    pub more_findings: usize,
    /// What was not read.
    pub gaps: Vec<Gap>,
    /// Where there is something that people don't see.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<Location>,
    /// The recipients, in the order of the envelope.
    pub recipients: Vec<RecipientFact>,
}

/// Facts about a message as a whole.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct MessageFacts {
    /// Its size, headers included.
    pub bytes: usize,
    /// Whether the sender encrypted it.
    pub encrypted: bool,
    /// The tags in its subject.
    pub tags: Vec<Tag>,
}

/// One value at one place.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct FindingFact {
    /// What it is.
    pub identifier: Identifier,
    /// The range it lies in, for ten-digit numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<NumberClass>,
    /// How sure, as a level.
    pub confidence: Confidence,
    /// How sure, from 40 to 100.
    pub score: u8,
    /// Why.
    pub evidence: Vec<Evidence>,
    /// Whether a clinical word stands near.
    pub clinical: bool,
    /// Whether it is in the organisation's own index of patients.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ours: bool,
    /// Where.
    #[serde(rename = "where")]
    pub location: Location,
    /// How it was written, `#` for each digit, `A` for each letter.
    pub shape: String,
    /// The keyed token of the value: equal for equal values.
    pub token: Token,
}

/// Facts about one recipient.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct RecipientFact {
    /// Whose address it is.
    pub class: Class,
    /// Where its domain stands on the accredited list.
    pub standing: Standing,
    /// Whether mail to it is secure, after the pair rule.
    pub secure: bool,
    /// Whether we can encrypt to it.
    pub key: KeyState,
    /// The known domain that its domain looks like, but is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looks_like: Option<Domain>,
    /// Whether a patient whose address it is has agreed to ordinary mail, and
    /// this message goes to nobody else who has: two patients did not agree to
    /// one another's data.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub consented: bool,
}

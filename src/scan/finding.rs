//! A finding: what, how sure, why, and where.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::evidence::Evidence;
use crate::location::Location;
use crate::sensitive::Sensitive;

/// The kinds of identifiers that are looked for.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Identifier {
    /// NHS Data Dictionary, NHS NUMBER; the Scottish and Northern Irish
    /// numbers of the same form are told apart by [`NumberClass`].
    NhsNumber,
}

impl Identifier {
    /// All kinds.
    pub const ALL: [Self; 1] = [Self::NhsNumber];

    /// The word for it in rules and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::NhsNumber => "nhs-number",
        }
    }

    /// What a sender reads, for one or several.
    pub fn words(self, count: usize) -> &'static str {
        match (self, count) {
            (Self::NhsNumber, 1) => "NHS number",
            (Self::NhsNumber, _) => "NHS numbers",
        }
    }
}

/// The range in which a ten-digit number lies: "check digit valid" and
/// "issued" are different things.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NumberClass {
    /// Scotland's CHI number: begins with a real date DDMMYY.
    Chi,
    /// Northern Ireland's H&C number: 320 000 001 to 399 999 999 and digit.
    Hc,
    /// Ireland's IHI range, 8 000 000 000 to 8 599 999 999.
    IrishIhi,
    /// Issued in England, Wales and the Isle of Man: begins with 4, 6 or 7.
    Live,
    /// Never issued, for tests: begins with 5 or 9.
    Test,
    /// A range that nobody uses.
    Unused,
}

impl NumberClass {
    /// The word for it in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Chi => "chi",
            Self::Hc => "hc",
            Self::IrishIhi => "irish-ihi",
            Self::Live => "live",
            Self::Test => "test",
            Self::Unused => "unused",
        }
    }
}

/// How sure a finding is, in the levels that rules ask for.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// A score from 40.
    Possible,
    /// A score from 65.
    Likely,
    /// A score from 85.
    Certain,
}

impl Confidence {
    /// The level of a score; `None` below 40, which is no finding.
    pub fn of(score: u8) -> Option<Self> {
        match score {
            0..40 => None,
            40..65 => Some(Self::Possible),
            65..85 => Some(Self::Likely),
            85.. => Some(Self::Certain),
        }
    }

    /// The word for it in rules and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

/// One identifier at one place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What it is.
    pub identifier: Identifier,
    /// The range it lies in.
    pub class: NumberClass,
    /// How sure, as a level.
    pub confidence: Confidence,
    /// How sure, from 40 to 100.
    pub score: u8,
    /// Why, in the order in which it was weighed.
    pub evidence: Vec<Evidence>,
    /// Whether a clinical or care word stands within 300 characters.
    pub clinical: bool,
    /// Where it begins.
    pub location: Location,
    /// How it was written: `#` for each digit, the separators as they were
    /// folded, such as `### ### ####`.
    pub shape: String,
    /// The identifier itself, normalised: ten digits.
    pub value: Sensitive<String>,
}

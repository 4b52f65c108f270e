//! Evidence: each sign for or against, with its weight, in words.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A sign that a number is, or is not, an identifier of a patient.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// The check digit holds.
    CheckDigit,
    /// Hyphens, and an e-mail or web address within two lines.
    ContactBlock,
    /// Seconds since 1970 in a header.
    Epoch,
    /// A letter follows directly.
    GluedLetter,
    /// Inside a web address, an e-mail address or a message id.
    InAddress,
    /// Joined to further digits by a hyphen or slash.
    Joined,
    /// A label such as "NHS No" stands directly before.
    LabelDirect,
    /// A label stands within 60 characters.
    LabelNear,
    /// 3-3-4 digits with single spaces; 6-4 for a CHI number.
    LayoutUsual,
    /// 3-3-4 digits with hyphens, dots, slashes or several separators.
    LayoutOther,
    /// A telephone's prefix or label stands before.
    Phone,
    /// The range is a CHI number's, and the date in it is real.
    RangeChi,
    /// The range is issued, or stands for it in tests.
    RangeLive,
    /// The range is not used for patients.
    RangeUnused,
    /// A label of orders, invoices, parcels and the like stands before.
    Reference,
    /// A patient's or clinical word stands within 300 characters.
    WeakContext,
}

impl Sign {
    /// What the sign adds to the score.
    pub fn weight(self) -> i16 {
        match self {
            Self::CheckDigit => 35,
            Self::RangeLive | Self::WeakContext => 15,
            Self::RangeChi | Self::LayoutUsual => 10,
            Self::LayoutOther => 5,
            Self::LabelDirect => 40,
            Self::LabelNear => 30,
            Self::RangeUnused | Self::ContactBlock | Self::GluedLetter => -20,
            Self::Phone | Self::Reference | Self::Joined => -30,
            Self::Epoch => -40,
            Self::InAddress => -60,
        }
    }

    /// What the sign means, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::CheckDigit => "check digit valid",
            Self::ContactBlock => "in a contact block",
            Self::Epoch => "looks like a time stamp",
            Self::GluedLetter => "a letter follows",
            Self::InAddress => "inside an address",
            Self::Joined => "joined to further digits",
            Self::LabelDirect => "label directly before",
            Self::LabelNear => "label within 60 characters",
            Self::LayoutUsual => "usual layout",
            Self::LayoutOther => "unusual layout",
            Self::Phone => "looks like a phone number",
            Self::RangeChi => "CHI range with a real date",
            Self::RangeLive => "live range",
            Self::RangeUnused => "range not in use",
            Self::Reference => "label of an order or parcel",
            Self::WeakContext => "patient or clinical word within 300 characters",
        }
    }
}

/// One sign with the weight that it was given.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The sign.
    pub sign: Sign,
    /// What it added to the score.
    pub weight: i16,
}

impl Evidence {
    /// A sign at its usual weight.
    pub fn of(sign: Sign) -> Self {
        Self {
            sign,
            weight: sign.weight(),
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {:+}", self.sign.words(), self.weight)
    }
}

/// The score that evidence adds up to, from 0 to 100.
pub(super) fn score(evidence: &[Evidence]) -> u8 {
    let sum = evidence
        .iter()
        .fold(0_i16, |sum, evidence| sum.saturating_add(evidence.weight));
    u8::try_from(sum.clamp(0, 100)).unwrap_or(0)
}

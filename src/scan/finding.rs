//! A finding: what, how sure, why, and where.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::evidence::Evidence;
use crate::location::Location;
use crate::sensitive::Sensitive;

/// The kinds of identifiers that are looked for.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Identifier {
    /// NHS Data Dictionary, NHS NUMBER; the Scottish and Northern Irish
    /// numbers of the same form are told apart by [`NumberClass`].
    NhsNumber,
    /// A date that its label makes a birthday.
    BirthDate,
    /// National Insurance number, HM Revenue & Customs.
    NationalInsuranceNumber,
    /// Passport number, HM Passport Office.
    Passport,
    /// Driver number, DVLA.
    DrivingLicence,
    /// Payment card number, ISO/IEC 7812.
    PaymentCard,
    /// International bank account number, ISO 13616.
    Iban,
    /// A number of staff (GMC, NMC): it names no patient.
    StaffNumber,
    /// An identifier that a site has written itself, by its id.
    Local(LocalName),
}

/// The id of an identifier that a site has written itself, such as
/// `hospital-number`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct LocalName(Arc<str>);

impl LocalName {
    /// Takes an id: lower-case letters, digits and hyphens.
    pub fn new(id: &str) -> Self {
        Self(id.into())
    }
}

impl Identifier {
    /// All kinds that come with gatepost.
    pub const BUILT_IN: [Self; 8] = [
        Self::NhsNumber,
        Self::BirthDate,
        Self::NationalInsuranceNumber,
        Self::Passport,
        Self::DrivingLicence,
        Self::PaymentCard,
        Self::Iban,
        Self::StaffNumber,
    ];

    /// The word for it in rules and JSON.
    pub fn word(&self) -> &str {
        match self {
            Self::NhsNumber => "nhs-number",
            Self::BirthDate => "date-of-birth",
            Self::NationalInsuranceNumber => "ni-number",
            Self::Passport => "passport",
            Self::DrivingLicence => "driving-licence",
            Self::PaymentCard => "payment-card",
            Self::Iban => "iban",
            Self::StaffNumber => "staff-number",
            Self::Local(name) => &name.0,
        }
    }

    /// The identifier of a word: one that comes with gatepost, or else a
    /// site's own.
    pub fn of(word: &str) -> Self {
        let mut known = Self::BUILT_IN.into_iter();
        known
            .find(|identifier| identifier.word() == word)
            .unwrap_or_else(|| Self::Local(LocalName::new(word)))
    }

    /// What a sender reads, for one or several.
    pub fn words(&self, count: usize) -> String {
        let one = count == 1;
        let words = match self {
            Self::NhsNumber if one => "NHS number",
            Self::NhsNumber => "NHS numbers",
            Self::BirthDate if one => "date of birth",
            Self::BirthDate => "dates of birth",
            Self::NationalInsuranceNumber if one => "National Insurance number",
            Self::NationalInsuranceNumber => "National Insurance numbers",
            Self::Passport if one => "passport number",
            Self::Passport => "passport numbers",
            Self::DrivingLicence if one => "driving licence number",
            Self::DrivingLicence => "driving licence numbers",
            Self::PaymentCard if one => "payment card number",
            Self::PaymentCard => "payment card numbers",
            Self::Iban if one => "bank account number",
            Self::Iban => "bank account numbers",
            Self::StaffNumber if one => "staff number",
            Self::StaffNumber => "staff numbers",
            Self::Local(name) => {
                let words = name.0.replace('-', " ");
                return if one { words } else { format!("{words}s") };
            }
        };
        words.to_owned()
    }
}

impl Serialize for Identifier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for Identifier {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::of(&String::deserialize(deserializer)?))
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
    /// The range it lies in, for ten-digit numbers.
    pub class: Option<NumberClass>,
    /// How sure, as a level.
    pub confidence: Confidence,
    /// How sure, from 40 to 100.
    pub score: u8,
    /// Why, in the order in which it was weighed.
    pub evidence: Vec<Evidence>,
    /// Whether a clinical or care word stands within 300 characters.
    pub clinical: bool,
    /// Whether it is in the organisation's own index of patients.
    pub ours: bool,
    /// Where it begins.
    pub location: Location,
    /// How it was written: `#` for each digit, `A` for each letter, the
    /// separators as they were folded, such as `### ### ####`.
    pub shape: String,
    /// The identifier itself, normalised: digits and capitals without
    /// separators; a date as yyyy-mm-dd.
    pub value: Sensitive<String>,
}

/// How the bytes of a view are written: `#` for each digit, `A` for each
/// letter, blanks as one space each, everything else as it is.
pub(super) fn shape(view: &[u8], start: usize, end: usize) -> String {
    let bytes = view.get(start..end).unwrap_or(b"");
    let bytes = bytes.get(..bytes.len().min(60)).unwrap_or(bytes);
    let form = |byte: &u8| match byte {
        byte if byte.is_ascii_digit() => '#',
        byte if byte.is_ascii_alphabetic() => 'A',
        byte if byte.is_ascii_whitespace() => ' ',
        byte => char::from(*byte),
    };
    bytes.iter().map(form).collect()
}

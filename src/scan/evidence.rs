//! Evidence: each sign for or against, with its weight, in words.
//!
//! Which weight a sign has for an identifier is no code: it stands in
//! `rules/identifiers/*.toml`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A sign that a number is, or is not, an identifier of a patient.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// A date of birth stands within 300 characters.
    BirthDateNear,
    /// A book number's label or hyphens stand around it.
    BookNumber,
    /// The check digit holds.
    CheckDigit,
    /// The check digit holds by modulus 10 only, as newer CHI numbers may have it.
    CheckDigitLuhn,
    /// The check digit fails, in a place that says what it is all the same.
    CheckDigitWrong,
    /// The check digits of its column hold no oftener than by chance.
    ColumnChance,
    /// The header of its column names it.
    ColumnHeader,
    /// The check digits of its column nearly all hold.
    ColumnStatistics,
    /// Hyphens, and an e-mail or web address within two lines.
    ContactBlock,
    /// Seconds since 1970 in a header, an address or a line of a log.
    Epoch,
    /// A letter follows directly.
    GluedLetter,
    /// Inside a web address, an e-mail address or a message id.
    InAddress,
    /// Prefix and length are those of a known issuer.
    IssuerPrefix,
    /// Part of a path or of the name of a file.
    InPath,
    /// Joined to further digits by a hyphen or slash.
    Joined,
    /// It is in the organisation's own index of patients.
    KnownPatient,
    /// A label such as "NHS No" stands directly before.
    LabelDirect,
    /// A label stands within 60 characters.
    LabelNear,
    /// The layout that its issuer prescribes.
    LayoutUsual,
    /// Another layout that people use.
    LayoutOther,
    /// Nine digits, since a spreadsheet dropped the leading zero.
    LostZero,
    /// The form fits.
    Pattern,
    /// A telephone's prefix, brackets or label stand before.
    Phone,
    /// A postcode stands within 300 characters.
    PostcodeNear,
    /// The range is a CHI number's, and the date in it is real.
    RangeChi,
    /// The range is issued, or stands for it in tests.
    RangeLive,
    /// The range is not used for patients.
    RangeUnused,
    /// A date in it, or the date that it is, exists.
    RealDate,
    /// A label of orders, invoices, parcels and the like stands before.
    Reference,
    /// A word for references of any kind stands before.
    ReferenceWord,
    /// Its field is one for staff, sites or telephones.
    StaffField,
    /// It stands in the field for it, of HL7, FHIR or CDA.
    StructuredField,
    /// It reads as a date and a time of day.
    TimeOfDay,
    /// It reads as a date and two digits more.
    TimeStamp,
    /// A name with a title such as Mrs stands within 300 characters.
    TitledNameNear,
    /// A patient's or clinical word stands within 300 characters.
    WeakContext,
}

impl Sign {
    /// All signs.
    pub const ALL: [Self; 36] = [
        Self::BirthDateNear,
        Self::BookNumber,
        Self::CheckDigit,
        Self::CheckDigitLuhn,
        Self::CheckDigitWrong,
        Self::ColumnChance,
        Self::ColumnHeader,
        Self::ColumnStatistics,
        Self::ContactBlock,
        Self::Epoch,
        Self::GluedLetter,
        Self::InAddress,
        Self::InPath,
        Self::IssuerPrefix,
        Self::Joined,
        Self::KnownPatient,
        Self::LabelDirect,
        Self::LabelNear,
        Self::LayoutUsual,
        Self::LayoutOther,
        Self::LostZero,
        Self::Pattern,
        Self::Phone,
        Self::PostcodeNear,
        Self::RangeChi,
        Self::RangeLive,
        Self::RangeUnused,
        Self::RealDate,
        Self::Reference,
        Self::ReferenceWord,
        Self::StaffField,
        Self::StructuredField,
        Self::TimeOfDay,
        Self::TimeStamp,
        Self::TitledNameNear,
        Self::WeakContext,
    ];

    /// The word for it in identifier files.
    pub fn word(self) -> &'static str {
        match self {
            Self::BirthDateNear => "birth-date-near",
            Self::BookNumber => "book-number",
            Self::CheckDigit => "check-digit",
            Self::CheckDigitLuhn => "check-digit-luhn",
            Self::CheckDigitWrong => "check-digit-wrong",
            Self::ColumnChance => "column-chance",
            Self::ColumnHeader => "column-header",
            Self::ColumnStatistics => "column-statistics",
            Self::ContactBlock => "contact-block",
            Self::Epoch => "epoch",
            Self::GluedLetter => "glued-letter",
            Self::InAddress => "in-address",
            Self::InPath => "in-path",
            Self::IssuerPrefix => "issuer-prefix",
            Self::Joined => "joined",
            Self::KnownPatient => "known-patient",
            Self::LabelDirect => "label-direct",
            Self::LabelNear => "label-near",
            Self::LayoutUsual => "layout-usual",
            Self::LayoutOther => "layout-other",
            Self::LostZero => "lost-zero",
            Self::Pattern => "pattern",
            Self::Phone => "phone",
            Self::PostcodeNear => "postcode-near",
            Self::RangeChi => "range-chi",
            Self::RangeLive => "range-live",
            Self::RangeUnused => "range-unused",
            Self::RealDate => "real-date",
            Self::Reference => "reference",
            Self::ReferenceWord => "reference-word",
            Self::StaffField => "staff-field",
            Self::StructuredField => "structured-field",
            Self::TimeOfDay => "time-of-day",
            Self::TimeStamp => "time-stamp",
            Self::TitledNameNear => "titled-name-near",
            Self::WeakContext => "weak-context",
        }
    }

    /// What the sign means, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::BirthDateNear => "date of birth within 300 characters",
            Self::BookNumber => "label or form of a book number",
            Self::CheckDigit => "check digit valid",
            Self::CheckDigitLuhn => "check digit valid by modulus 10 only",
            Self::CheckDigitWrong => "check digit wrong",
            Self::ColumnChance => "in a column whose check digits hold by chance",
            Self::ColumnHeader => "column header names it",
            Self::ColumnStatistics => "in a column whose check digits nearly all hold",
            Self::ContactBlock => "in a contact block",
            Self::Epoch => "looks like a time stamp",
            Self::GluedLetter => "a letter follows",
            Self::InAddress => "inside an address",
            Self::InPath => "part of a path or file name",
            Self::IssuerPrefix => "prefix of a known issuer",
            Self::Joined => "joined to further digits",
            Self::KnownPatient => "in the organisation's own index of patients",
            Self::LabelDirect => "label directly before",
            Self::LabelNear => "label within 60 characters",
            Self::LayoutUsual => "usual layout",
            Self::LayoutOther => "unusual layout",
            Self::LostZero => "leading zero lost",
            Self::Pattern => "form fits",
            Self::Phone => "looks like a phone number",
            Self::PostcodeNear => "postcode within 300 characters",
            Self::RangeChi => "CHI range with a real date",
            Self::RangeLive => "live range",
            Self::RangeUnused => "range not in use",
            Self::RealDate => "real date",
            Self::Reference => "label of an order or parcel",
            Self::ReferenceWord => "word for a reference before",
            Self::StaffField => "in a field for staff or sites",
            Self::StructuredField => "in a field for it",
            Self::TimeOfDay => "reads as a date and a time of day",
            Self::TimeStamp => "reads as a date and more",
            Self::TitledNameNear => "name with a title within 300 characters",
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

impl fmt::Display for Evidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {:+}", self.sign.words(), self.weight)
    }
}

/// What each sign adds to the score of one kind of identifier, in the order of
/// the signs; none for those that this kind doesn't weigh.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Weights([Option<i16>; Sign::ALL.len()]);

impl Weights {
    /// Takes the weights; the last of a sign counts.
    pub(super) fn new(weights: &[(Sign, i16)]) -> Self {
        let mut all = [None; Sign::ALL.len()];
        for (sign, weight) in weights {
            if let Some(slot) = all.get_mut(*sign as usize) {
                *slot = Some(*weight);
            }
        }
        Self(all)
    }

    /// A sign with its weight; none if this kind doesn't weigh it.
    fn evidence(&self, sign: Sign) -> Option<Evidence> {
        let weight = self.0.get(sign as usize).copied().flatten();
        weight.map(|weight| Evidence { sign, weight })
    }
}

/// The evidence of one finding, gathered sign by sign.
#[derive(Debug)]
pub(super) struct Gathering<'w> {
    weights: &'w Weights,
    evidence: Vec<Evidence>,
}

impl<'w> Gathering<'w> {
    pub(super) fn new(weights: &'w Weights) -> Self {
        Self {
            weights,
            // Hardly a finding has more.
            evidence: Vec::with_capacity(8),
        }
    }

    /// Adds a sign, if this kind weighs it.
    pub(super) fn push(&mut self, sign: Sign) {
        self.evidence.extend(self.weights.evidence(sign));
    }

    /// The evidence, and the score that it adds up to.
    pub(super) fn finish(self) -> (Vec<Evidence>, u8) {
        let score = score(&self.evidence);
        (self.evidence, score)
    }
}

/// The score that evidence adds up to, from 0 to 100.
fn score(evidence: &[Evidence]) -> u8 {
    let sum = evidence
        .iter()
        .fold(0_i16, |sum, evidence| sum.saturating_add(evidence.weight));
    u8::try_from(sum.clamp(0, 100)).unwrap_or(0)
}

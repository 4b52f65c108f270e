//! The names of recipients' classes and standings.

use serde::{Deserialize, Serialize};

/// Whose address it is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// A domain on the accredited list (DCB1596).
    Accredited,
    /// A domain that nothing may go to.
    Blocked,
    /// A mail service for the public.
    ConsumerWebmail,
    /// Courts, police, defence, parliament.
    CriminalJustice,
    /// Central and local government.
    Government,
    /// The organisation itself.
    Internal,
    /// A partner that we trust ourselves, or could.
    LocalTrust,
    /// NHS.net Connect (formerly NHSmail).
    NhsNet,
    /// Anybody else, and every address that was not understood.
    OtherInsecure,
}

impl Class {
    /// All classes with their words in rules and JSON.
    pub const WORDS: [(&'static str, Self); 9] = [
        ("accredited", Self::Accredited),
        ("blocked", Self::Blocked),
        ("consumer-webmail", Self::ConsumerWebmail),
        ("criminal-justice", Self::CriminalJustice),
        ("government", Self::Government),
        ("internal", Self::Internal),
        ("local-trust", Self::LocalTrust),
        ("nhs-net", Self::NhsNet),
        ("other-insecure", Self::OtherInsecure),
    ];

    /// The word for it in rules and JSON.
    pub fn word(self) -> &'static str {
        let mut all = Self::WORDS.into_iter();
        all.find(|(_, class)| *class == self)
            .map_or("other-insecure", |(word, _)| word)
    }

    /// What it is, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Accredited => "accredited to the secure email standard (DCB1596)",
            Self::Blocked => "blocked",
            Self::ConsumerWebmail => "a mail service for the public",
            Self::CriminalJustice => "criminal justice, defence or parliament",
            Self::Government => "government",
            Self::Internal => "our own organisation",
            Self::LocalTrust => "a partner",
            Self::NhsNet => "NHS.net Connect",
            Self::OtherInsecure => "not known as secure",
        }
    }
}

/// Where a domain stands: on the accredited list, or by our own decision.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It is on the list.
    Accredited,
    /// Nothing may go to it.
    Blocked,
    /// It left the list, less than the grace period ago: it still counts as
    /// accredited.
    InGrace,
    /// It left the list longer ago than that.
    Lapsed,
    /// We trust it ourselves, for a time.
    LocallyTrusted,
    /// It is not on the list and never was.
    NeverListed,
    /// A name that is no longer in use.
    Retired,
    /// It is on the list again, after it had left it.
    Returned,
}

impl Standing {
    /// All standings with their words in rules and JSON.
    pub const WORDS: [(&'static str, Self); 8] = [
        ("accredited", Self::Accredited),
        ("blocked", Self::Blocked),
        ("in-grace", Self::InGrace),
        ("lapsed", Self::Lapsed),
        ("locally-trusted", Self::LocallyTrusted),
        ("never-listed", Self::NeverListed),
        ("retired", Self::Retired),
        ("returned", Self::Returned),
    ];

    /// The word for it in rules and JSON.
    pub fn word(self) -> &'static str {
        let mut all = Self::WORDS.into_iter();
        all.find(|(_, standing)| *standing == self)
            .map_or("never-listed", |(word, _)| word)
    }
}

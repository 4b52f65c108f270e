//! The names of recipients' classes and standings.

use serde::{Deserialize, Serialize};

/// Whose address it is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// A domain on the accredited list (DCB1596).
    Accredited,
    /// A mail service for the public.
    ConsumerWebmail,
    /// The organisation itself.
    Internal,
    /// NHS.net Connect (formerly NHSmail).
    NhsNet,
    /// Anybody else, and every address that was not understood.
    OtherInsecure,
}

impl Class {
    /// The word for it in rules and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Accredited => "accredited",
            Self::ConsumerWebmail => "consumer-webmail",
            Self::Internal => "internal",
            Self::NhsNet => "nhs-net",
            Self::OtherInsecure => "other-insecure",
        }
    }
}

/// Where a domain stands on the accredited list.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It is on the list.
    Accredited,
    /// It is not on the list.
    NeverListed,
}

//! The acts that the register holds, as they are written and read back.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::mail::Domain;
use crate::timestamp::Timestamp;

/// One line of the register.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The version of the format, 1.
    pub v: u32,
    /// When it was done. Entries stand in this order.
    pub at: Timestamp,
    /// Who did it: the name that was given, or the user of the system.
    pub by: String,
    /// What was done.
    #[serde(flatten)]
    pub act: Act,
}

/// What may be done.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
pub enum Act {
    /// A published list was taken over.
    Imported(Box<Import>),
    /// A domain is trusted by us, for a time.
    Trusted {
        /// The domain; nothing below it.
        domain: Domain,
        /// When it ends, unless it is ended before.
        until: Timestamp,
        /// Why.
        why: String,
    },
    /// The trust in a domain was ended.
    TrustEnded {
        /// The domain.
        domain: Domain,
        /// Why.
        why: String,
    },
    /// Nothing may go to a domain.
    Blocked {
        /// The domain; nothing below it.
        domain: Domain,
        /// Why.
        why: String,
    },
    /// A domain is no longer blocked.
    Unblocked {
        /// The domain.
        domain: Domain,
        /// Why.
        why: String,
    },
}

/// A published list that was taken over.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Import {
    /// SHA-256 of the file in hexadecimal; the file is kept under this name.
    pub digest: String,
    /// Where the file came from, as it was given.
    pub source: String,
    /// How many domains are on it.
    pub domains: usize,
    /// How many organisations are on it.
    pub organisations: usize,
    /// The domains that were not on the list before, with their organisations.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub added: BTreeMap<Domain, String>,
    /// The domains that were on it before, under another organisation's name, with
    /// the new one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub renamed: BTreeMap<Domain, String>,
    /// The domains that are no longer on it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub removed: BTreeSet<Domain>,
    /// Who accepted a list that looked wrong, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<Approval>,
}

/// Why a list was accepted although it looked wrong.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    /// Who accepted it.
    pub by: String,
    /// Why.
    pub why: String,
}

//! What was found of a domain, in the order in which it is told.
//!
//! The JSON of these types is a contract: fields and words are added, none is
//! taken away.

use serde::Serialize;

use super::records::{Mode, Qualifier, Request};
use super::tls::TlsVersion;
use crate::mail::Domain;

/// How a domain stands.
#[derive(Clone, Debug)]
pub struct Posture {
    /// The domain.
    pub domain: Domain,
    /// What was looked at.
    pub checks: Vec<Check>,
}

impl Posture {
    /// The worst standing of all: whatever falls short counts before whatever
    /// could not be checked, and advice counts as meeting.
    pub fn standing(&self) -> Standing {
        let has = |standing| self.checks.iter().any(|check| check.standing == standing);
        if has(Standing::FallsShort) {
            Standing::FallsShort
        } else if has(Standing::NotChecked) {
            Standing::NotChecked
        } else {
            Standing::Meets
        }
    }

    /// How many checks have a standing.
    pub fn count(&self, standing: Standing) -> usize {
        let checks = self.checks.iter();
        checks.filter(|check| check.standing == standing).count()
    }
}

/// How one check came out.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// What the standard asks for is there, or what is there is sound.
    Meets,
    /// The standard does not ask for it, or tolerates it for now; there is
    /// something to do all the same.
    Advice,
    /// Something that the standard asks for is missing, or something that was
    /// published does not work.
    FallsShort,
    /// Nothing is known: neither good nor bad.
    NotChecked,
}

impl Standing {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Meets => "meets",
            Self::Advice => "advice",
            Self::FallsShort => "falls short",
            Self::NotChecked => "not checked",
        }
    }
}

/// What a check is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// Where its mail goes.
    Mx,
    /// Who may send for it.
    Spf,
    /// Keys that its mail is signed with.
    Dkim,
    /// What receivers do with mail that only pretends to be its own.
    Dmarc,
    /// Whether senders are told that TLS is a must, by the web.
    MtaSts,
    /// The same, by signed DNS.
    Dane,
    /// The TLS of one mail exchanger.
    Tls,
    /// The certificate of one mail exchanger.
    Certificate,
}

impl Topic {
    /// What people call it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Mx => "MX",
            Self::Spf => "SPF",
            Self::Dkim => "DKIM",
            Self::Dmarc => "DMARC",
            Self::MtaSts => "MTA-STS",
            Self::Dane => "DANE",
            Self::Tls => "TLS",
            Self::Certificate => "certificate",
        }
    }
}

/// One check and how it came out.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// What it is about.
    #[serde(rename = "check")]
    pub topic: Topic,
    /// The mail exchanger, where it is about one.
    pub host: Option<String>,
    /// How it came out.
    pub standing: Standing,
    /// What was found, in a sentence without its full stop; for
    /// [`Standing::NotChecked`] why nothing was.
    pub found: String,
    /// What to do.
    pub advice: Option<String>,
    /// What was found, for programs; nothing where nothing was.
    pub facts: Option<Facts>,
}

impl Check {
    pub(super) fn new(topic: Topic, standing: Standing, found: impl Into<String>) -> Self {
        Self {
            topic,
            host: None,
            standing,
            found: found.into(),
            advice: None,
            facts: None,
        }
    }

    /// A check that could not be done.
    pub(super) fn not_done(topic: Topic, why: &dyn std::fmt::Display) -> Self {
        Self::new(topic, Standing::NotChecked, why.to_string())
    }

    pub(super) fn of(mut self, host: &str) -> Self {
        self.host = Some(super::shown::shown(host));
        self
    }

    pub(super) fn advise(mut self, what: impl Into<String>) -> Self {
        self.advice = Some(what.into());
        self
    }

    pub(super) fn facts(mut self, facts: Facts) -> Self {
        self.facts = Some(facts);
        self
    }
}

/// The facts of a check.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Facts {
    /// Of [`Topic::Mx`].
    Mx {
        /// How many there are.
        exchangers: usize,
        /// The first of them, in the order in which they are asked.
        hosts: Vec<String>,
        /// Whether the domain says that it takes no mail (RFC 7505).
        null: bool,
        /// Whether mail goes to the domain's own address, for want of an MX.
        implicit: bool,
    },
    /// Of [`Topic::Spf`].
    Spf {
        /// How many records there are.
        records: usize,
        /// What happens to senders that nothing matches, redirects followed.
        all: Option<Qualifier>,
        /// How many lookups it takes at most (RFC 7208 section 4.6.4).
        lookups: usize,
        /// How many of them found nothing.
        void_lookups: usize,
    },
    /// Of [`Topic::Dkim`].
    Dkim {
        /// The selectors that have a record.
        selectors: Vec<Selector>,
        /// Whether there is anything below `_domainkey` at all, where that is
        /// known.
        some_selector: Option<bool>,
    },
    /// Of [`Topic::Dmarc`].
    Dmarc {
        /// The domain whose record counts.
        at: Option<String>,
        /// What is asked for mail of the domain.
        request: Option<Request>,
        /// What is asked for mail of its subdomains.
        subdomains: Option<Request>,
        /// For how many hundredths of the mail.
        pct: Option<u8>,
        /// Whether it is being tried out.
        testing: bool,
        /// How many addresses get reports.
        reports: usize,
    },
    /// Of [`Topic::MtaSts`].
    MtaSts {
        /// Whether DNS announces a policy.
        announced: bool,
        /// The policy's mode.
        mode: Option<Mode>,
        /// For how long it is kept, in seconds.
        max_age_seconds: Option<u32>,
        /// Mail exchangers that the policy does not name.
        unnamed: Vec<String>,
    },
    /// Of [`Topic::Dane`].
    Dane {
        /// How many TLSA records there are.
        records: usize,
        /// Whether DNSSEC vouches for them and for the way to them; nothing
        /// where that is not known.
        dnssec: Option<bool>,
        /// Whether one of them fits the certificate.
        fits: Option<bool>,
    },
    /// Of [`Topic::Tls`].
    Tls {
        /// Whether STARTTLS is offered.
        starttls: bool,
        /// The best version that was agreed on.
        version: Option<TlsVersion>,
        /// Whether TLS 1.0 or 1.1 would have been taken too, where that is
        /// known.
        old_accepted: Option<bool>,
    },
    /// Of [`Topic::Certificate`].
    Certificate {
        /// Whether an authority vouches for it today.
        trusted: bool,
        /// Whether it is for this host.
        for_host: bool,
        /// Its last moment, by RFC 3339.
        until: String,
        /// Whole days until then.
        days_left: i32,
    },
}

/// A DKIM selector that has a record.
#[derive(Clone, Debug, Serialize)]
pub struct Selector {
    /// Its name.
    pub selector: String,
    /// What it has: `key`, `revoked` or `unusable`.
    pub state: &'static str,
    /// The kind of key: `rsa` or `ed25519`.
    pub key: Option<&'static str>,
    /// The key's length.
    pub bits: Option<u32>,
}

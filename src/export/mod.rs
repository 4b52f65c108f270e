//! What gatepost knows about recipients, in the formats that other programs
//! load: one source of truth, a format a file.
//!
//! An export is of one moment. It has no more than counts as secure at that
//! moment, in an order that depends on nothing else.
//!
//! **What is not here:** where it is written ([`crate::cli`]), and the answers
//! that a running MTA asks for ([`crate::postfix`]).

mod csv;
mod exchange;
mod postfix_access;
mod postfix_tls;
mod rspamd;
mod spamassassin;

pub use csv::csv;
pub use exchange::exchange;
pub use postfix_access::postfix_access;
pub use postfix_tls::postfix_tls;
pub use rspamd::rspamd;
pub use spamassassin::{Spelling, spamassassin};

use std::collections::BTreeMap;

use crate::directory::{Answer, Class, Directory, Member};
use crate::mail::Domain;
use crate::timestamp::Timestamp;

/// The domains that count as secure at one moment. Our own are not among them:
/// whoever lets mail in because of an export must not believe everybody who
/// writes our name.
#[derive(Debug)]
pub struct SecureDomains<'d> {
    directory: &'d Directory,
    at: Timestamp,
    digest: &'d str,
    exact: BTreeMap<Domain, Answer<'d>>,
    below: BTreeMap<Domain, (Class, &'d Member)>,
}

/// An export: what is written, and what there is to tell of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Export {
    /// The whole file.
    pub text: String,
    /// How many entries are in it.
    pub entries: usize,
    /// What counts as secure but can't be said in this format, as `*.domain`.
    pub left_out: Vec<String>,
}

impl<'d> SecureDomains<'d> {
    /// The domains that count as secure at a moment; nothing where no list
    /// counts at that moment.
    pub fn new(directory: &'d Directory, at: Timestamp) -> Option<Self> {
        let (_, digest) = directory.register().snapshot(at)?;
        let exact = directory.named().into_iter().filter_map(|domain| {
            let answer = directory.answer(&domain, at);
            let told = answer.secure && answer.class != Class::Internal;
            told.then_some((domain, answer))
        });
        let below = directory.below().into_iter();
        let below = below.filter_map(|(parent, (class, secure, member))| {
            secure.then_some((parent, (class, member)))
        });
        Some(Self {
            directory,
            at,
            digest,
            exact: exact.collect(),
            below: below.collect(),
        })
    }

    /// The digest of the list that counts.
    pub fn digest(&self) -> &'d str {
        self.digest
    }

    /// Lines that say what this is, each after `mark`.
    fn head(&self, mark: &str, what: &[&str], entries: usize) -> String {
        let origin = [
            format!("Written by gatepost on {}.", self.at.words()),
            format!("The accredited list has the digest {}.", self.digest),
            format!("Entries: {entries}."),
        ];
        let origin = origin.iter().map(String::as_str);
        let mut text = String::new();
        for line in what.iter().copied().chain(origin) {
            text.push_str(mark);
            if !line.is_empty() {
                text.push(' ');
            }
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// An export of a line for each domain, with a head; for formats that name
    /// domains one by one.
    fn lines(&self, mark: &str, what: &[&str], line: impl Fn(&Domain) -> String) -> Export {
        let mut text = self.head(mark, what, self.exact.len());
        for domain in self.exact.keys() {
            text.push_str(&line(domain));
            text.push('\n');
        }
        Export {
            text,
            entries: self.exact.len(),
            left_out: self.left_out(),
        }
    }

    fn left_out(&self) -> Vec<String> {
        let parents = self.below.keys();
        parents.map(|parent| format!("*.{parent}")).collect()
    }
}

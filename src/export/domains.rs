//! What every export is made of: the domains that count as secure.

use std::collections::BTreeMap;

use crate::directory::{Answer, Class, Directory, Member};
use crate::mail::Domain;
use crate::timestamp::Timestamp;

/// The domains that count as secure at one moment. Our own are not among them:
/// whoever lets mail in because of an export must not believe everybody who
/// writes our name.
#[derive(Debug)]
pub struct SecureDomains<'d> {
    pub(super) directory: &'d Directory,
    pub(super) at: Timestamp,
    pub(super) digest: &'d str,
    pub(super) exact: BTreeMap<Domain, Answer<'d>>,
    pub(super) below: BTreeMap<Domain, (Class, &'d Member)>,
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
    pub(super) fn head(&self, mark: &str, what: &[&str], entries: usize) -> String {
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
    pub(super) fn lines(
        &self,
        mark: &str,
        what: &[&str],
        line: impl Fn(&Domain) -> String,
    ) -> Export {
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

    pub(super) fn left_out(&self) -> Vec<String> {
        let parents = self.below.keys();
        parents.map(|parent| format!("*.{parent}")).collect()
    }
}

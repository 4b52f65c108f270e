//! Learning which domains mail leaves for, while it leaves.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::directory::{Correspondents, Directory};
use crate::mail::{Address, Envelope};
use crate::timestamp::Timestamp;

/// What has been learned so far; shared by all connections.
#[derive(Debug)]
pub struct Learning(Mutex<Correspondents>);

impl Learning {
    /// Begins with what was learned before.
    pub fn new(known: Correspondents) -> Self {
        Self(Mutex::new(known))
    }

    /// What has been learned, without what is over.
    pub fn so_far(&self, at: Timestamp) -> Correspondents {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.forget(at);
        all.clone()
    }

    /// A message has left for all recipients of an envelope.
    pub(super) fn note(&self, directory: &Directory, envelope: &Envelope, at: Timestamp) {
        let addresses = envelope.recipients.iter().filter_map(|path| path.address());
        let domains: BTreeSet<_> = addresses.map(Address::domain).collect();
        let learned = |domain: &&_| directory.is_learned(domain, at);
        let domains: Vec<_> = domains.into_iter().filter(learned).collect();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for domain in domains {
            all.note(domain, at);
        }
    }
}

//! Learning which domains mail leaves for, while it leaves.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::directory::Correspondents;
use crate::gate::Gate;
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

    /// A message has left for all recipients of an envelope. Where a patient has
    /// agreed to ordinary mail nothing is learned: some domains are one person's.
    pub(super) fn note(&self, gate: &Gate, envelope: &Envelope, at: Timestamp) {
        let addresses = envelope.recipients.iter().filter_map(|path| path.address());
        let addresses = addresses.filter(|address| !gate.has_consented(address, at));
        let domains: BTreeSet<_> = addresses.map(Address::domain).collect();
        let learned = |domain: &&_| gate.directory.is_learned(domain, at);
        let domains: Vec<_> = domains.into_iter().filter(learned).collect();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for domain in domains {
            all.note(domain, at);
        }
    }
}

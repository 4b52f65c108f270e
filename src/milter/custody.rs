//! What leaves before the original: sealed copies and notices, one by one.
//!
//! Each copy is made, handed over and dropped before the next is made, so that
//! memory doesn't grow with their number; and what was handed over stays
//! recognised when the MTA sends the message again.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::case::{Answering, Case, Fault, message_id};
use crate::act::Delivery;
use crate::act::seal::{SealError, Sealed, seal};
use crate::audit::{Event, HandOver, describe_recipient};
use crate::directory::Class;
use crate::gate::Examination;
use crate::mail::Path;
use crate::outbox::HandOverError;
use crate::scan::token::Token;

/// What was handed over. It is true at every moment: when a later copy fails,
/// it tells of the earlier ones, which nobody can call back.
#[derive(Debug, Default)]
pub(super) struct Handing {
    /// The tokens of copies and notices.
    pub(super) copies: Vec<Token>,
    /// What the port answered to each.
    pub(super) receipts: Vec<String>,
    /// The recipients whose copy left, by their number in the envelope, each
    /// with its receipt.
    pub(super) left: BTreeMap<usize, String>,
}

impl Handing {
    fn leaves(&mut self, group: &[usize], receipt: &str) {
        self.receipts.push(receipt.to_owned());
        let each = group.iter().map(|index| (*index, receipt.to_owned()));
        self.left.extend(each);
    }

    /// The numbers of the recipients whose copy left.
    pub(super) fn recipients(&self) -> Vec<usize> {
        self.left.keys().copied().collect()
    }
}

impl Answering {
    /// Hands over what must leave before the original, each copy once a day.
    /// What left is in `handing`, after an error too.
    pub(super) async fn hand_over(
        &self,
        case: &Case,
        examination: &Arc<Examination>,
        delivery: &Delivery,
        notice: Option<Vec<u8>>,
        handing: &mut Handing,
    ) -> Result<(), Fault> {
        let outbox = self.outbox.load_full();
        let notice = notice.filter(|_| outbox.is_some());
        if delivery.copies.is_empty() && notice.is_none() {
            return Ok(());
        }
        let outbox = outbox.as_ref().as_ref().ok_or(Fault::NoOutbox)?;
        self.log
            .append(case.hand_over_begins(delivery, notice.is_some()))
            .await?;
        for group in &delivery.copies {
            let token = case.copy_token(examination, group, b"copy");
            if self.is_repeat(token.as_ref(), case) {
                handing.leaves(group, "handed over before, by the same message");
            } else {
                let copy = self.seal_group(case, examination, group).await?;
                let whole = copy.whole(&examination.message);
                drop(copy);
                let sender = Some(&case.envelope.sender);
                let receipt = outbox.hand_over(sender, &case.paths(group), &whole).await?;
                handing.leaves(group, receipt.text());
            }
            self.note(token, case, handing);
        }
        if let Some(notice) = notice {
            let token = case.copy_token(examination, &delivery.warned, b"notice");
            if !self.is_repeat(token.as_ref(), case) {
                let to = [&case.envelope.sender];
                match outbox.hand_over(None, &to, &notice).await {
                    Ok(receipt) => handing.receipts.push(receipt.text().to_owned()),
                    // A mailbox that takes no notices must not stop the mail.
                    Err(HandOverError::Refused(code)) => {
                        handing.receipts.push(format!("notice refused with {code}"));
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            self.note(token, case, handing);
        }
        Ok(())
    }

    fn is_repeat(&self, token: Option<&Token>, case: &Case) -> bool {
        token.is_some_and(|token| self.handed.contains(token, case.at))
    }

    fn note(&self, token: Option<Token>, case: &Case, handing: &mut Handing) {
        if let Some(token) = token {
            self.handed.note(token.clone(), case.at);
            handing.copies.push(token);
        }
    }

    /// Seals the message to all of a group; every one of them can read it.
    pub(super) async fn seal_group(
        &self,
        case: &Case,
        examination: &Arc<Examination>,
        group: &[usize],
    ) -> Result<Sealed, Fault> {
        let gate = Arc::clone(&case.gate);
        let examination = Arc::clone(examination);
        let mut keys = Vec::new();
        for path in case.paths(group) {
            let address = path.address();
            let key = address.and_then(|address| gate.directory.usable_key(address, case.at));
            keys.push(key.ok_or(Fault::Seal(SealError::NoKey))?);
        }
        let bytes = examination.facts.message.bytes;
        work(bytes, move || {
            let Examination {
                message, findings, ..
            } = &*examination;
            seal(message, findings, &keys, &gate.tags)
        })
        .await?
        .map_err(Fault::Seal)
    }
}

impl Case {
    fn paths(&self, group: &[usize]) -> Vec<&Path> {
        let paths = group.iter();
        paths
            .filter_map(|index| self.envelope.recipients.get(*index))
            .collect()
    }

    fn hand_over_begins(&self, delivery: &Delivery, notice: bool) -> Event {
        let key = &self.gate.token_key;
        let token = |path| describe_recipient(path, Class::OtherInsecure, key).token;
        Event::HandOver(HandOver {
            reference: self.reference.clone(),
            queue_id: self.queue_id.clone(),
            copies_to: self
                .paths(&delivery.copies.concat())
                .into_iter()
                .map(token)
                .collect(),
            notice,
        })
    }

    /// The token by which this copy is recognised when the MTA sends the
    /// message again: Message-ID, sender, recipients and their keys, subject
    /// and content. `None` without a Message-ID.
    fn copy_token(&self, examination: &Examination, group: &[usize], kind: &[u8]) -> Option<Token> {
        let mut digest = Sha256::new();
        digest.update(kind);
        digest.update(Sha256::digest(message_id(examination)?));
        digest.update(Sha256::digest(self.envelope.sender.raw().reveal()));
        for path in self.paths(group) {
            digest.update(Sha256::digest(path.raw().reveal()));
            let address = path.address();
            let key = address.and_then(|address| self.gate.directory.usable_key(address, self.at));
            digest.update(key.as_ref().map_or("", |key| key.fingerprint()));
        }
        if let Some(subject) = examination.message.header("subject") {
            digest.update(Sha256::digest(subject.value().reveal()));
        }
        digest.update(Sha256::digest(examination.message.body()));
        let bytes = digest.finalize();
        Some(self.gate.token_key.token("copy", &bytes))
    }
}

/// A message of at most so many bytes is worked on where it is received: at
/// 100 MB/s that takes a third of a millisecond.
const SMALL_BYTES: usize = 32 << 10;

/// How much work runs on threads of its own at once: as much as there are
/// processors. Work that was given up on goes on to its end, and must not pile
/// up.
static SLOTS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    Arc::new(Semaphore::new(processors))
});

/// Runs work that takes processor time. For a large message it runs on a
/// thread of its own, so that other connections and progress reports go on;
/// for a small one the way there and back would cost more than the work. A
/// panic in it is a fault either way.
pub(super) async fn work<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Fault> {
    if bytes <= SMALL_BYTES {
        return Ok(work());
    }
    let slot = Arc::clone(&SLOTS).acquire_owned().await;
    tokio::task::spawn_blocking(move || {
        let done = work();
        drop(slot);
        done
    })
    .await
    .map_err(|_| Fault::Panic)
}

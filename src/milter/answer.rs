//! From a submission to an answer: the gate decides, the plan is carried out,
//! the record is written, then and only then the MTA is answered.
//!
//! The order is the promise: an event says that copies are about to leave;
//! they are handed over; the decision is recorded; the answer is given. Any
//! failure on the way is a temporary failure of the whole message.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use sha2::{Digest, Sha256};

use super::edits::Edits;
use super::session::Submission;
use crate::act::seal::{SealError, Sealed, seal};
use crate::act::{Delivery, Form, Plan, Reply, Telling, notice, refusal};
use crate::audit::{
    AuditError, AuditLog, Decision, Event, HandOver, Outcome, RecipientRecord, describe_recipient,
    describe_sender,
};
use crate::clock;
use crate::directory::Class;
use crate::gate::{Examination, Gate};
use crate::mail::{Envelope, Path};
use crate::outbox::{HandOverError, Handed, Outbox};
use crate::scan::token::Token;
use crate::timestamp::Timestamp;

/// A message of at most so many bytes is worked on where it is received: at
/// 100 MB/s that takes a third of a millisecond.
const SMALL_BYTES: usize = 32 << 10;

/// What the MTA is told at the end of a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    /// Go on, with these edits.
    Accept(Edits),
    /// Refuse it with this reply, for now or for good by its code.
    Refuse(Reply),
}

/// Everything that answering needs; shared by all connections.
#[derive(Debug)]
pub struct Answering {
    /// The gate that is in force.
    pub gate: ArcSwap<Gate>,
    /// The way to the hand-over port.
    pub outbox: ArcSwap<Option<Outbox>>,
    /// The audit log.
    pub log: AuditLog,
    /// Copies that were handed over within a day.
    pub handed: Handed,
    /// This host's name.
    pub host: String,
}

/// Trouble of our own: always a temporary failure, never a release.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error(transparent)]
    HandOver(#[from] HandOverError),
    #[error("the message could not be sealed: {0}")]
    Seal(SealError),
    #[error("no answer within {0} ms")]
    Late(u64),
    #[error("a step failed unexpectedly")]
    Panic,
    #[error("there is no hand-over port any more")]
    NoOutbox,
}

/// One message under way.
struct Case {
    gate: Arc<Gate>,
    envelope: Envelope,
    queue_id: Option<String>,
    reference: String,
    at: Timestamp,
    begun: Instant,
}

impl Answering {
    /// Takes a message through the gate. Never fails: a fault of ours is a
    /// temporary failure.
    pub async fn answer(
        self: Arc<Self>,
        submission: Submission,
        queue_id: Option<String>,
    ) -> Answer {
        let gate = self.gate.load_full();
        let at = clock::now();
        let seed = format!("{}\n{at}\n{:?}", self.host, queue_id);
        let reference = gate.token_key.reference(seed.as_bytes());
        let deadline = gate.limits.message_ms;
        let this = Arc::clone(&self);
        let case_reference = reference.clone();
        let case_queue_id = queue_id.clone();
        // A task of its own: a panic in it ends there, and so does not the
        // connection.
        let work = tokio::spawn(async move {
            this.carry_out(gate, submission, case_queue_id, case_reference, at)
                .await
        });
        let abort = work.abort_handle();
        let outcome = match tokio::time::timeout(Duration::from_millis(deadline), work).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(Fault::Panic),
            Err(_) => {
                abort.abort();
                Err(Fault::Late(deadline))
            }
        };
        match outcome {
            Ok(answer) => answer,
            Err(fault) => {
                tracing::error!(queue_id, reference, %fault, "temporary failure");
                if !matches!(fault, Fault::Audit(_)) {
                    let event = Event::Fault {
                        reference: reference.clone(),
                        queue_id,
                        what: fault.to_string(),
                    };
                    // A record of a failure releases nothing: it is not
                    // waited for.
                    tokio::spawn(async move {
                        let _ = self.log.append(event).await;
                    });
                }
                Answer::Refuse(Reply::fault(&reference))
            }
        }
    }

    async fn carry_out(
        &self,
        gate: Arc<Gate>,
        submission: Submission,
        queue_id: Option<String>,
        reference: String,
        at: Timestamp,
    ) -> Result<Answer, Fault> {
        let begun = Instant::now();
        let bytes = submission.raw.len();
        let (message, envelope) = {
            let limits = gate.limits;
            work(bytes, move || submission.message(&limits)).await?
        };
        let case = Case {
            gate: Arc::clone(&gate),
            envelope: envelope.clone(),
            queue_id,
            reference,
            at,
            begun,
        };
        let examination = work(bytes, move || gate.examine(message, &envelope, at)).await?;
        match examination.plan.clone() {
            Plan::Refuse { recipient, why } => {
                let reply = refusal(&case.telling(&examination), why, recipient);
                self.refuse(&case, &examination, reply).await
            }
            Plan::Deliver(delivery) => self.deliver(&case, examination, &delivery).await,
        }
    }

    async fn refuse(
        &self,
        case: &Case,
        examination: &Examination,
        reply: Reply,
    ) -> Result<Answer, Fault> {
        let outcome = |_| Outcome::Refused;
        let record = self.record(case, examination, outcome, reply.code, Handing::default());
        self.log.append(Event::Decision(Box::new(record))).await?;
        case.log_line(examination, "refused");
        Ok(Answer::Refuse(reply))
    }

    async fn deliver(
        &self,
        case: &Case,
        examination: Examination,
        delivery: &Delivery,
    ) -> Result<Answer, Fault> {
        let examination = Arc::new(examination);
        let sealed = match seal_all(case, &examination, delivery).await {
            Ok(sealed) => sealed,
            Err(Fault::Seal(error @ SealError::AddressIdentifies)) => {
                // No key mends this, and trying again won't: the sender can.
                let text = format!("Not sent: {error}. Ref {}", case.reference);
                let reply = Reply::new("550", "5.7.1", &text);
                return self.refuse(case, &examination, reply).await;
            }
            Err(fault) => return Err(fault),
        };
        let notice = notice(&case.telling(&examination), delivery, case.at);
        let handing = self
            .hand_over(case, &examination, delivery, &sealed, notice)
            .await?;
        let removed: Vec<usize> = delivery.copies.concat();
        let outcome = |index| {
            if delivery.original == Form::Sealed || removed.contains(&index) {
                Outcome::Sealed
            } else {
                Outcome::Delivered
            }
        };
        let record = self.record(case, &examination, outcome, "250", handing);
        self.log.append(Event::Decision(Box::new(record))).await?;
        case.log_line(&examination, "accepted");
        let mut edits = Edits::default();
        edits.remove(&case.envelope, &removed);
        match sealed.original {
            Some(sealed) => edits.seal(&examination.message, sealed),
            None => edits.strip_tags(&examination.message, &case.gate.tags),
        }
        if !delivery.warned.is_empty() {
            edits.add("X-Gatepost", &case.warning(&examination, delivery));
        }
        Ok(Answer::Accept(edits))
    }

    /// Hands over what must leave before the original, each copy once a day.
    async fn hand_over(
        &self,
        case: &Case,
        examination: &Examination,
        delivery: &Delivery,
        sealed: &SealedForms,
        notice: Option<Vec<u8>>,
    ) -> Result<Handing, Fault> {
        let outbox = self.outbox.load_full();
        let mut handing = Handing::default();
        let notice = notice.filter(|_| outbox.is_some());
        if delivery.copies.is_empty() && notice.is_none() {
            return Ok(handing);
        }
        let outbox = outbox.as_ref().as_ref().ok_or(Fault::NoOutbox)?;
        let key = &case.gate.token_key;
        let recipients = delivery.copies.iter().flatten();
        let paths = recipients.filter_map(|index| case.envelope.recipients.get(*index));
        let begins = Event::HandOver(HandOver {
            reference: case.reference.clone(),
            queue_id: case.queue_id.clone(),
            copies_to: paths
                .map(|path| describe_recipient(path, Class::OtherInsecure, key).token)
                .collect(),
            notice: notice.is_some(),
        });
        self.log.append(begins).await?;
        for (group, copy) in delivery.copies.iter().zip(&sealed.copies) {
            let token = case.copy_token(examination, group, b"copy");
            let paths = case.paths(group);
            let repeat = token
                .as_ref()
                .is_some_and(|token| self.handed.contains(token, case.at));
            if repeat {
                handing
                    .receipts
                    .push(String::from("handed over before, by the same message"));
            } else {
                let whole = copy.whole(&examination.message);
                let sender = Some(&case.envelope.sender);
                let receipt = outbox.hand_over(sender, &paths, &whole).await?;
                handing.receipts.push(receipt.text().to_owned());
            }
            if let Some(token) = token {
                self.handed.note(token.clone(), case.at);
                handing.copies.push(token);
            }
        }
        if let Some(notice) = notice {
            let token = case.copy_token(examination, &delivery.warned, b"notice");
            let repeat = token
                .as_ref()
                .is_some_and(|token| self.handed.contains(token, case.at));
            if !repeat {
                let receipt = outbox
                    .hand_over(None, &[&case.envelope.sender], &notice)
                    .await?;
                handing.receipts.push(receipt.text().to_owned());
            }
            if let Some(token) = token {
                self.handed.note(token.clone(), case.at);
                handing.copies.push(token);
            }
        }
        Ok(handing)
    }

    fn record(
        &self,
        case: &Case,
        examination: &Examination,
        outcome: impl Fn(usize) -> Outcome,
        reply: &str,
        handing: Handing,
    ) -> Decision {
        let gate = &case.gate;
        let recipients = case.envelope.recipients.iter().enumerate();
        let recipients = recipients.zip(&examination.facts.recipients);
        let recipients = recipients.zip(&examination.verdict.recipients);
        let recipients = recipients.map(|(((index, path), fact), verdict)| RecipientRecord {
            who: describe_recipient(path, fact.class, &gate.token_key),
            class: fact.class,
            action: verdict.action,
            outcome: outcome(index),
            rules: verdict
                .reasons
                .iter()
                .map(|reason| reason.rule.clone())
                .collect(),
        });
        let took = case.begun.elapsed().as_millis();
        Decision {
            reference: case.reference.clone(),
            host: self.host.clone(),
            queue_id: case.queue_id.clone(),
            message_id: message_id(examination).map(|id| gate.token_key.token("message-id", &id)),
            sender: describe_sender(&case.envelope.sender, &gate.directory, &gate.token_key),
            policy: gate.policy.digest().to_owned(),
            list: gate.directory.accredited().digest().to_owned(),
            action: examination.verdict.strictest(),
            recipients: recipients.collect(),
            facts: examination.facts.clone(),
            verdict: examination.verdict.clone(),
            plan: examination.plan.clone(),
            reply: reply.to_owned(),
            copies: handing.copies,
            receipts: handing.receipts,
            took_ms: u64::try_from(took).unwrap_or(u64::MAX),
        }
    }
}

/// What was handed over.
#[derive(Debug, Default)]
struct Handing {
    copies: Vec<Token>,
    receipts: Vec<String>,
}

/// The sealed forms of a message: one for each copy, and the original's.
#[derive(Debug)]
struct SealedForms {
    copies: Vec<Sealed>,
    original: Option<Sealed>,
}

impl Case {
    fn telling<'a>(&'a self, examination: &'a Examination) -> Telling<'a> {
        Telling {
            envelope: &self.envelope,
            facts: &examination.facts,
            verdict: &examination.verdict,
            policy: &self.gate.policy,
            organisation: &self.gate.organisation,
            reference: &self.reference,
        }
    }

    fn paths(&self, group: &[usize]) -> Vec<&Path> {
        let paths = group.iter();
        paths
            .filter_map(|index| self.envelope.recipients.get(*index))
            .collect()
    }

    /// The token by which this copy is recognised when the MTA sends the
    /// message again: Message-ID, sender, recipients and content. `None`
    /// without a Message-ID.
    fn copy_token(&self, examination: &Examination, group: &[usize], kind: &[u8]) -> Option<Token> {
        let mut digest = Sha256::new();
        digest.update(kind);
        digest.update(message_id(examination)?);
        digest.update(Sha256::digest(self.envelope.sender.raw().reveal()));
        for path in self.paths(group) {
            digest.update(Sha256::digest(path.raw().reveal()));
        }
        digest.update(Sha256::digest(examination.message.body()));
        let bytes = digest.finalize();
        Some(self.gate.token_key.token("copy", &bytes))
    }

    /// The header of a message that is delivered with a warning.
    fn warning(&self, examination: &Examination, delivery: &Delivery) -> String {
        let verdicts = &examination.verdict.recipients;
        let warned = delivery
            .warned
            .iter()
            .filter_map(|index| verdicts.get(*index));
        let reasons = warned.flat_map(|verdict| &verdict.reasons);
        let mut rules: Vec<&str> = reasons.map(|reason| reason.rule.as_str()).collect();
        rules.sort_unstable();
        rules.dedup();
        format!("warn; rules={}; ref={}", rules.join(","), self.reference)
    }

    /// One line for each message, without anything of it.
    fn log_line(&self, examination: &Examination, answer: &str) {
        tracing::info!(
            queue_id = self.queue_id.as_deref().unwrap_or("-"),
            reference = self.reference,
            answer,
            action = %examination.verdict.strictest(),
            recipients = self.envelope.recipients.len(),
            findings = examination.facts.findings.len(),
            gaps = examination.facts.gaps.len(),
            took_ms = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX),
            "message"
        );
    }
}

fn message_id(examination: &Examination) -> Option<Vec<u8>> {
    let header = examination.message.header("message-id")?;
    Some(header.value().reveal().trim_ascii().to_vec()).filter(|id| !id.is_empty())
}

async fn seal_all(
    case: &Case,
    examination: &Arc<Examination>,
    delivery: &Delivery,
) -> Result<SealedForms, Fault> {
    let mut groups = delivery.copies.clone();
    let in_place = delivery.original == Form::Sealed;
    if in_place {
        groups.push(delivery.stays.clone());
    }
    if groups.is_empty() {
        return Ok(SealedForms {
            copies: Vec::new(),
            original: None,
        });
    }
    let gate = Arc::clone(&case.gate);
    let examination = Arc::clone(examination);
    let envelope = case.envelope.clone();
    let at = case.at;
    let bytes = examination.facts.message.bytes;
    let sealed = work(bytes, move || {
        let forms = groups.iter().map(|group| {
            let mut keys = Vec::new();
            for index in group {
                let path = envelope.recipients.get(*index);
                let address = path.and_then(Path::address);
                let key = address.and_then(|address| gate.directory.usable_key(address, at));
                // Every recipient of a copy must be able to read it.
                keys.push(key.ok_or(SealError::NoKey)?);
            }
            seal(
                &examination.message,
                &examination.findings,
                &keys,
                &gate.tags,
            )
        });
        forms.collect::<Result<Vec<Sealed>, SealError>>()
    })
    .await?;
    let mut copies = sealed.map_err(Fault::Seal)?;
    let original = if in_place { copies.pop() } else { None };
    Ok(SealedForms { copies, original })
}

/// Runs work that takes processor time. For a large message it runs on a
/// thread of its own, so that other connections and progress reports go on;
/// for a small one the way there and back would cost more than the work. A
/// panic in it is a fault either way.
async fn work<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Fault> {
    if bytes <= SMALL_BYTES {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Fault::Panic)
}

//! From a submission to an answer: the gate decides, the plan is carried out,
//! the record is written, then and only then the MTA is answered.
//!
//! The order is the promise: an event says that copies are about to leave;
//! they are handed over; the decision is recorded; the answer is given. Any
//! failure on the way is a temporary failure of the whole message.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::case::{Answering, Case, Fault, message_id};
use super::custody::{Handing, work};
use super::edits::Edits;
use super::session::Submission;
use crate::act::seal::SealError;
use crate::act::{Delivery, Form, Plan, Reply, notice, refusal, refusal_on_the_way};
use crate::audit::{
    Decision, Event, Outcome, RecipientRecord, describe_recipient, describe_sender,
};
use crate::clock;
use crate::gate::{Examination, Gate};
use crate::outbox::HandOverError;
use crate::timestamp::Timestamp;

/// What the MTA is told at the end of a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    /// Go on, with these edits.
    Accept {
        /// What is changed.
        edits: Edits,
        /// The reference of the decision.
        reference: String,
    },
    /// Refuse it with this reply, for now or for good by its code.
    Refuse(Reply),
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
                        copies: fault.copies(),
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
        let workers = Arc::clone(&self.workers);
        let examination = work(bytes, move || {
            let reader = workers.for_message(&gate.limits);
            gate.examine(message, &envelope, at, &reader)
        })
        .await?;
        match examination.plan.clone() {
            Plan::Refuse { recipient, why } => {
                let reply = refusal(&case.telling(&examination), why, recipient);
                self.refuse(&case, &examination, reply, Handing::default())
                    .await
            }
            Plan::Deliver(delivery) => self.deliver(&case, examination, &delivery).await,
        }
    }

    /// Refuses the message; who got a sealed copy of it before has got it all
    /// the same, and the record says so.
    async fn refuse(
        &self,
        case: &Case,
        examination: &Examination,
        reply: Reply,
        handing: Handing,
    ) -> Result<Answer, Fault> {
        let rest = Outcome::Refused;
        let record = self.record(case, examination, rest, reply.code, handing);
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
        // What stays is sealed first: what can't be sealed shows before
        // anything leaves, since all copies share their outer headers.
        let original = match delivery.original {
            Form::AsItWas => None,
            Form::Sealed => match self.seal_group(case, &examination, &delivery.stays).await {
                Ok(sealed) => Some(sealed),
                Err(Fault::Seal(error @ SealError::AddressIdentifies)) => {
                    let what = error.to_string();
                    let handing = Handing::default();
                    return self
                        .refuse_on_the_way(case, &examination, &what, handing)
                        .await;
                }
                Err(fault) => return Err(fault),
            },
        };
        let notice = notice(&case.telling(&examination), delivery, case.at);
        let mut handing = Handing::default();
        let handed = self
            .hand_over(case, &examination, delivery, notice, &mut handing)
            .await;
        let what = match handed {
            Ok(()) => None,
            Err(Fault::Seal(error @ SealError::AddressIdentifies)) => Some(error.to_string()),
            // For good: the sender is told now, not after days in a queue.
            Err(Fault::HandOver(HandOverError::Refused(code))) => Some(format!(
                "an encrypted copy was refused by the next mail server ({code}), perhaps as too large"
            )),
            Err(fault) if handing.copies.is_empty() => return Err(fault),
            Err(fault) => {
                return Err(Fault::Halfway {
                    fault: Box::new(fault),
                    copies: handing.copies,
                });
            }
        };
        if let Some(what) = what {
            return self
                .refuse_on_the_way(case, &examination, &what, handing)
                .await;
        }
        let removed: Vec<usize> = delivery.copies.concat();
        let rest = match delivery.original {
            Form::Sealed => Outcome::Sealed,
            Form::AsItWas => Outcome::Delivered,
        };
        let record = self.record(case, &examination, rest, "250", handing);
        self.log.append(Event::Decision(Box::new(record))).await?;
        case.log_line(&examination, "accepted");
        if let Some(learning) = &self.learning {
            learning.note(&case.gate, &case.envelope, case.at);
        }
        let mut edits = Edits::default();
        edits.remove(&case.envelope, &removed);
        match original {
            Some(sealed) => edits.seal(&examination.message, sealed),
            None if case.gate.policy.acts_on_tags() => {
                edits.strip_tags(&examination.message, &case.gate.tags);
            }
            None => {}
        }
        if !delivery.warned.is_empty() {
            edits.add("X-Gatepost", &case.warning(&examination, delivery));
        }
        Ok(Answer::Accept {
            edits,
            reference: case.reference.clone(),
        })
    }

    /// Trying again won't help, the sender can: it is told who has it already.
    async fn refuse_on_the_way(
        &self,
        case: &Case,
        examination: &Examination,
        what: &str,
        handing: Handing,
    ) -> Result<Answer, Fault> {
        let telling = case.telling(examination);
        let reply = refusal_on_the_way(&telling, what, &handing.recipients());
        self.refuse(case, examination, reply, handing).await
    }

    /// A message that can't be examined at all is refused, on the record.
    pub async fn refuse_unexamined(&self, queue_id: Option<String>, what: &str) -> Answer {
        let gate = self.gate.load_full();
        let seed = format!("{}\n{}\n{queue_id:?}", self.host, clock::now());
        let reference = gate.token_key.reference(seed.as_bytes());
        let event = Event::Refused {
            reference: reference.clone(),
            queue_id,
            what: what.to_owned(),
        };
        match self.log.append(event).await {
            Ok(_) => {
                let text = format!("Not sent: {what}. Ref {reference}");
                Answer::Refuse(Reply::new("550", "5.5.3", &text))
            }
            Err(_) => Answer::Refuse(Reply::fault(&reference)),
        }
    }

    /// Records that a decision could not be carried out after all: the MTA
    /// went away or refused our edits, and keeps the message.
    pub async fn not_carried_out(&self, reference: &str, queue_id: Option<String>) {
        let event = Event::Fault {
            reference: reference.to_owned(),
            queue_id,
            what: String::from("the MTA did not take the edits: it keeps the message"),
            copies: Vec::new(),
        };
        if let Err(error) = self.log.append(event).await {
            tracing::error!(%error, "an event is missing from the audit log");
        }
    }

    /// The record. `rest` tells what became of those who got no copy of their
    /// own; the others got it sealed, whatever the answer is.
    fn record(
        &self,
        case: &Case,
        examination: &Examination,
        rest: Outcome,
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
            outcome: match handing.left.get(&index) {
                Some(_) => Outcome::Sealed,
                None => rest,
            },
            receipt: handing.left.get(&index).cloned(),
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
            list: gate.directory.snapshot(case.at).to_owned(),
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

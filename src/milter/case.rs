//! One message under way, and what all of them share.

use std::sync::Arc;
use std::time::Instant;

use arc_swap::ArcSwap;

use super::learning::Learning;
use crate::act::seal::SealError;
use crate::act::{Delivery, Telling};
use crate::audit::{AuditError, AuditLog};
use crate::gate::{Examination, Gate};
use crate::mail::Envelope;
use crate::outbox::{HandOverError, Handed, Outbox};
use crate::reader::Workers;
use crate::scan::token::Token;
use crate::timestamp::Timestamp;

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
    /// The processes that read attachments.
    pub workers: Arc<Workers>,
    /// Which domains mail leaves for; none if that is not to be learned.
    pub learning: Option<Learning>,
    /// This host's name.
    pub host: String,
}

/// Trouble of our own: always a temporary failure, never a release.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
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
    /// Some copies had left before it failed.
    #[error("{fault}, after {} of the copies had left", copies.len())]
    Halfway {
        fault: Box<Fault>,
        copies: Vec<Token>,
    },
}

impl Fault {
    /// The tokens of the copies that had left: with them in the log the next
    /// attempt does not send these again, after a restart too.
    pub(super) fn copies(&self) -> Vec<Token> {
        match self {
            Self::Halfway { copies, .. } => copies.clone(),
            Self::Audit(_)
            | Self::HandOver(_)
            | Self::Late(_)
            | Self::NoOutbox
            | Self::Panic
            | Self::Seal(_) => Vec::new(),
        }
    }
}

/// One message under way.
pub(super) struct Case {
    pub(super) gate: Arc<Gate>,
    pub(super) envelope: Envelope,
    pub(super) queue_id: Option<String>,
    pub(super) reference: String,
    pub(super) at: Timestamp,
    pub(super) begun: Instant,
}

impl Case {
    pub(super) fn telling<'a>(&'a self, examination: &'a Examination) -> Telling<'a> {
        Telling {
            envelope: &self.envelope,
            message: &examination.message,
            facts: &examination.facts,
            verdict: &examination.verdict,
            policy: &self.gate.policy,
            organisation: &self.gate.organisation,
            reference: &self.reference,
        }
    }

    /// The header of a message that is delivered with a warning.
    pub(super) fn warning(&self, examination: &Examination, delivery: &Delivery) -> String {
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
    pub(super) fn log_line(&self, examination: &Examination, answer: &str) {
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

pub(super) fn message_id(examination: &Examination) -> Option<Vec<u8>> {
    let header = examination.message.header("message-id")?;
    Some(header.value().reveal().trim_ascii().to_vec()).filter(|id| !id.is_empty())
}

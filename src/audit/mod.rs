//! The audit log: every decision on disk before it is answered.
//!
//! One line of JSON an event, each with the SHA-256 of the line before it, in
//! segment files `audit-<first seq>.jsonl`. The format is described in
//! `docs/audit.md`. No identifier, body, subject, file name or patient's
//! address is in it: only counts, classes and keyed tokens.
//!
//! **What is not here:** signed checkpoints, proofs and the index, which later
//! versions add over the same lines.

mod event;
mod log;
mod segment;
mod verify;

pub use event::{
    Decision, Event, HandOver, Outcome, RecipientRecord, Stored, Who, describe_recipient,
    describe_sender,
};
pub use log::{AuditError, AuditLog, OpenError, Opened};
pub use segment::{ReadError, read_all, segments};
pub use verify::{Finding, Report, verify};

use std::path::{Path, PathBuf};

/// The folder of the log inside the state folder.
pub fn audit_folder(state: &Path) -> PathBuf {
    state.join("audit")
}

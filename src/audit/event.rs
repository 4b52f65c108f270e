//! The events of the log, as data types that are written and read back.

use serde::{Deserialize, Serialize};

use crate::act::Plan;
use crate::directory::{Class, Directory};
use crate::mail::Path;
use crate::policy::{Action, Facts, Mode, Verdict};
use crate::scan::may_identify;
use crate::scan::token::{Token, TokenKey};
use crate::timestamp::Timestamp;

/// One line of the log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stored {
    /// The version of the format: 1.
    pub v: u32,
    /// The number of the event, from 1, without gaps.
    pub seq: u64,
    /// When it was written, by the wall clock. Order is by `seq` alone.
    pub ts: Timestamp,
    /// SHA-256 of the line before, without its line end, in hexadecimal; 64
    /// zeros in the first line of all.
    pub prev: String,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What happened.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum Event {
    /// A decision was taken and is about to be answered.
    Decision(Box<Decision>),
    /// A message was answered with a temporary failure, since we failed.
    Fault {
        /// The reference in the reply.
        #[serde(rename = "ref")]
        reference: String,
        /// The MTA's queue id.
        queue_id: Option<String>,
        /// What failed, without anything of the message.
        what: String,
        /// Tokens of the sealed copies and notices that had left before.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        copies: Vec<Token>,
    },
    /// Copies or notices are about to be handed over: written before they
    /// leave, so that none leaves without a record.
    HandOver(HandOver),
    /// Lines that were never acknowledged were cut off the end of the log.
    Recovered {
        /// How many bytes were cut off.
        torn_bytes: u64,
        /// Their SHA-256 in hexadecimal.
        torn_sha256: String,
    },
    /// A message was refused that could not be examined.
    Refused {
        /// The reference in the reply.
        #[serde(rename = "ref")]
        reference: String,
        /// The MTA's queue id.
        queue_id: Option<String>,
        /// Why, without anything of the message.
        what: String,
    },
    /// Rules, lists, keys and configuration were replaced.
    Reloaded {
        /// The digest of the rules before.
        policy_before: String,
        /// The digest of the rules now.
        policy: String,
        /// The digest of the accredited list now.
        list: String,
    },
    /// A change was refused and everything stayed as it was.
    ReloadRefused {
        /// How many complaints there were.
        complaints: usize,
    },
    /// The daemon started.
    Started {
        /// Its version.
        version: String,
        /// The digest of the rules.
        policy: String,
        /// The digest of the accredited list.
        list: String,
        /// The ceiling over all rules.
        mode: Mode,
    },
    /// The daemon stopped, having finished what it had begun.
    Stopped,
}

/// Copies or notices that are about to be handed over.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HandOver {
    /// The reference of the message.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The MTA's queue id.
    pub queue_id: Option<String>,
    /// The tokens of the recipients of sealed copies.
    pub copies_to: Vec<Token>,
    /// Whether the sender gets a notice.
    pub notice: bool,
}

/// A decision: everything that it rests on, and everything that came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Decision {
    /// The reference that replies and notices name.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The host that decided.
    pub host: String,
    /// The MTA's queue id.
    pub queue_id: Option<String>,
    /// The token of the Message-ID.
    pub message_id: Option<Token>,
    /// The sender.
    pub sender: Who,
    /// The digest of the rules.
    pub policy: String,
    /// The digest of the accredited list.
    pub list: String,
    /// The strictest action.
    pub action: Action,
    /// What became of each recipient, in the order of the envelope.
    pub recipients: Vec<RecipientRecord>,
    /// The facts: with them and the rules the decision can be taken again.
    pub facts: Facts,
    /// The decision.
    pub verdict: Verdict,
    /// How it was carried out.
    pub plan: Plan,
    /// The code of the reply to the MTA: 250, or that of the refusal.
    pub reply: String,
    /// Tokens of the sealed copies that were handed over, by which a repeat
    /// within a day is recognised.
    pub copies: Vec<Token>,
    /// What the hand-over port answered to each copy and notice.
    pub receipts: Vec<String>,
    /// From the end of the message to this record, in milliseconds.
    pub took_ms: u64,
}

/// What became of one recipient.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecipientRecord {
    /// Who it is.
    #[serde(flatten)]
    pub who: Who,
    /// Whose address it is.
    pub class: Class,
    /// What was decided.
    pub action: Action,
    /// What became of it.
    pub outcome: Outcome,
    /// What the hand-over port answered to its copy, if it got one of its own
    /// or with others.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub receipt: Option<String>,
    /// The rules that were met.
    pub rules: Vec<String>,
}

/// What became of a recipient: exactly one of these.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It gets the message as it was.
    Delivered,
    /// It gets the message encrypted.
    Sealed,
    /// The message was refused, and the sender was told.
    Refused,
}

impl Outcome {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Sealed => "sealed",
            Self::Refused => "refused",
        }
    }
}

/// Somebody, as far as the log may tell.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Who {
    /// The address in clear: our own staff only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub address: Option<String>,
    /// The domain in clear, unless it could name a person: a family's own
    /// domain, or one with a number in it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub domain: Option<String>,
    /// The keyed token of the whole address.
    pub token: Token,
}

/// Somebody as the log may tell them: a sender, in clear if one of our own.
pub fn describe_sender(path: &Path, directory: &Directory, key: &TokenKey) -> Who {
    let mut who = describe(path, key);
    if let Some(address) = path.address()
        && directory.is_own(address.domain())
    {
        let text = format!("{}@{}", address.local().reveal(), address.domain());
        who.domain = Some(address.domain().to_string()).filter(|domain| !may_identify(domain));
        who.address = Some(text).filter(|text| !may_identify(text));
    }
    who
}

/// A recipient as the log may tell it: never the local part.
pub fn describe_recipient(path: &Path, class: Class, key: &TokenKey) -> Who {
    let mut who = describe(path, key);
    let telling = match class {
        Class::Accredited
        | Class::ConsumerWebmail
        | Class::CriminalJustice
        | Class::Government
        | Class::Internal
        | Class::LocalTrust
        | Class::NhsNet => true,
        Class::Blocked | Class::OtherInsecure => false,
    };
    if let Some(address) = path.address().filter(|_| telling) {
        who.domain = Some(address.domain().to_string()).filter(|domain| !may_identify(domain));
    }
    who
}

fn describe(path: &Path, key: &TokenKey) -> Who {
    let token = match path.address() {
        Some(address) => key.token("address", address.key().reveal().as_bytes()),
        None => key.token("address", path.raw().reveal()),
    };
    Who {
        address: None,
        domain: None,
        token,
    }
}

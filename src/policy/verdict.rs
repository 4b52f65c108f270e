//! The verdict: for each recipient an action, and why.

use serde::{Deserialize, Serialize};

use super::action::Action;
use crate::location::Hidden;
use crate::mail::GapReason;
use crate::scan::Identifier;

/// What is to be done, for each recipient in the order of the envelope.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Verdict {
    /// One for each recipient.
    pub recipients: Vec<RecipientVerdict>,
}

impl Verdict {
    /// The strictest action for any recipient; `allow` if there is none.
    pub fn strictest(&self) -> Action {
        let actions = self.recipients.iter().map(|recipient| recipient.action);
        actions.max().unwrap_or(Action::Allow)
    }
}

/// What is to be done for one recipient, and why.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct RecipientVerdict {
    /// The strictest of what the reasons ask for.
    pub action: Action,
    /// The rules that were met, by id.
    pub reasons: Vec<Reason>,
}

/// A rule that was met for a recipient.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The rule's id.
    pub rule: String,
    /// The rule's version.
    pub version: u64,
    /// What the rule asks for.
    pub wish: Action,
    /// What it comes to: after the mode's ceiling, and after the rule's
    /// `otherwise` where nothing can be encrypted.
    pub action: Action,
    /// What was found that met it: kind and number of distinct values.
    pub found: Vec<(Identifier, usize)>,
    /// What was not read that met it.
    pub gaps: Vec<GapReason>,
    /// What people don't see that met it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<Hidden>,
}

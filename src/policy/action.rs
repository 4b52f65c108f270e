//! What can be done with a message for a recipient, and how far a rule may go.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is done with a message for one recipient, mildest first. There is no
/// discard.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Delivered as it was.
    Allow,
    /// Delivered as it was, and listed for review.
    Log,
    /// Delivered as it was with a header, and the sender is told.
    Warn,
    /// Refused until the sender confirms with a reason.
    Confirm,
    /// Delivered encrypted to the recipient, or else what the rule says.
    Encrypt,
    /// Kept until a reviewer acts.
    Hold,
    /// Refused, and the sender is told why.
    Block,
}

impl Action {
    /// The word for it in rules, JSON and on screens.
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Log => "log",
            Self::Warn => "warn",
            Self::Confirm => "confirm",
            Self::Encrypt => "encrypt",
            Self::Hold => "hold",
            Self::Block => "block",
        }
    }

    /// The actions that this version carries out. `confirm` and `hold` are
    /// reserved words of the rule language.
    pub const CARRIED_OUT: [Self; 5] = [
        Self::Allow,
        Self::Log,
        Self::Warn,
        Self::Encrypt,
        Self::Block,
    ];
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

/// How far a rule, or all rules together, may go.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Recorded only.
    Watch,
    /// At most a warning.
    Tip,
    /// Everything.
    #[default]
    Enforce,
}

impl Mode {
    /// The words for the modes in rules and configuration.
    pub const WORDS: [(&'static str, Self); 3] = [
        ("watch", Self::Watch),
        ("tip", Self::Tip),
        ("enforce", Self::Enforce),
    ];

    /// The strictest action that this mode lets pass.
    pub fn ceiling(self) -> Action {
        match self {
            Self::Watch => Action::Log,
            Self::Tip => Action::Warn,
            Self::Enforce => Action::Block,
        }
    }
}

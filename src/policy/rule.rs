//! A rule: when it is met, and what it then asks for.

use super::action::{Action, Mode};
use super::tag::Tag;
use crate::directory::{Class, Standing};
use crate::location::{Hidden, Place};
use crate::mail::GapReason;
use crate::scan::{Confidence, Identifier};

/// A rule as it is applied.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rule {
    /// Its name, unique among all rules.
    pub id: String,
    /// Counted up by its author with each change.
    pub version: u64,
    /// What it says, in a sentence.
    pub title: String,
    /// Why it exists.
    pub why: String,
    /// How far it may go.
    pub mode: Mode,
    /// When it is met.
    pub when: Condition,
    /// What it asks for.
    pub then: Outcome,
    /// Messages that show what it does and what it leaves alone.
    pub examples: Vec<Example>,
}

/// When a rule is met: all that is given must hold.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Condition {
    /// Which recipients it is about.
    pub recipients: RecipientTest,
    /// Classes of recipients of which one must be met; all if empty.
    pub recipient_classes: Vec<Class>,
    /// Standings of recipients of which one must be met; all if empty.
    pub recipient_standings: Vec<Standing>,
    /// Whether the recipient's domain must, or must not, look like a known one.
    pub recipient_looks_alike: Option<bool>,
    /// Whether we must, or must not, hold a usable key for the recipient.
    pub recipient_has_key: Option<bool>,
    /// Whether the recipient must, or must not, be a patient who has agreed to
    /// ordinary mail, and the only such recipient.
    pub recipient_has_consented: Option<bool>,
    /// The places that count; all if empty.
    pub places: Vec<Place>,
    /// The identifiers that must be found, each of them.
    pub find: Vec<Find>,
    /// Reasons for not reading, of which one must be met; no matter if empty.
    pub unread: Vec<GapReason>,
    /// Kinds of hidden places, of which one must be there; no matter if empty.
    pub hidden: Vec<Hidden>,
    /// A tag that the sender must have given.
    pub tag: Option<Tag>,
}

/// Which recipients a rule is about.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum RecipientTest {
    /// All.
    #[default]
    Anyone,
    /// All but our own.
    External,
    /// Those to whom mail is not secure.
    Insecure,
    /// Those outside to whom mail is secure.
    SecureExternal,
}

impl RecipientTest {
    /// The words for it in rules.
    pub const WORDS: [(&'static str, Self); 4] = [
        ("anyone", Self::Anyone),
        ("external", Self::External),
        ("insecure", Self::Insecure),
        ("secure-external", Self::SecureExternal),
    ];
}

/// What must stand near a finding for it to count.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Near {
    /// A clinical or care word within 300 characters.
    Clinical,
}

/// An identifier that must be found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Find {
    /// Which kind.
    pub identifier: Identifier,
    /// How sure at least.
    pub confidence: Confidence,
    /// How sure at most; for rules that take the unsure ones only.
    pub confidence_at_most: Confidence,
    /// How many distinct values at least.
    pub distinct_at_least: usize,
    /// What must stand near.
    pub near: Option<Near>,
    /// Whether it must, or must not, be in the organisation's own index of
    /// patients.
    pub is_ours: Option<bool>,
    /// Whether it must, or must not, stand where people don't see it.
    pub is_hidden: Option<bool>,
    /// Whether numbers of ranges that are never issued count.
    pub treat_test_range_as_live: bool,
}

/// What a rule asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Outcome {
    /// The action.
    pub action: Action,
    /// What instead, where `encrypt` can't be done.
    pub otherwise: Action,
    /// What the sender should do, in a sentence; the reply has words of its
    /// own where there is none.
    pub advice: Option<String>,
}

/// A message that shows what a rule does.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// The recipients.
    pub to: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The media type of an attachment of unreadable bytes, if there is one.
    pub attachment: Option<String>,
    /// What its attachment hides.
    pub hides: Vec<Hidden>,
    /// Whether the recipients have a usable key.
    pub recipients_have_keys: bool,
    /// Whether the recipients have agreed to ordinary mail.
    pub recipients_have_consented: bool,
    /// Whether its numbers are in the organisation's own index of patients.
    pub numbers_are_ours: bool,
    /// What this rule alone must ask for.
    pub expect: Action,
    /// Where in its file it stands, in bytes.
    pub span: std::ops::Range<usize>,
}

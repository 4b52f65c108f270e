//! Rules: from what IG leads write to a verdict for each recipient.
//!
//! `syntax` reads a rule file, [`compile()`] makes a [`Policy`] of all of
//! them, and [`decide()`] is a pure function of [`Facts`] and a policy: no clock,
//! no order of rules, nothing outside its arguments. The rules that come with
//! gatepost are in [`starter`].
//!
//! **What is not here:** what a verdict leads to; see [`crate::act`].

mod action;
mod compile;
mod decide;
mod facts;
mod rule;
pub mod starter;
mod syntax;
mod tag;
mod verdict;

pub use action::{Action, Mode};
pub use compile::{Policy, compile};
pub use decide::{Met, TOO_LARGE_RULE, decide};
pub use facts::{Facts, FindingFact, MessageFacts, RecipientFact};
pub use rule::{Condition, Example, Find, Near, Outcome, RecipientTest, Rule};
pub use syntax::read_rule;
pub use tag::{Tag, TagWords};
pub use verdict::{Reason, RecipientVerdict, Verdict};

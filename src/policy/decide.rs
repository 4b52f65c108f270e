//! The decision: a pure function of facts and policy.

use std::collections::{BTreeMap, BTreeSet};

use super::action::Action;
use super::compile::Policy;
use super::facts::{Facts, FindingFact, RecipientFact};
use super::rule::{Condition, Find, Near, RecipientTest, Rule};
use super::verdict::{Reason, RecipientVerdict, Verdict};
use crate::directory::{Class, KeyState};
use crate::location::{Hidden, Location, Place};
use crate::mail::{Gap, GapReason};
use crate::scan::{Identifier, NumberClass};

/// The name of the one rule that is no file: a message of which only the first
/// part was read, since it is over the size that can be checked, is blocked.
pub const TOO_LARGE_RULE: &str = "too-large";

/// What is to be done for each recipient, and why.
///
/// The strictest wish wins, whatever the order of the rules; one more finding
/// never makes an action milder.
pub fn decide(facts: &Facts, policy: &Policy) -> Verdict {
    let recipients = facts.recipients.iter();
    Verdict {
        recipients: recipients
            .map(|recipient| for_recipient(facts, recipient, policy))
            .collect(),
    }
}

fn for_recipient(facts: &Facts, recipient: &RecipientFact, policy: &Policy) -> RecipientVerdict {
    let mut reasons: Vec<Reason> = policy
        .rules()
        .iter()
        .filter_map(|rule| reason(facts, recipient, rule, policy))
        .collect();
    reasons.extend(cut_short(facts, policy));
    let action = reasons.iter().map(|reason| reason.action).max();
    RecipientVerdict {
        action: action.unwrap_or(Action::Allow),
        reasons,
    }
}

/// The reason that a rule gives for a recipient; `None` if it isn't met.
fn reason(
    facts: &Facts,
    recipient: &RecipientFact,
    rule: &Rule,
    policy: &Policy,
) -> Option<Reason> {
    let when = &rule.when;
    if !about(when, recipient)
        || when
            .tag
            .is_some_and(|tag| !facts.message.tags.contains(&tag))
    {
        return None;
    }
    let mut found: BTreeMap<Identifier, usize> = BTreeMap::new();
    for find in &when.find {
        let distinct = distinct(facts, when, find, policy);
        if distinct < find.distinct_at_least {
            return None;
        }
        let most = found.entry(find.identifier.clone()).or_default();
        *most = distinct.max(*most);
    }
    let gaps: BTreeSet<GapReason> = gaps_met(facts, when).map(|gap| gap.why).collect();
    if !when.unread.is_empty() && gaps.is_empty() {
        return None;
    }
    let hidden: BTreeSet<Hidden> = hidden_met(facts, when)
        .filter_map(|location| location.hidden)
        .collect();
    if !when.hidden.is_empty() && hidden.is_empty() {
        return None;
    }
    let ceiling = policy.mode().min(rule.mode).ceiling();
    let can_encrypt = matches!(recipient.key, KeyState::Usable { .. }) && !facts.message.encrypted;
    let action = if rule.then.action == Action::Encrypt && !can_encrypt {
        rule.then.otherwise
    } else {
        rule.then.action
    };
    Some(Reason {
        rule: rule.id.clone(),
        version: rule.version,
        wish: rule.then.action,
        action: action.min(ceiling),
        found: found.into_iter().collect(),
        gaps: gaps.into_iter().collect(),
        hidden: hidden.into_iter().collect(),
    })
}

fn cut_short(facts: &Facts, policy: &Policy) -> Option<Reason> {
    let cut = facts
        .gaps
        .iter()
        .any(|gap| gap.why == GapReason::TooLarge && gap.location.part.depth() == 0);
    cut.then(|| Reason {
        rule: TOO_LARGE_RULE.to_owned(),
        version: 1,
        wish: Action::Block,
        action: Action::Block.min(policy.mode().ceiling()),
        found: Vec::new(),
        gaps: vec![GapReason::TooLarge],
        hidden: Vec::new(),
    })
}

fn about(when: &Condition, recipient: &RecipientFact) -> bool {
    let external = recipient.class != Class::Internal;
    let kind = match when.recipients {
        RecipientTest::Anyone => true,
        RecipientTest::External => external,
        RecipientTest::Insecure => !recipient.secure,
        RecipientTest::SecureExternal => external && recipient.secure,
    };
    let keyed = matches!(recipient.key, KeyState::Usable { .. });
    let of_class =
        when.recipient_classes.is_empty() || when.recipient_classes.contains(&recipient.class);
    let standing = when.recipient_standings.is_empty()
        || when.recipient_standings.contains(&recipient.standing);
    let alike = when.recipient_looks_alike;
    let alike = alike.is_none_or(|wanted| wanted == recipient.looks_like.is_some());
    let consented = when.recipient_has_consented;
    kind && of_class
        && standing
        && alike
        && consented.is_none_or(|wanted| wanted == recipient.consented)
        && when.recipient_has_key.is_none_or(|wanted| wanted == keyed)
}

/// How many distinct values meet one `find` of a rule.
fn distinct(facts: &Facts, when: &Condition, find: &Find, policy: &Policy) -> usize {
    let tokens: BTreeSet<_> = facts
        .findings
        .iter()
        .filter(|finding| meets(finding, when, find, policy))
        .map(|finding| &finding.token)
        .collect();
    tokens.len()
}

fn meets(finding: &FindingFact, when: &Condition, find: &Find, policy: &Policy) -> bool {
    let test_counts = find.treat_test_range_as_live || policy.treat_test_range_as_live();
    finding.identifier == find.identifier
        && (find.confidence..=find.confidence_at_most).contains(&finding.confidence)
        && is_among(when, finding.location.place)
        && (finding.class != Some(NumberClass::Test) || test_counts)
        && find.is_ours.is_none_or(|ours| finding.ours == ours)
        && find
            .is_hidden
            .is_none_or(|hidden| finding.location.hidden.is_some() == hidden)
        && match find.near {
            Some(Near::Clinical) => finding.clinical,
            None => true,
        }
}

fn gaps_met<'a>(facts: &'a Facts, when: &Condition) -> impl Iterator<Item = &'a Gap> {
    let gaps = facts.gaps.iter();
    gaps.filter(|gap| is_among(when, gap.location.place) && when.unread.contains(&gap.why))
}

fn hidden_met<'a>(facts: &'a Facts, when: &Condition) -> impl Iterator<Item = &'a Location> {
    facts.hidden.iter().filter(|location| {
        let kind = location.hidden;
        is_among(when, location.place) && kind.is_some_and(|kind| when.hidden.contains(&kind))
    })
}

fn is_among(when: &Condition, place: Place) -> bool {
    when.places.is_empty() || when.places.contains(&place)
}

/// The facts about a message's content that meet a rule, in their order.
#[derive(Clone, Debug, Default)]
pub struct Met<'a> {
    /// What was found.
    pub findings: Vec<&'a FindingFact>,
    /// What was not read.
    pub gaps: Vec<&'a Gap>,
    /// Where there is something that people don't see.
    pub hidden: Vec<&'a Location>,
}

impl Policy {
    /// The facts that meet a rule where it is met at all: what a [`Reason`] counts.
    pub fn met<'a>(&self, rule: &Rule, facts: &'a Facts) -> Met<'a> {
        let when = &rule.when;
        let findings = facts.findings.iter();
        let met = |finding: &&FindingFact| {
            let mut finds = when.find.iter();
            finds.any(|find| meets(finding, when, find, self))
        };
        Met {
            findings: findings.filter(met).collect(),
            gaps: gaps_met(facts, when).collect(),
            hidden: hidden_met(facts, when).collect(),
        }
    }
}

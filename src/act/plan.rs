//! The plan: which recipient gets what, and by which way.
//!
//! A milter can't split a message. When recipients need different bodies,
//! sealed copies are handed over first, then those recipients are removed from
//! the original. One group always stays on the original: the last recipient is
//! never removed.

use serde::{Deserialize, Serialize};

use crate::policy::{Action, Verdict};

/// What is done with a message. Recipients are numbered as in the envelope,
/// from 0.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "plan")]
pub enum Plan {
    /// The whole message is refused.
    Refuse {
        /// The recipient that tipped it.
        recipient: usize,
        /// Why it can't be delivered.
        why: Refusal,
    },
    /// Every recipient gets it, each in its form.
    Deliver(Delivery),
}

/// Why a message is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// A rule blocks it for the recipient.
    Blocked,
    /// The recipient needs a copy of its own, and no hand-over port is
    /// configured that would take it.
    CannotSplit,
}

/// How a message is delivered.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// The form of the original after our edits.
    pub original: Form,
    /// Who stays on the original; never empty.
    pub stays: Vec<usize>,
    /// The sealed copies that are handed over before, each for its group;
    /// these recipients are then removed from the original.
    pub copies: Vec<Vec<usize>>,
    /// The recipients for whom the sender is warned.
    pub warned: Vec<usize>,
}

/// The form of a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// As it was.
    AsItWas,
    /// Encrypted to its recipients.
    Sealed,
}

/// Makes the plan. `visible` tells for each recipient whether To or Cc names
/// it: those may share a sealed copy, each other gets one of its own, since
/// the key ids in a copy tell who else got it.
pub fn plan(verdict: &Verdict, visible: &[bool], can_hand_over: bool) -> Plan {
    let mut plain = Vec::new();
    let mut shared = Vec::new();
    let mut alone = Vec::new();
    let mut warned = Vec::new();
    for (index, recipient) in verdict.recipients.iter().enumerate() {
        match recipient.action {
            Action::Allow | Action::Log => plain.push(index),
            Action::Warn => {
                plain.push(index);
                warned.push(index);
            }
            Action::Encrypt if visible.get(index) == Some(&true) => shared.push(index),
            Action::Encrypt => alone.push(vec![index]),
            // The compiler of rules lets neither `confirm` nor `hold` pass; if
            // one came by another way, refusing tells the sender at once.
            Action::Confirm | Action::Hold | Action::Block => {
                return Plan::Refuse {
                    recipient: index,
                    why: Refusal::Blocked,
                };
            }
        }
    }
    let mut copies = Vec::new();
    if !shared.is_empty() {
        copies.push(shared);
    }
    copies.append(&mut alone);
    let (original, stays) = if plain.is_empty() && !copies.is_empty() {
        (Form::Sealed, copies.remove(0))
    } else {
        (Form::AsItWas, plain)
    };
    if let Some(recipient) = copies.first().and_then(|group| group.first())
        && !can_hand_over
    {
        return Plan::Refuse {
            recipient: *recipient,
            why: Refusal::CannotSplit,
        };
    }
    Plan::Deliver(Delivery {
        original,
        stays,
        copies,
        warned,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::policy::RecipientVerdict;

    fn verdict(actions: &[Action]) -> Verdict {
        Verdict {
            recipients: actions
                .iter()
                .map(|action| RecipientVerdict {
                    action: *action,
                    reasons: Vec::new(),
                })
                .collect(),
        }
    }

    fn planned(actions: &[Action], visible: &[bool]) -> Plan {
        plan(&verdict(actions), visible, true)
    }

    #[test]
    fn one_block_refuses_the_message_and_names_its_recipient() {
        let plan = planned(&[Action::Allow, Action::Block], &[true, true]);
        let why = Refusal::Blocked;
        assert_eq!(plan, Plan::Refuse { recipient: 1, why });
    }

    #[test]
    fn mixed_recipients_get_copies_and_the_rest_stays() {
        let actions = [
            Action::Encrypt,
            Action::Allow,
            Action::Encrypt,
            Action::Warn,
            Action::Encrypt,
        ];
        let plan = planned(&actions, &[true, true, false, true, true]);
        assert_eq!(
            plan,
            Plan::Deliver(Delivery {
                original: Form::AsItWas,
                stays: vec![1, 3],
                copies: vec![vec![0, 4], vec![2]],
                warned: vec![3],
            })
        );
    }

    #[test]
    fn when_all_are_sealed_one_group_stays_in_place() {
        let plan = planned(&[Action::Encrypt, Action::Encrypt], &[false, true]);
        assert_eq!(
            plan,
            Plan::Deliver(Delivery {
                original: Form::Sealed,
                stays: vec![1],
                copies: vec![vec![0]],
                warned: vec![],
            })
        );
    }

    #[test]
    fn without_a_hand_over_port_a_split_is_refused() {
        let verdict = verdict(&[Action::Encrypt, Action::Allow]);
        let why = Refusal::CannotSplit;
        assert_eq!(
            plan(&verdict, &[true, true], false),
            Plan::Refuse { recipient: 0, why }
        );
    }

    fn any_action() -> impl Strategy<Value = Action> {
        prop_oneof![
            Just(Action::Allow),
            Just(Action::Log),
            Just(Action::Warn),
            Just(Action::Confirm),
            Just(Action::Encrypt),
            Just(Action::Hold),
            Just(Action::Block)
        ]
    }

    proptest! {
        /// Promise 3: each recipient of an accepted message has exactly one
        /// outcome, and the last recipient is never removed.
        #[test]
        fn nobody_is_lost(recipients in proptest::collection::vec((any_action(), any::<bool>()), 1..12), hand_over: bool) {
            let (actions, visible): (Vec<_>, Vec<_>) = recipients.into_iter().unzip();
            match plan(&verdict(&actions), &visible, hand_over) {
                Plan::Refuse { recipient, .. } => prop_assert!(recipient < actions.len()),
                Plan::Deliver(delivery) => {
                    let mut all: Vec<usize> = delivery.copies.concat();
                    all.extend(&delivery.stays);
                    all.sort_unstable();
                    prop_assert_eq!(all, (0..actions.len()).collect::<Vec<_>>());
                    prop_assert!(!delivery.stays.is_empty());
                    prop_assert!(hand_over || delivery.copies.is_empty());
                    for index in delivery.stays {
                        let sealed = actions[index] == Action::Encrypt;
                        prop_assert_eq!(sealed, delivery.original == Form::Sealed);
                    }
                }
            }
        }
    }
}

//! Promises as properties: they hold for any facts, not only for examples.

use std::collections::BTreeSet;

use gatepost::diagnostic::Source;
use gatepost::directory::{Class, KeyState, Standing};
use gatepost::location::{Hidden, Location, PartPath, Place};
use gatepost::mail::{Gap, GapReason};
use gatepost::policy::{
    Action, Facts, FindingFact, MessageFacts, Mode, Policy, RecipientFact, Tag, compile, decide,
    starter,
};
use gatepost::scan::token::TokenKey;
use gatepost::scan::{Confidence, Identifier, NumberClass, Scanner};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

fn policy(sources: &[Source], mode: Mode) -> Policy {
    let words = Scanner::built_in().words();
    compile(sources, &words, mode, false)
        .0
        .expect("the starter rules compile")
}

fn any_finding() -> impl Strategy<Value = FindingFact> {
    let kinds = vec![
        (Identifier::NhsNumber, Some(NumberClass::Live)),
        (Identifier::NhsNumber, Some(NumberClass::Test)),
        (Identifier::NhsNumber, Some(NumberClass::Chi)),
        (Identifier::NhsNumber, Some(NumberClass::Unused)),
        (Identifier::BirthDate, None),
        (Identifier::of("hospital-number"), None),
    ];
    let levels = vec![
        (Confidence::Possible, 50),
        (Confidence::Likely, 75),
        (Confidence::Certain, 95),
    ];
    (
        select(kinds),
        select(levels),
        select(Place::ALL.to_vec()),
        any::<bool>(),
        0_u8..8,
        proptest::option::of(select(Hidden::ALL.to_vec())),
    )
        .prop_map(
            |((identifier, class), (confidence, score), place, clinical, value, hidden)| {
                FindingFact {
                    identifier,
                    class,
                    confidence,
                    score,
                    evidence: Vec::new(),
                    clinical,
                    ours: value > 4,
                    location: Location {
                        hidden,
                        ..Location::new(place, PartPath::root(), usize::from(value))
                    },
                    shape: String::from("##########"),
                    token: TokenKey::new(vec![0; 32]).token("x", &[value]),
                }
            },
        )
}

fn any_recipient() -> impl Strategy<Value = RecipientFact> {
    let classes = vec![
        (Class::Internal, true),
        (Class::NhsNet, true),
        (Class::Accredited, true),
        (Class::ConsumerWebmail, false),
        (Class::OtherInsecure, false),
        (Class::Blocked, false),
        (Class::LocalTrust, true),
        (Class::Government, false),
    ];
    let parts = (select(classes), any::<bool>(), any::<bool>());
    parts.prop_map(|((class, secure), keyed, consented)| RecipientFact {
        class,
        standing: Standing::NeverListed,
        secure,
        key: if keyed {
            KeyState::Usable {
                fingerprint: String::from("F"),
            }
        } else {
            KeyState::None
        },
        looks_like: None,
        consented,
    })
}

fn any_gap() -> impl Strategy<Value = Gap> {
    select(GapReason::ALL.to_vec()).prop_map(|why| Gap {
        location: Location::new(Place::Attachment, PartPath::root().child(1), 0),
        why,
        format: None,
    })
}

fn any_hidden() -> impl Strategy<Value = Location> {
    select(Hidden::ALL.to_vec()).prop_map(|hidden| Location {
        hidden: Some(hidden),
        ..Location::new(Place::Attachment, PartPath::root().child(1), 0)
    })
}

fn any_facts() -> impl Strategy<Value = Facts> {
    (
        proptest::collection::vec(any_finding(), 0..6),
        proptest::collection::vec(any_gap(), 0..3),
        proptest::collection::vec(any_hidden(), 0..3),
        proptest::collection::vec(any_recipient(), 1..5),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(findings, gaps, hidden, recipients, encrypted, tagged)| Facts {
                message: MessageFacts {
                    bytes: 1000,
                    encrypted,
                    tags: if tagged {
                        vec![Tag::Encrypt]
                    } else {
                        Vec::new()
                    },
                },
                findings,
                more_findings: 0,
                gaps,
                hidden,
                recipients,
            },
        )
}

fn actions(facts: &Facts, policy: &Policy) -> Vec<Action> {
    let verdict = decide(facts, policy);
    verdict
        .recipients
        .iter()
        .map(|recipient| recipient.action)
        .collect()
}

proptest! {
    #[test]
    fn one_more_finding_gap_or_hidden_place_never_makes_it_milder(
        facts in any_facts(),
        finding in any_finding(),
        gap in any_gap(),
        hidden in any_hidden(),
    ) {
        let policy = policy(&starter::sources(), Mode::Enforce);
        let before = actions(&facts, &policy);
        let mut more = facts.clone();
        more.findings.push(finding);
        let mut unread = facts.clone();
        unread.gaps.push(gap);
        let mut unseen = facts.clone();
        unseen.hidden.push(hidden);
        for richer in [more, unread, unseen] {
            for (mild, strict) in before.iter().zip(actions(&richer, &policy)) {
                prop_assert!(strict >= *mild);
            }
        }
    }

    #[test]
    fn the_order_of_rules_and_the_other_recipients_do_not_matter(
        facts in any_facts(),
        order in Just(starter::sources()).prop_shuffle(),
        chosen in subsequence(vec![0_usize, 1, 2, 3], 1..=4),
    ) {
        let usual = policy(&starter::sources(), Mode::Enforce);
        let shuffled = policy(&order, Mode::Enforce);
        prop_assert_eq!(usual.digest(), shuffled.digest());
        let verdict = decide(&facts, &usual);
        prop_assert_eq!(&verdict, &decide(&facts, &shuffled));
        let mut fewer = facts.clone();
        fewer.recipients = chosen.iter().filter_map(|index| facts.recipients.get(*index).cloned()).collect();
        let kept: Vec<_> = chosen.iter().filter_map(|index| verdict.recipients.get(*index).cloned()).collect();
        prop_assert_eq!(decide(&fewer, &usual).recipients, kept);
    }

    #[test]
    fn what_people_do_not_see_in_a_workbook_never_goes_to_an_insecure_recipient_in_silence(facts in any_facts()) {
        let policy = policy(&starter::sources(), Mode::Enforce);
        let unseen = facts.hidden.iter().filter_map(|location| location.hidden);
        let of_workbooks = |hidden: Hidden| match hidden {
            Hidden::Column
            | Hidden::EmbeddedWorkbook
            | Hidden::ExternalCache
            | Hidden::FilteredRow
            | Hidden::PivotCache
            | Hidden::Row
            | Hidden::Sheet
            | Hidden::VeryHiddenSheet => true,
            Hidden::Deletion | Hidden::Notes | Hidden::Slide | Hidden::Text => false,
        };
        let is_told = unseen.into_iter().any(of_workbooks);
        for (recipient, action) in facts.recipients.iter().zip(actions(&facts, &policy)) {
            prop_assert!(!is_told || recipient.secure || action >= Action::Warn);
        }
    }

    #[test]
    fn a_mode_is_a_ceiling(facts in any_facts()) {
        for mode in [Mode::Watch, Mode::Tip, Mode::Enforce] {
            let policy = policy(&starter::sources(), mode);
            for action in actions(&facts, &policy) {
                prop_assert!(action <= mode.ceiling());
            }
        }
    }

    #[test]
    fn a_sure_live_number_never_goes_in_clear_to_an_insecure_recipient_who_did_not_agree(facts in any_facts()) {
        let policy = policy(&starter::sources(), Mode::Enforce);
        let sure = facts.findings.iter().filter(|finding| {
            finding.identifier == Identifier::NhsNumber
                && finding.class != Some(NumberClass::Test)
                && finding.confidence >= Confidence::Likely
        });
        let numbers: BTreeSet<_> = sure.map(|finding| &finding.token).collect();
        for (recipient, action) in facts.recipients.iter().zip(actions(&facts, &policy)) {
            // A patient who has agreed gets one patient's number, their own.
            let agreed = usize::from(recipient.consented);
            if numbers.len() > agreed && !recipient.secure {
                prop_assert!(action >= Action::Encrypt);
            } else if !numbers.is_empty() && !recipient.secure {
                prop_assert!(action >= Action::Log);
            }
        }
    }

    #[test]
    fn facts_and_verdicts_survive_being_written_down(facts in any_facts()) {
        let policy = policy(&starter::sources(), Mode::Enforce);
        let written = serde_json::to_string(&facts).expect("JSON");
        let read: Facts = serde_json::from_str(&written).expect("the same");
        prop_assert_eq!(&read, &facts);
        prop_assert_eq!(decide(&read, &policy), decide(&facts, &policy));
    }
}

//! What a consent does to mail.

use std::fs;

use gatepost::audit::{Event, read_all};
use gatepost::load::{KeyUse, Wanted, load};
use gatepost::policy::{Action, decide};

use super::site::{add, piped};
use crate::support::demo_mail::{plain, referral};
use crate::support::numbers::{Numbers, spaced};
use crate::support::wait_for;
use crate::support::world::World;

/// Waits until a running gatepost has followed a change of the register.
fn followed(world: &World, change: impl FnOnce()) {
    let before = world.gatepost.log().len();
    change();
    wait_for("the service to follow", 20, || {
        let log = world.gatepost.log();
        log.get(before..)?
            .contains("followed the registers")
            .then_some(())
    });
}

#[test]
fn a_patient_who_agreed_gets_their_own_letter_and_nobody_elses() {
    let world = World::start("consent-mail");
    let mut numbers = Numbers::new(92);
    let (own, other) = (numbers.live(), numbers.live());
    let (mary, zoe, friend) = ("mary.canary@gmail.com", "zoe@quill.example", "f@aol.com");
    let send = |to: &[&str], message: &[u8]| world.send(to, message).code;
    assert_eq!(
        send(&[mary], &referral(mary, &own)),
        550,
        "nobody agreed yet"
    );
    followed(&world, || {
        let input = format!("{mary}\n{zoe}\n");
        assert_eq!(add(&world.config, &input, &[]).status.code(), Some(0));
    });
    assert_eq!(
        send(&[mary], &referral(mary, &own)),
        250,
        "their own letter"
    );
    let two = format!(
        "NHS number: {}, NHS number: {}",
        spaced(&own),
        spaced(&other)
    );
    let two = plain(mary, "Both", &two);
    assert_eq!(send(&[mary], &two), 550, "a second patient's number");
    let tagged = "mary.canary+clinic@gmail.com";
    assert_eq!(
        send(&[tagged], &referral(tagged, &own)),
        550,
        "another address"
    );
    assert_eq!(
        send(&[mary, friend], &referral(mary, &own)),
        550,
        "a friend too"
    );
    assert_eq!(
        send(&[mary, zoe], &referral(mary, &own)),
        550,
        "whose number is it?"
    );
    // The MTA may have taken the message apart before: the header tells.
    let both = format!("{mary}, Zoe <{zoe}>");
    assert_eq!(send(&[mary], &referral(&both, &own)), 550, "named in To");
    assert_eq!(
        send(&[mary, "a@nhs.net"], &referral(mary, &own)),
        250,
        "a colleague too"
    );
    followed(&world, || {
        let end = ["end", "-", "--by", "A. Clerk", "--why", "asked to"];
        let output = piped(&world.config, &end, &format!("{mary}\n"));
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    });
    assert_eq!(send(&[mary], &referral(mary, &own)), 550, "no longer");

    decisions_can_be_taken_again(&world);
    let mut told = world.gatepost.log();
    for folder in ["audit", "recipients"] {
        for entry in fs::read_dir(world.state().join(folder))
            .expect("a folder")
            .flatten()
        {
            told += &String::from_utf8_lossy(&fs::read(entry.path()).expect("a file"));
        }
    }
    for word in ["canary", "zoe", "quill"] {
        assert!(!told.to_lowercase().contains(word), "{word}");
    }
}

/// Each decision is on record, with what it rested on.
fn decisions_can_be_taken_again(world: &World) {
    let wanted = Wanted {
        config: Some(world.config.clone()),
        rules: None,
    };
    let policy = load(&wanted, &KeyUse::ReadOnly)
        .0
        .expect("a gate")
        .gate
        .policy;
    let mut by_consent = Vec::new();
    for stored in read_all(&world.state().join("audit"))
        .expect("the log")
        .flatten()
    {
        let Event::Decision(decision) = stored.event else {
            continue;
        };
        assert_eq!(decide(&decision.facts, &policy), decision.verdict);
        let verdict = &decision.verdict.recipients[0];
        let rules: Vec<&str> = verdict
            .reasons
            .iter()
            .map(|one| one.rule.as_str())
            .collect();
        if decision.facts.recipients[0].consented {
            by_consent.push((verdict.action, rules.concat()));
        }
    }
    let letter = (Action::Log, String::from("R02-consent"));
    let letters = by_consent.iter().filter(|one| **one == letter).count();
    assert_eq!(letters, 3, "{by_consent:?}");
    assert!(by_consent.contains(&(
        Action::Block,
        String::from("R02-consentR02-consent-othersR02-consent-possible")
    )));
}

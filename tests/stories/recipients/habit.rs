//! Domains that we often write to, learned from mail that left.

use std::fs;

use nix::sys::signal::Signal;

use crate::support::demo_mail::{plain, referral};
use crate::support::gatepost::printed;
use crate::support::numbers::Numbers;
use crate::support::wait_for;
use crate::support::world::{Wishes, World};

const FRIEND: &str = "a.person@quill-council.example";
const PATIENT: &str = "me@mary-canary.example";
const SLIP: &str = "a.person@quill-counsil.example";

/// Nine days of habit, up to yesterday: as the file has them.
fn nine_days() -> String {
    let today = gatepost::clock::now().unix_ms() / 86_400_000;
    let line = |domain: &str| {
        let last = today - 1;
        format!("{{\"v\":1,\"domain\":\"{domain}\",\"last\":{last},\"days\":\"1ff\"}}\n")
    };
    line("quill-council.example") + &line("seldom.example")
}

#[test]
fn a_slip_from_a_domain_that_gets_letters_every_day_is_asked_about() {
    let mut world = World::start("habit");
    let file = world.state().join("recipients/often.jsonl");
    let number = Numbers::new(57).live();
    let refused = |world: &World, to: &str| {
        let reply = world.send(&[to], &referral(to, &number));
        assert_eq!(reply.code, 550, "{reply:?}");
        reply.text.contains("Did you mean quill-council.example?")
    };
    let stop = |world: &World| {
        let before = world.gatepost.log().len();
        world.gatepost.signal(Signal::SIGTERM);
        wait_for("the end", 30, || {
            let log = world.gatepost.log();
            log.get(before..)?
                .contains("gatepost has stopped")
                .then_some(())
        });
    };
    stop(&world);
    fs::create_dir_all(file.parent().expect("a folder")).expect("the folder");
    fs::write(&file, nine_days()).expect("what was learned");
    world.gatepost.restart();
    assert!(!refused(&world, SLIP), "nine days are no habit");
    // What is refused is not learned, nor what looks like a known domain.
    // Nor the domain of a patient who agreed to ordinary mail.
    let args = [
        "recipients",
        "consent",
        "add",
        PATIENT,
        "--by",
        "A. Clerk",
        "--until",
    ];
    let day = gatepost::clock::now().after_days(100).to_string();
    let args = [&args[..], &[&day[..10]]].concat();
    let output = world.gatepost.command(&args);
    assert!(output.status.success(), "{output:?}");
    wait_for("the service to follow", 20, || {
        let log = world.gatepost.log();
        log.contains("followed the registers").then_some(())
    });
    for to in [FRIEND, "a@nhs.ner", "b@gmail.com", PATIENT] {
        let reply = world.send(&[to], &plain(to, "Lunch", "Shall we meet?"));
        assert_eq!(reply.code, 250, "{to}: {reply:?}");
    }
    stop(&world);
    let learned = fs::read_to_string(&file).expect("what was learned");
    assert!(
        learned.contains(r#""quill-council.example","last""#),
        "{learned}"
    );
    assert!(learned.contains(r#""days":"3ff""#), "{learned}");
    for word in ["counsil", "nhs.ner", "gmail", "person", "nhs.net", "canary"] {
        assert!(!learned.contains(word), "{word}: {learned}");
    }
    world.gatepost.restart();
    assert!(refused(&world, SLIP), "ten days are");
    assert!(!refused(&world, "a@seldon.example"), "nine are not");
    let check = world.gatepost.command(&["recipients", "check", SLIP]);
    let told = printed(&check);
    assert!(
        told.contains("it looks like quill-council.example"),
        "{told}"
    );
    assert!(told.contains("NOT SECURE"), "{told}");
    // A file that is damaged is told, and stops nothing.
    stop(&world);
    fs::write(&file, "half\n").expect("a damaged file");
    let check = world.gatepost.command(&["check"]);
    assert_eq!(check.status.code(), Some(0), "{check:?}");
    let told = printed(&check) + &String::from_utf8_lossy(&check.stderr);
    assert!(
        told.contains("recipients::forgotten-correspondents"),
        "{told}"
    );
    world.gatepost.restart();
    assert!(!refused(&world, SLIP), "forgotten");
}

#[test]
fn where_it_is_switched_off_nothing_is_learned() {
    let wishes = Wishes {
        config: String::from("learn-domains = false"),
        ..Wishes::default()
    };
    let world = World::with("habit-off", &wishes);
    let reply = world.send(&[FRIEND], &plain(FRIEND, "Lunch", "Shall we meet?"));
    assert_eq!(reply.code, 250, "{reply:?}");
    world.gatepost.signal(Signal::SIGTERM);
    wait_for("the end", 30, || {
        let log = world.gatepost.log();
        log.contains("gatepost has stopped").then_some(())
    });
    assert!(!world.state().join("recipients/often.jsonl").exists());
}

//! The audit log: its chain, what breaks it, and what people get to read.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::demo_mail::{plain, referral};
use crate::support::gatepost::{command, printed};
use crate::support::numbers::Numbers;
use crate::support::world::World;

/// A log of several decisions, after the daemon has stopped.
fn log(name: &str) -> (World, PathBuf, Vec<String>) {
    let mut world = World::start(name);
    let mut numbers = Numbers::new(71);
    for round in 0..4 {
        let to = format!("n{round}@gmail.com");
        world.send(&[&to], &referral(&to, &numbers.live()));
        world.send(
            &["a@nhs.net"],
            &plain("a@nhs.net", "Hello", &format!("Hello {round}.")),
        );
    }
    assert_eq!(world.gatepost.stop(), Some(0));
    let folder = world.state().join("audit");
    let segment = folder.join("audit-00000000000000000001.jsonl");
    let text = fs::read_to_string(&segment).expect("the segment");
    let lines = text.lines().map(str::to_owned).collect();
    (world, segment, lines)
}

fn verify(folder: &Path) -> (Option<i32>, String) {
    let folder = folder.to_str().expect("UTF-8");
    let output = command(None, &["audit", "verify", "--folder", folder]);
    (output.status.code(), printed(&output))
}

#[test]
fn the_chain_holds_from_start_to_stop_and_every_change_breaks_it() {
    let (_world, segment, lines) = log("chain");
    let folder = segment.parent().expect("a folder");
    let (code, text) = verify(folder);
    assert_eq!(code, Some(0), "{text}");
    // started, eight decisions, stopped.
    assert!(
        text.contains("the chain holds: 10 events in 1 segments, head "),
        "{text}"
    );
    let write = |lines: &[String]| {
        fs::write(&segment, lines.join("\n") + "\n").expect("a segment");
    };
    let mut tries: Vec<(&str, Vec<String>)> = Vec::new();
    for index in 0..lines.len() - 1 {
        let mut changed = lines.clone();
        changed[index] = changed[index].replacen("\"ts\":\"2", "\"ts\":\"1", 1);
        tries.push(("a changed line", changed));
        let mut dropped = lines.clone();
        dropped.remove(index);
        tries.push(("a dropped line", dropped));
        let mut twice = lines.clone();
        twice.insert(index, lines[index].clone());
        tries.push(("a doubled line", twice));
        let mut swapped = lines.clone();
        swapped.swap(index, index + 1);
        tries.push(("swapped lines", swapped));
    }
    let mut junk = lines.clone();
    junk.insert(3, String::from("{}"));
    tries.push(("a line that is no event", junk));
    for (what, broken) in tries {
        write(&broken);
        let (code, text) = verify(folder);
        assert_eq!(code, Some(1), "{what}: {text}");
        assert!(text.contains("THE CHAIN IS BROKEN"), "{what}: {text}");
    }
    write(&lines);
    assert_eq!(verify(folder).0, Some(0));
}

#[test]
fn a_head_noted_elsewhere_shows_that_the_end_was_cut_off() {
    let (_world, segment, lines) = log("head");
    let folder = segment
        .parent()
        .expect("a folder")
        .to_str()
        .expect("UTF-8")
        .to_owned();
    let (_, text) = verify(Path::new(&folder));
    let head = text.trim().rsplit(' ').next().expect("the head").to_owned();
    let check = |head: &str| {
        let output = command(
            None,
            &["audit", "verify", "--folder", &folder, "--head", head],
        );
        output.status.code()
    };
    assert_eq!(check(&head), Some(0));
    fs::write(&segment, lines[..lines.len() - 2].join("\n") + "\n").expect("a cut segment");
    assert_eq!(check(&head), Some(1));
    assert_eq!(check("0000"), Some(1));
}

#[test]
fn an_absent_log_proves_nothing() {
    let empty = tempfile::tempdir().expect("a folder");
    assert_eq!(verify(empty.path()).0, Some(1));
    assert_eq!(verify(&empty.path().join("nowhere")).0, Some(1));
}

#[test]
fn a_torn_end_is_cut_off_kept_aside_and_said() {
    let (mut world, segment, lines) = log("torn");
    let mut text = lines.join("\n") + "\n";
    text.push_str(&lines[3][..40]);
    fs::write(&segment, &text).expect("a torn segment");
    world.gatepost.restart();
    let folder = segment.parent().expect("a folder");
    let (code, report) = verify(folder);
    assert_eq!(code, Some(0), "{report}");
    assert!(report.contains("in 2 segments"), "{report}");
    assert_eq!(
        fs::read_to_string(segment.with_extension("torn")).expect("kept"),
        lines[3][..40]
    );
    let shown = command(
        None,
        &[
            "audit",
            "show",
            "11",
            "--folder",
            folder.to_str().expect("UTF-8"),
        ],
    );
    assert!(
        printed(&shown).contains("40 bytes were cut off"),
        "{}",
        printed(&shown)
    );
}

#[test]
fn a_damaged_log_is_not_appended_to() {
    let (mut world, segment, mut lines) = log("damaged");
    lines[4] = lines[4].replacen("\"seq\":5", "\"seq\":6", 1);
    fs::write(&segment, lines.join("\n") + "\n").expect("a damaged segment");
    world.gatepost.kill();
    let output = command(Some(&world.config), &["run"]);
    assert_eq!(output.status.code(), Some(78));
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        text.contains("the audit log is damaged") && text.contains("line 5"),
        "{text}"
    );
}

#[test]
fn two_gateposts_do_not_share_a_log() {
    let world = World::start("two");
    let other = world.folder.path().join("other.toml");
    let text = fs::read_to_string(&world.config).expect("gatepost.toml");
    fs::write(&other, text.replace("milter.sock", "other.sock")).expect("a second file");
    let output = command(Some(&other), &["run"]);
    assert_eq!(output.status.code(), Some(75));
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("another gatepost is using"), "{text}");
}

#[test]
fn the_reference_of_a_reply_leads_to_its_record() {
    let world = World::start("reference");
    let number = Numbers::new(72).live();
    let reply = world.send(&["x@gmail.com"], &referral("x@gmail.com", &number));
    let reference = reply
        .text
        .rsplit(' ')
        .next()
        .expect("a reference")
        .to_owned();
    let show = |format: &str| {
        let output = world
            .gatepost
            .command(&["audit", "show", &reference, "--format", format]);
        assert!(output.status.success(), "{output:?}");
        output
    };
    let words = printed(&show("text"));
    for expected in [
        "event 2, ",
        ": decision",
        &format!("ref {reference}, queue id "),
        "answered 550 on ",
        "from sender@trust.example",
        "to gmail.com: refused (block by ",
        "found nhs-number ### ### ####",
    ] {
        assert!(words.contains(expected), "{expected} in {words}");
    }
    let digits: String = words.chars().filter(char::is_ascii_digit).collect();
    assert!(!digits.contains(&number), "{words}");
    // Text is what is meant when nothing is said.
    let usual = world.gatepost.command(&["audit", "show", &reference]);
    assert_eq!(printed(&usual), words);
    let shown = show("json");
    assert_eq!(printed(&shown).lines().count(), 1, "one object a line");
    let object: serde_json::Value = serde_json::from_slice(&shown.stdout).expect("one event");
    assert_eq!(object["event"], "decision");
    assert_eq!(object["action"], "block");
    assert_eq!(object["recipients"][0]["domain"], "gmail.com");
    assert_eq!(object["recipients"][0]["outcome"], "refused");
    assert_eq!(object["sender"]["address"], "sender@trust.example");
    assert_eq!(object["reply"], "550");
    let missing = world.gatepost.command(&["audit", "show", "NOWHERE"]);
    assert_eq!(missing.status.code(), Some(2));
}

#[test]
fn a_recorded_decision_can_be_taken_again() {
    use gatepost::audit::{Event, read_all};
    use gatepost::load::{KeyUse, Wanted, load};
    let world = World::start("replay");
    let mut numbers = Numbers::new(73);
    for to in ["x@gmail.com", "a@nhs.net", "b@unknown.example"] {
        world.send(&[to], &referral(to, &numbers.live()));
    }
    let wanted = Wanted {
        config: Some(world.config.clone()),
        rules: None,
    };
    let policy = load(&wanted, &KeyUse::ReadOnly)
        .0
        .expect("the policy")
        .gate
        .policy;
    let mut replayed = 0;
    for stored in read_all(&world.state().join("audit"))
        .expect("the log")
        .flatten()
    {
        if let Event::Decision(decision) = stored.event {
            assert_eq!(decision.policy, policy.digest());
            assert_eq!(
                gatepost::policy::decide(&decision.facts, &policy),
                decision.verdict
            );
            replayed += 1;
        }
    }
    assert_eq!(replayed, 3);
}

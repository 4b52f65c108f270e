//! A bad change changes nothing; a good one holds from the next message on.

use std::fs;
use std::path::Path;

use crate::support::demo_mail::referral;
use crate::support::numbers::Numbers;
use crate::support::world::{Wishes, World};

fn with_rules(name: &str) -> World {
    let wishes = Wishes::default();
    let world = World::with(name, &wishes);
    let rules = world.folder.path().join("rules");
    fs::create_dir_all(&rules).expect("a folder");
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/policy");
    for entry in fs::read_dir(shipped).expect("the shipped rules").flatten() {
        fs::copy(entry.path(), rules.join(entry.file_name())).expect("a copy");
    }
    let text = fs::read_to_string(&world.config).expect("gatepost.toml");
    let text = text.replace("keys = \"keys\"", "keys = \"keys\"\nrules = \"rules\"");
    fs::write(&world.config, text).expect("gatepost.toml");
    assert!(world.gatepost.reload().contains("reloaded"));
    world
}

#[test]
fn broken_rules_leave_the_old_ones_in_force_and_are_shown_with_a_caret() {
    let world = with_rules("bad-reload");
    let rule = world.folder.path().join("rules/R02.toml");
    let good = fs::read_to_string(&rule).expect("a rule");
    let bad = good.replace("action = \"encrypt\"", "acton = \"encrypt\"");
    fs::write(&rule, &bad).expect("a broken rule");
    let log = world.gatepost.reload();
    assert!(log.contains("everything stays as it was"), "{log}");
    assert!(log.contains("did you mean \"action\"?"), "{log}");
    let line = bad
        .lines()
        .position(|line| line.starts_with("acton"))
        .expect("the line")
        + 1;
    assert!(log.contains(&format!("R02.toml:{line}:1")), "{log}");
    assert!(log.contains('^'), "{log}");
    let number = Numbers::new(31).live();
    let reply = world.send(&["x@gmail.com"], &referral("x@gmail.com", &number));
    assert_eq!(reply.code, 550, "{reply:?}");
    let events = world.gatepost.command(&["audit", "show", "3"]);
    let events = String::from_utf8_lossy(&events.stdout).into_owned();
    assert!(events.contains("reload-refused"), "{events}");
    fs::write(&rule, good).expect("the rule mended");
    assert!(world.gatepost.reload().contains("reloaded"));
}

#[test]
fn good_rules_keys_and_lists_hold_from_the_next_message_on() {
    let world = with_rules("good-reload");
    let number = Numbers::new(32).live();
    let to_new = referral("a@newly.example", &number);
    assert_eq!(world.send(&["a@newly.example"], &to_new).code, 550);
    let list = world.folder.path().join("accredited.csv");
    let mut text = fs::read_to_string(&list).expect("the list");
    text.push_str("New Hospital,Exchange,Newly.Example,N,Reject,Hardfail,Y,Y\r\n");
    fs::write(&list, text).expect("the list");
    world
        .gpg
        .make_key("x@gmail.com", &world.folder.path().join("keys"));
    assert!(world.gatepost.reload().contains("reloaded"));
    assert_eq!(world.send(&["a@newly.example"], &to_new).code, 250);
    let to_keyed = referral("x@gmail.com", &number);
    assert_eq!(world.send(&["x@gmail.com"], &to_keyed).code, 250);
    let sealed = world.catcher.wait_for("x@gmail.com");
    assert!(sealed.head().contains("multipart/encrypted"));
    for name in ["R01.toml", "R02.toml"] {
        let rule = world.folder.path().join("rules").join(name);
        let text = fs::read_to_string(&rule).expect("a rule");
        fs::write(
            &rule,
            text.replace("mode = \"enforce\"", "mode = \"watch\""),
        )
        .expect("a rule");
    }
    assert!(world.gatepost.reload().contains("reloaded"));
    let passed = world.send(&["n@gmail.com"], &referral("n@gmail.com", &number));
    assert_eq!(passed.code, 250, "{passed:?}");
}

#[test]
fn a_broken_list_key_or_configuration_is_refused_whole() {
    let world = with_rules("bad-parts");
    let number = Numbers::new(33).live();
    let at = world.folder.path();
    let config = fs::read_to_string(&world.config).expect("gatepost.toml");
    let list = fs::read_to_string(at.join("accredited.csv")).expect("the list");
    let tries = [
        (
            at.join("accredited.csv"),
            String::from("<html>404"),
            list,
            "web page",
        ),
        (
            at.join("keys/broken.asc"),
            String::from("no key"),
            String::new(),
            "key::refused",
        ),
        (
            world.config.clone(),
            format!("{config}\n[milterr]\n"),
            config,
            "did you mean \"milter\"?",
        ),
    ];
    for (file, broken, good, words) in tries {
        fs::write(&file, broken).expect("a broken file");
        let log = world.gatepost.reload();
        assert!(
            log.contains("everything stays as it was") && log.contains(words),
            "{log}"
        );
        let reply = world.send(
            &["ward@hospital.example"],
            &referral("ward@hospital.example", &number),
        );
        assert_eq!(reply.code, 250, "{reply:?}");
        if good.is_empty() {
            fs::remove_file(&file).expect("the file");
        } else {
            fs::write(&file, good).expect("the file mended");
        }
    }
    assert!(world.gatepost.reload().contains("reloaded"));
}

#[test]
fn what_only_a_restart_changes_is_named_at_each_reload() {
    let world = with_rules("start-only");
    let before = fs::read_to_string(&world.config).expect("gatepost.toml");
    let quiet = world.gatepost.reload();
    assert!(!quiet.contains("restart"), "{quiet}");
    let state = world.state().display().to_string();
    let changed = before
        .replace("milter.sock\"", "other.sock\"\nconnections = 7")
        .replace(&state, &format!("{state}-new"));
    fs::write(&world.config, changed).expect("gatepost.toml");
    for _ in 0..2 {
        let log = world.gatepost.reload();
        let line = log
            .lines()
            .find(|line| line.contains("in force only after a restart"))
            .unwrap_or_else(|| panic!("no word of a restart: {log}"));
        for name in ["milter.listen", "milter.connections", "folders.state"] {
            assert!(line.contains(name), "{name} in {line}");
        }
        assert!(log.contains("reloaded"), "{log}");
    }
    // The old socket, the old folder: mail goes on as before.
    let number = Numbers::new(34).live();
    let reply = world.send(
        &["ward@hospital.example"],
        &referral("ward@hospital.example", &number),
    );
    assert_eq!(reply.code, 250, "{reply:?}");
    fs::write(&world.config, before).expect("gatepost.toml");
    let quiet = world.gatepost.reload();
    assert!(!quiet.contains("restart"), "{quiet}");
}

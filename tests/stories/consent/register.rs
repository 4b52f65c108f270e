//! Consents are recorded, told and ended.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::process::Output;

use gatepost::load::{KeyUse, Wanted, load};
use serde_json::Value;

use super::site::{Site, add, consent, list, piped, said, until};
use crate::support::demand_root;
use crate::support::gatepost::command;
use crate::support::numbers::Numbers;

#[test]
fn a_consent_is_recorded_renewed_told_and_ended_without_an_address_anywhere() {
    let site = Site::new("consent-life");
    let config = &site.config;
    let mut written = String::new();
    let mut expect = |output: Output, code: i32, words: &str| {
        let text = said(&output);
        assert_eq!(output.status.code(), Some(code), "{text}");
        assert!(text.contains(words), "{words} in {text}");
        written.push_str(&text);
    };
    let form = ["--reference", "form 2026-114"];
    expect(
        add(
            config,
            "Mary.Canary@Gmail.com\n\n  zoe@quill.example\n",
            &form,
        ),
        0,
        "2 recorded until",
    );
    expect(
        add(config, "mary.canary@gmail.com\n", &form),
        1,
        "nothing to change: 1 in force",
    );
    expect(
        piped(config, &["check", "-"], "MARY.canary@gmail.com.\n"),
        0,
        "line 1: a consent is in force",
    );
    // Another address, however like it is.
    for other in ["mary.canary+clinic@gmail.com", "marycanary@gmail.com"] {
        expect(
            consent(config, &["check", other]),
            1,
            "what was given: no consent is in force: none was recorded",
        );
    }
    expect(
        add(config, "mary.canary@gmail.com", &["--reference", "form 2"]),
        0,
        "1 of them renewed",
    );
    let told = list(config);
    assert_eq!((&told["in-force"], &told["over"]), (&2.into(), &1.into()));
    let all = told["consents"].as_array().expect("consents");
    let states: Vec<&Value> = all.iter().map(|one| &one["state"]).collect();
    let mut states: Vec<&str> = states.iter().filter_map(|state| state.as_str()).collect();
    states.sort_unstable();
    assert_eq!(states, ["in-force", "in-force", "renewed"]);
    assert_eq!(all[2]["by"], "A. Clerk");
    assert_eq!(all[2]["reference"], "form 2");
    assert_eq!(all[2]["until"], format!("{}T00:00:00.000Z", until(100)));

    let why = ["--by", "B. Clerk", "--why", "asked to"];
    let of_mary = all[2]["token"].as_str().expect("a token");
    assert_eq!(of_mary.len(), 12);
    expect(
        consent(config, &[&["end", of_mary], &why[..]].concat()),
        0,
        "1 ended",
    );
    expect(
        piped(config, &["check", "-"], "mary.canary@gmail.com\n"),
        1,
        "by B. Clerk: asked to",
    );
    expect(
        piped(
            config,
            &[&["end", "-"], &why[..]].concat(),
            "zoe@quill.example\n",
        ),
        0,
        "1 ended",
    );
    expect(
        consent(config, &[&["end", of_mary], &why[..]].concat()),
        1,
        "no consent is in force under this token",
    );
    expect(consent(config, &["list"]), 0, "0 in force, 3 over");

    let mode = fs::metadata(site.file()).expect("the file").permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
    written.push_str(&fs::read_to_string(site.file()).expect("the register"));
    let written = written.to_lowercase();
    for word in ["canary", "gmail", "zoe", "quill"] {
        assert!(!written.contains(word), "{word} in {written}");
    }
}

#[test]
fn what_needs_no_consent_or_tells_who_it_is_is_refused_whole() {
    let site = Site::new("consent-refused");
    let config = &site.config;
    let mut lines = String::from("right@gmail.com\n");
    let wrong = [
        ("nobody", "is no address"),
        ("a%gmail.com@nhs.net", "is no address"),
        ("ward@trust.example", "an address of our own"),
        ("ward@nhs.net", "mail there is secure"),
        ("ward@hospital.example", "mail there is secure"),
        ("mary@gmial.com", "looks like gmail.com"),
    ];
    for (address, _) in wrong {
        writeln!(lines, "{address}").expect("a string");
    }
    let output = add(config, &lines, &[]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = said(&output);
    for ((address, why), line) in wrong.iter().zip(2..) {
        let told = text
            .lines()
            .find(|told| told.contains(&format!("line {line}")));
        assert!(
            told.is_some_and(|told| told.contains(why)),
            "{why} in {text}"
        );
        assert!(!text.contains(address), "{text}");
    }
    assert!(text.contains("nothing was changed"), "{text}");
    assert_eq!(site.lines(), 0);

    // Words that tell who it is, and ends that are none.
    let (soon, far, past) = (until(100), until(740), until(-1));
    let number = Numbers::new(91).live();
    let by_number = format!("the form of {number}");
    for (options, why) in [
        (
            ["--until", &soon, "--by", "A", "--reference", &by_number],
            "--reference holds",
        ),
        (
            ["--until", &soon, "--by", "A", "--reference", "x@gmail.com"],
            "holds an address",
        ),
        (
            [
                "--until",
                &soon,
                "--by",
                "DOB 01/02/1970",
                "--reference",
                "f",
            ],
            "--by holds",
        ),
        (
            ["--until", &soon, "--by", " ", "--reference", "f"],
            "--by must not be empty",
        ),
        (
            ["--until", &far, "--by", "A", "--reference", "f"],
            "731 days at most",
        ),
        (
            ["--until", &past, "--by", "A", "--reference", "f"],
            "before it begins",
        ),
        (
            ["--until", "soon", "--by", "A", "--reference", "f"],
            "no day such as",
        ),
    ] {
        let args = [&["add", "-"], &options[..]].concat();
        let output = piped(config, &args, "right@gmail.com\n");
        assert_eq!(output.status.code(), Some(2), "{options:?}");
        let text = said(&output);
        assert!(text.contains(why), "{why} in {text}");
        assert!(!text.contains(&number), "{text}");
    }
    assert_eq!(site.lines(), 0);
    assert_eq!(add(config, "\n\n", &[]).status.code(), Some(2));

    // A look-alike may be right, and a site may want another limit.
    let more = fs::read_to_string(config).expect("gatepost.toml") + "consent-days = 10\n";
    let output = add(config, "mary@gmial.com\n", &["--as-typed"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    fs::write(config, more).expect("gatepost.toml");
    let output = add(config, "right@gmail.com\n", &[]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(site.lines(), 1);
}

#[test]
fn a_key_that_was_lost_is_told_and_nobody_is_recognised_by_chance() {
    let site = Site::new("consent-key");
    let config = &site.config;
    assert_eq!(add(config, "mary@gmail.com\n", &[]).status.code(), Some(0));
    let key = site.state().join("token.key");
    let kept = fs::read(&key).expect("the key");
    fs::remove_file(&key).expect("the key lost");
    let lost = "1 consents in force were recorded with another token.key";
    for args in [&["check", "mary@gmail.com"][..], &["list"]] {
        let output = consent(config, args);
        assert!(said(&output).contains(lost), "{output:?}");
    }
    let check = command(Some(config), &["check"]);
    assert!(
        said(&check).contains("recipients::lost-consents"),
        "{check:?}"
    );
    // Recorded anew it is found; the old one can be ended by its token.
    let again = add(config, "mary@gmail.com\n", &[]);
    assert_eq!(again.status.code(), Some(0), "{again:?}");
    assert!(said(&again).contains(lost), "{again:?}");
    let told = list(config);
    assert_eq!(
        (&told["in-force"], &told["of-other-keys"]),
        (&2.into(), &1.into())
    );
    let old = told["consents"][0]["token"].as_str().expect("a token");
    let output = consent(config, &["end", old, "--by", "A", "--why", "recorded anew"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let output = consent(config, &["check", "mary@gmail.com"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(!said(&output).contains("another token.key"), "{output:?}");
    assert_ne!(fs::read(&key).expect("the new key"), kept);
}

#[test]
fn a_damaged_register_is_not_used_and_a_torn_line_is_mended() {
    let site = Site::new("consent-damage");
    let config = &site.config;
    assert_eq!(
        add(config, "a@gmail.com\nb@gmail.com\n", &[]).status.code(),
        Some(0)
    );
    let whole = fs::read_to_string(site.file()).expect("the register");
    fs::write(site.file(), &whole[..whole.len() - 20]).expect("a torn line");
    let output = add(config, "c@gmail.com\n", &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(list(config)["in-force"], 2);
    let damaged = whole.replacen("agreed", "argued", 1);
    fs::write(site.file(), &damaged).expect("a damaged register");
    for args in [&["list"][..], &["check", "a@gmail.com"]] {
        let output = consent(config, args);
        assert_eq!(output.status.code(), Some(78), "{output:?}");
        assert!(
            said(&output).contains("consents.jsonl: line 1"),
            "{output:?}"
        );
    }
    assert_eq!(add(config, "c@gmail.com\n", &[]).status.code(), Some(78));
    assert_eq!(command(Some(config), &["check"]).status.code(), Some(78));
    assert_eq!(
        fs::read_to_string(site.file()).expect("the register"),
        damaged
    );
}

#[test]
fn two_commands_at_once_follow_each_other() {
    let site = Site::new("consent-both");
    let config = &site.config;
    assert_eq!(add(config, "x@gmail.com\n", &[]).status.code(), Some(0));
    std::thread::scope(|scope| {
        for number in 0..6 {
            scope.spawn(move || {
                let output = add(config, &format!("p{number}@gmail.com\nx@gmail.com\n"), &[]);
                assert_eq!(output.status.code(), Some(0), "{output:?}");
            });
        }
    });
    assert_eq!(list(config)["in-force"], 7);
    assert_eq!(site.lines(), 7);
}

#[test]
fn a_hundred_thousand_consents_are_each_known() {
    let site = Site::new("consent-many");
    let config = &site.config;
    let addresses = |from: usize, to: usize| {
        (from..to).fold(String::new(), |mut text, number| {
            writeln!(text, "p{number}@gmail.com").expect("a string");
            text
        })
    };
    let output = add(config, &addresses(0, 100_000), &[]);
    assert!(said(&output).contains("100000 recorded"), "{output:?}");
    let wanted = Wanted {
        config: Some(config.clone()),
        rules: None,
    };
    let gate = load(&wanted, &KeyUse::ReadOnly).0.expect("a gate").gate;
    let now = gatepost::clock::now();
    for number in (0..110_000).step_by(7) {
        let address = gatepost::mail::Address::parse(&format!("P{number}@GMAIL.com"));
        let token =
            gatepost::directory::Consents::token(&gate.token_key, &address.expect("an address"));
        let known = gate.consents.in_force(&token, now).is_some();
        assert_eq!(known, number < 100_000, "{number}");
    }
}

#[test]
fn what_the_first_command_makes_belongs_to_the_service() {
    demand_root();
    let site = Site::new("consent-owner");
    chown(site.state(), Some(65_534), Some(65_534)).expect("the service's folder");
    let output = add(&site.config, "mary@gmail.com\n", &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    for file in [
        site.state().join("token.key"),
        site.file(),
        site.state().join("recipients"),
    ] {
        let owner = fs::metadata(&file).expect("a file").uid();
        assert_eq!(owner, 65_534, "{}", file.display());
    }
}

#[test]
fn the_status_of_recipients_tells_how_many_consents_end_soon_and_of_whom_nothing() {
    let site = Site::new("consent-status");
    for (address, days) in [("mary@gmail.com", 20), ("zoe@quill.example", 200)] {
        let args = ["add", "-", "--until", &until(days), "--by", "A. Clerk"];
        let output = piped(&site.config, &args, &format!("{address}\n"));
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    let status = command(Some(&site.config), &["recipients", "status"]);
    let text = said(&status);
    assert!(text.contains("consents of patients in force: 2"), "{text}");
    assert!(
        text.contains("consents ending within 30 days: 1 ("),
        "{text}"
    );
    let json = ["recipients", "status", "--format", "json"];
    let told = said(&command(Some(&site.config), &json));
    assert!(
        told.contains(r#""consents":{"ending":1,"in-force":2}"#),
        "{told}"
    );
    for word in ["mary", "zoe", "quill"] {
        assert!(!(text.clone() + &told).contains(word), "{word}");
    }
}

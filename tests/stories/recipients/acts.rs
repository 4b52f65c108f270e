//! What is decided beside the list, and what is typed.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::site::{Site, complaint};
use crate::support::gatepost::{binary, printed};

#[test]
fn a_trust_has_an_end_a_name_and_a_reason() {
    let site = Site::new("trust");
    for (args, code, why) in [
        (
            &["trust", "partner.test", "--by", "A", "--why", "B"][..],
            2,
            "--until",
        ),
        (
            &[
                "trust",
                "partner.test",
                "--until",
                "2020-01-01",
                "--by",
                "A",
                "--why",
                "B",
            ],
            2,
            "a day to come",
        ),
        (
            &[
                "trust",
                "partner.test",
                "--until",
                "soon",
                "--by",
                "A",
                "--why",
                "B",
            ],
            2,
            "2026-11-21",
        ),
        (
            &[
                "trust",
                "partner.test",
                "--until",
                "2999-01-01",
                "--by",
                "A",
                "--why",
                " ",
            ],
            2,
            "and why",
        ),
        (
            &[
                "trust",
                "x@partner.test",
                "--until",
                "2999-01-01",
                "--by",
                "A",
                "--why",
                "B",
            ],
            2,
            "after the @",
        ),
        (
            &[
                "trust",
                "*.test",
                "--until",
                "2999-01-01",
                "--by",
                "A",
                "--why",
                "B",
            ],
            2,
            "more than one",
        ),
    ] {
        let output = site.run(args);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{args:?}: {}",
            complaint(&output)
        );
        assert!(
            complaint(&output).contains(why),
            "{args:?}: {}",
            complaint(&output)
        );
    }
}

#[test]
fn what_no_reason_makes_secure_is_not_trusted() {
    let site = Site::new("no-trust");
    let day = &["--until", "2999-01-01", "--by", "Dr A", "--why", "B"];
    assert!(
        site.run(&["block", "bad.test", "--why", "test"])
            .status
            .success()
    );
    let before = site.register();
    for (domain, why) in [
        ("gmail.com", "a mail service for the public"),
        ("trust.example", "is our own"),
        ("bad.test", "lift the block first"),
        ("x.gsi.gov.uk", "no longer in use; use x.gov.uk"),
        ("localhost", "no domain of somebody's own"),
        ("192.0.2.1", "no domain of somebody's own"),
        ("[192.0.2.1]", "no domain of somebody's own"),
    ] {
        let output = site.run(&[&["trust", domain][..], day].concat());
        let said = complaint(&output);
        assert_eq!(output.status.code(), Some(1), "{domain}: {said}");
        assert!(
            said.contains(why) && said.contains("nothing was changed"),
            "{said}"
        );
    }
    let told = site.json(&["check", "jo@court.pnn.police.uk"]);
    assert_eq!(
        (&told["standing"], &told["successor"]),
        (&"retired".into(), &"court.police.uk".into())
    );
    assert_eq!(
        site.json(&["check", "jo@gmail.com"])["successor"],
        Value::Null
    );
    let output = site.run(&["block", "trust.example", "--why", "B"]);
    assert_eq!(output.status.code(), Some(1), "{}", complaint(&output));
    // Somebody without a name decides nothing.
    for args in [
        &["block", "worse.test", "--why", "B", "--by", " "][..],
        &[
            "trust",
            "partner.test",
            "--until",
            "2999-01-01",
            "--by",
            "\t",
            "--why",
            "B",
        ],
        &["import", "list", "--approve", "", "--why", ""],
        &["import", "list", "--approve", "A", "--why", " "],
    ] {
        let output = site.run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(complaint(&output).contains("who "), "{args:?}");
    }
    assert_eq!(site.register(), before);
    // A slip of the keyboard is said; only who types knows what was meant.
    let output = site.run(&[&["trust", "gmial.com"][..], day].concat());
    assert!(
        complaint(&output).contains("looks like gmail.com"),
        "{output:?}"
    );
}

#[test]
fn a_reason_is_one_line_that_no_terminal_acts_on() {
    let site = Site::new("reason");
    let why = "our\nhospice\u{1b}[2J";
    let args = [
        "trust",
        "partner.test",
        "--until",
        "2999-01-01",
        "--by",
        "A\r",
        "--why",
        why,
    ];
    assert!(site.run(&args).status.success());
    let said = printed(&site.run(&["history", "partner.test"]));
    assert!(said.contains("trusted by A: our hospice [2J\n"), "{said:?}");
}

#[test]
fn a_trust_counts_for_its_domain_alone_and_a_block_goes_before_it() {
    let site = Site::new("trusted");
    let standing = |domain: &str| {
        let told = site.json(&["check", domain]);
        (told["standing"].clone(), told["secure"].clone())
    };
    let day = &[
        "--until",
        "2999-01-01",
        "--by",
        "Dr A",
        "--why",
        "our hospice",
    ];
    let output = site.run(&[&["trust", "partner.test"][..], day].concat());
    assert!(output.status.success(), "{}", complaint(&output));
    assert_eq!(
        standing("x@partner.test"),
        ("locally-trusted".into(), true.into())
    );
    assert_eq!(
        standing("x@sub.partner.test"),
        ("never-listed".into(), false.into())
    );
    let blocked = site.run(&["block", "partner.test", "--why", "its mail was broken into"]);
    assert!(blocked.status.success());
    assert_eq!(standing("x@partner.test"), ("blocked".into(), false.into()));
    let told = site.json(&["check", "x@partner.test"]);
    assert_eq!(
        (&told["action"], &told["class"]),
        (&"block".into(), &"blocked".into())
    );
    assert!(
        site.run(&["block", "partner.test", "--end", "--why", "mended"])
            .status
            .success()
    );
    assert_eq!(standing("x@partner.test").0, "locally-trusted");
    let end = [
        "trust",
        "partner.test",
        "--end",
        "--by",
        "Dr A",
        "--why",
        "moved to NHS.net",
    ];
    assert!(site.run(&end).status.success());
    assert_eq!(standing("x@partner.test").0, "never-listed");
    assert_eq!(site.run(&end).status.code(), Some(1));
}

#[test]
fn nothing_that_is_typed_is_ever_wrongly_secure() {
    let site = Site::new("typed");
    let list = b"Domain name\nlisted.test\nb\xC3\xBCcher.test\n";
    assert!(site.import("list", list, &[]).status.success());
    let long = format!("{}@listed.test", "x".repeat(65_536));
    let long_domain = format!("x@{}.listed.test", "x".repeat(65_536));
    for (typed, secure) in [
        ("x@LISTED.Test", true),
        ("x@listed.test.", true),
        ("\"a b\"@listed.test", true),
        ("x+y@listed.test", true),
        ("x@listed\u{3002}test", true),
        ("x@\u{ff4c}isted\u{ff0e}test", true),
        ("x@b\u{fc}cher.test", true),
        ("x@B\u{dc}CHER.test", true),
        ("x@xn--bcher-kva.test", true),
        ("x@bu\u{308}cher.test", true),
        ("x@bucher.test", false),
        ("x@listed.test..", false),
        ("x@.listed.test", false),
        ("x@sub.listed.test", false),
        ("x@listed.test.evil.test", false),
        ("x@l\u{456}sted.test", false),
        ("x@*.listed.test", false),
        ("x@list\u{200d}ed.test", false),
        ("x@\u{202e}listed.test", false),
        ("x@listed.test\u{2028}", false),
        ("x@xn--listed-.test", false),
        ("x@listed.test:25", false),
        ("x@listed%2etest", false),
        ("x@listed.test(comment)", false),
        ("x(comment)@listed.test", false),
        ("\"x\\\"@listed.test", false),
        ("\\x@listed.test", false),
        ("smtp:x@listed.test", false),
        ("x\u{ff05}evil.test@listed.test", false),
        ("IMCEASMTP-x+40evil+2Etest@listed.test", false),
        ("x\r\n@listed.test", false),
        ("x@listed.test\r\nRCPT TO:<y@evil.test>", false),
        ("x@[192.0.2.1]", false),
        ("x@[listed.test]", false),
        ("x%evil.test@listed.test", false),
        ("evil.test!x@listed.test", false),
        ("x@evil.test@listed.test", false),
        ("<@evil.test:x@listed.test>", false),
        ("x@listed.test,y@evil.test", false),
        ("x@listed.test\u{0}", false),
        ("", false),
        ("@", false),
        (&long, false),
        (&long_domain, false),
    ] {
        let typed_short: String = typed.chars().take(50).collect();
        if typed.contains('\u{0}') {
            // No command line can hold it; the mail path's own test has it.
            continue;
        }
        let told = site.json(&["check", "--", typed]);
        assert_eq!(told["secure"], secure, "{typed_short:?}: {told}");
        assert_eq!(told["address"], typed, "programs get it as it was typed");
    }
    // People see what can't be seen.
    let said = printed(&site.run(&["check", "x@listed.test\t.", "x@\u{202e}listed.test"]));
    assert!(
        said.contains("x@listed.test\\t.: NOT") && said.contains("x@\\u{202e}listed.test: NOT"),
        "{said}"
    );
}

#[test]
fn a_clock_that_was_wrong_is_said_before_it_hides_an_act() {
    let site = Site::new("clock");
    let folder = site.at.path().join("state/recipients");
    fs::create_dir_all(&folder).expect("a folder");
    let line = "{\"v\":1,\"at\":\"2999-01-01T00:00:00.000Z\",\"by\":\"A\",\"act\":\"blocked\",\
        \"domain\":\"a.test\",\"why\":\"B\"}\n";
    fs::write(folder.join("register.jsonl"), line).expect("a register");
    for args in [
        &["block", "b.test", "--why", "test"][..],
        &[
            "trust",
            "b.test",
            "--until",
            "2999-06-01",
            "--by",
            "A",
            "--why",
            "B",
        ],
    ] {
        let output = site.run(args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        let said = complaint(&output);
        assert!(
            said.contains("1 January 2999") && said.contains("mend the clock"),
            "{said}"
        );
    }
    let output = site.import("list", b"Domain name\na.test\n", &[]);
    assert_eq!(output.status.code(), Some(1), "{}", complaint(&output));
}

#[test]
fn two_commands_at_once_follow_each_other_and_a_torn_line_is_mended() {
    let site = Site::new("at-once");
    let running: Vec<_> = (0..8)
        .map(|number| {
            Command::new(binary())
                .arg("--config")
                .arg(&site.config)
                .args([
                    "recipients",
                    "block",
                    &format!("d{number}.test"),
                    "--why",
                    "test",
                ])
                .stdout(Stdio::null())
                .spawn()
                .expect("gatepost")
        })
        .collect();
    for mut child in running {
        assert!(child.wait().expect("an end").success());
    }
    let blocked = |site: &Site| {
        site.json(&["status"])["blocked"]
            .as_array()
            .expect("a list")
            .len()
    };
    assert_eq!(blocked(&site), 8);
    let file = site.at.path().join("state/recipients/register.jsonl");
    let mut open = fs::OpenOptions::new()
        .append(true)
        .open(&file)
        .expect("the register");
    open.write_all(b"{\"v\":1,\"at\":\"2026-")
        .expect("half a line");
    assert_eq!(blocked(&site), 8);
    assert!(
        site.run(&["block", "d8.test", "--why", "test"])
            .status
            .success()
    );
    assert_eq!(blocked(&site), 9);
    // A whole line that is wrong is said, with its place, and nothing is used.
    open.write_all(b"nonsense\n").expect("a line");
    let output = site.run(&["status"]);
    assert_eq!(output.status.code(), Some(78));
    assert!(
        complaint(&output).contains("line 10"),
        "{}",
        complaint(&output)
    );
    let output = site.run(&["block", "d9.test", "--why", "test"]);
    assert_eq!(output.status.code(), Some(78), "{}", complaint(&output));
}

//! `gatepost scan`: the JSON contract, and what people see.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::demo_mail::{referral, unreadable};
use crate::support::folder;
use crate::support::gatepost::{binary, command, printed};
use crate::support::numbers::{Numbers, spaced};
use crate::support::workbook::hidden_sheet;
use crate::support::world::{Wishes, configure};

struct Desk {
    folder: tempfile::TempDir,
    config: std::path::PathBuf,
}

impl Desk {
    fn new(name: &str) -> Self {
        let folder = folder(name);
        let config = configure(folder.path(), "inet:127.0.0.1:1", 2, &Wishes::default());
        Self { folder, config }
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).expect("a file");
        path.to_str().expect("UTF-8").to_owned()
    }

    fn json(&self, args: &[&str]) -> (Value, Option<i32>) {
        let args = [&["scan", "--format", "json"], args].concat();
        let output = command(Some(&self.config), &args);
        let value = serde_json::from_slice(&output.stdout).expect("one JSON object");
        (value, output.status.code())
    }
}

#[test]
fn the_contract_is_kept_key_by_key() {
    let desk = Desk::new("contract");
    let number = Numbers::new(61).live();
    let file = desk.file(
        "a.eml",
        &referral("ward@hospital.example, x@gmail.com", &number),
    );
    let (object, code) = desk.json(&[&file]);
    assert_eq!(code, Some(1));
    let keys: Vec<&str> = object
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    for key in [
        "v",
        "file",
        "verdict",
        "recipients",
        "rules",
        "findings",
        "gaps",
        "plan",
    ] {
        assert!(keys.contains(&key), "{key} in {keys:?}");
    }
    assert_eq!(object["v"], 1);
    assert_eq!(object["file"], file.as_str());
    assert_eq!(object["verdict"], "block");
    let recipients = &object["recipients"];
    assert_eq!(recipients[0]["address"], "ward@hospital.example");
    assert_eq!(recipients[0]["class"], "accredited");
    assert_eq!(recipients[0]["secure"], true);
    assert_eq!(recipients[0]["action"], "allow");
    assert_eq!(recipients[1]["class"], "consumer-webmail");
    assert_eq!(recipients[1]["secure"], false);
    assert_eq!(recipients[1]["action"], "block");
    assert_eq!(recipients[1]["reasons"], serde_json::json!(["R01", "R02"]));
    assert_eq!(
        object["rules"][1],
        serde_json::json!({"id": "R02", "version": 2, "action": "block"})
    );
    let finding = &object["findings"][0];
    assert_eq!(finding["identifier"], "nhs-number");
    assert_eq!(finding["class"], "live");
    assert_eq!(finding["confidence"], "certain");
    assert_eq!(finding["shape"], "### ### ####");
    assert!(finding["score"].as_u64() >= Some(85), "{finding}");
    assert!(
        finding["evidence"]
            .as_array()
            .is_some_and(|list| list.len() >= 3),
        "{finding}"
    );
    assert!(
        finding["where"]
            .as_str()
            .is_some_and(|place| place.starts_with("body of part 1"))
    );
    assert!(finding.get("value").is_none() && !object.to_string().contains(&number));
    let (object, _) = desk.json(&["--reveal", &file]);
    assert_eq!(object["findings"][0]["value"], number.as_str());
}

#[test]
fn exit_codes_tell_what_happened() {
    let desk = Desk::new("codes");
    let number = Numbers::new(62).live();
    let fine = desk.file("fine.eml", &referral("a@nhs.net", &number));
    let warned = desk.file("warned.eml", &unreadable("x@gmail.com"));
    let run = |args: &[&str]| command(Some(&desk.config), args).status.code();
    assert_eq!(run(&["scan", &fine]), Some(0));
    assert_eq!(run(&["scan", &warned]), Some(1));
    assert_eq!(run(&["scan", &fine, &warned]), Some(1));
    assert_eq!(run(&["scan", "/nowhere.eml"]), Some(2));
    assert_eq!(run(&["scan"]), Some(2));
    assert_eq!(run(&["scann"]), Some(2));
    fs::write(&desk.config, "[organisation\n").expect("a broken file");
    assert_eq!(run(&["scan", &fine]), Some(78));
    assert_eq!(run(&["check"]), Some(78));
}

#[test]
fn the_envelope_can_be_given_and_standard_input_read() {
    let desk = Desk::new("stdin");
    let number = Numbers::new(63).live();
    let mut child = Command::new(binary())
        .arg("--config")
        .arg(&desk.config)
        .args(["scan", "--format", "json", "--from", "a@trust.example"])
        .args(["--to", "a@nhs.net", "--to", "b@unknown.example", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("gatepost");
    let mut stdin = child.stdin.take().expect("its input");
    stdin
        .write_all(&referral("someone@else.example", &number))
        .expect("a message");
    drop(stdin);
    let output = child.wait_with_output().expect("its end");
    let object: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let classes: Vec<&str> = object["recipients"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|recipient| recipient["class"].as_str())
        .collect();
    assert_eq!(classes, ["nhs-net", "other-insecure"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn without_recipients_it_tells_what_an_insecure_one_would_mean() {
    let desk = Desk::new("nobody");
    let number = Numbers::new(64).live();
    let file = desk.file("letter.txt", format!("NHS number {number}\n").as_bytes());
    let (object, code) = desk.json(&[&file]);
    assert_eq!(object["recipients"][0]["address"], Value::Null);
    assert_eq!(object["verdict"], "block");
    assert_eq!(code, Some(1));
}

#[test]
fn people_read_it_in_words() {
    let desk = Desk::new("words");
    let number = Numbers::new(65).live();
    let file = desk.file("a.eml", &referral("x@gmail.com", &number));
    let text = printed(&command(Some(&desk.config), &["scan", &file]));
    for words in [
        "a.eml: block",
        "to x@gmail.com (consumer-webmail, not secure): block by R01, R02",
        "found nhs-number ### ### #### (certain, live range, 100)",
        "check digit valid +35, live range +15, usual layout +10, label directly before +40",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
}

#[test]
fn other_rules_can_be_tried() {
    let desk = Desk::new("rules");
    let rules = desk.folder.path().join("mine");
    fs::create_dir_all(&rules).expect("a folder");
    let rule = include_str!("../../rules/policy/R02.toml").replace("\"insecure\"", "\"external\"");
    let rule = rule.replace(
        "the number to NHS.net passes",
        "even to NHS.net it is stopped",
    );
    let rule = rule.replace(
        "to = [\"ward@nhs.net\"]\ntext = \"NHS No: 943 476 5919\"\nexpect = \"allow\"",
        "to = [\"ward@nhs.net\"]\ntext = \"NHS No: 943 476 5919\"\nexpect = \"block\"",
    );
    fs::write(rules.join("mine.toml"), rule).expect("a rule");
    let number = Numbers::new(66).live();
    let file = desk.file("a.eml", &referral("a@nhs.net", &number));
    let rules = rules.to_str().expect("UTF-8").to_owned();
    let (object, code) = desk.json(&["--rules", &rules, &file]);
    assert_eq!((object["verdict"].as_str(), code), (Some("block"), Some(1)));
}

#[test]
fn a_rule_that_cannot_be_read_or_proved_is_never_left_out() {
    let desk = Desk::new("left-out");
    let rules = desk.folder.path().join("mine");
    fs::create_dir_all(&rules).expect("a folder");
    let good = include_str!("../../rules/policy/R02.toml");
    fs::write(rules.join("R02.toml"), good).expect("a rule");
    let file = desk.file("a.eml", b"Subject: x\r\n\r\nx\r\n");
    let folder = rules.to_str().expect("UTF-8").to_owned();
    let run = || command(Some(&desk.config), &["scan", "--rules", &folder, &file]);
    assert_eq!(run().status.code(), Some(0));
    std::os::unix::fs::symlink("/nowhere.toml", rules.join("R03.toml")).expect("a link");
    assert_eq!(run().status.code(), Some(78), "a dangling link");
    fs::remove_file(rules.join("R03.toml")).expect("the link");
    // Its examples run however its id is quoted.
    let broken = good
        .replace("id = \"R02\"", "id = 'R02'")
        .replace("\"insecure\"", "\"external\"");
    fs::write(rules.join("R02.toml"), broken).expect("a rule");
    let output = run();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("rule::example-fails"), "{text}");
}

#[test]
fn a_rule_whose_example_fails_is_refused_at_its_place() {
    let desk = Desk::new("example");
    let rules = desk.folder.path().join("mine");
    fs::create_dir_all(&rules).expect("a folder");
    let rule = include_str!("../../rules/policy/R02.toml").replace("\"insecure\"", "\"external\"");
    fs::write(rules.join("mine.toml"), rule).expect("a rule");
    let file = desk.file("a.eml", b"Subject: x\r\n\r\nx\r\n");
    let rules = rules.to_str().expect("UTF-8").to_owned();
    let output = command(Some(&desk.config), &["scan", "--rules", &rules, &file]);
    assert_eq!(output.status.code(), Some(78));
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    for words in [
        "rule::example-fails",
        "the example \"the number to NHS.net passes\" expects allow, but the rule says block",
        "^",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
}

#[test]
fn a_file_that_is_no_message_is_read_as_the_attachment_of_one() {
    let desk = Desk::new("scan-files");
    let number = Numbers::new(406).live();
    let book = desk.file("letter.xlsx", &hidden_sheet(&number));
    let (object, code) = desk.json(&[&book]);
    assert_eq!(code, Some(1), "{object}");
    assert_eq!(object["read_as"], "attachment");
    assert_eq!(object["verdict"], "block");
    assert_eq!(object["gaps"], Value::Array(Vec::new()));
    let place = object["findings"][0]["where"].as_str().expect("a place");
    assert!(
        place.starts_with("attachment of part 1, sheet 2, byte ")
            && place.ends_with("(a hidden sheet)"),
        "{object}"
    );
    let text = printed(&command(Some(&desk.config), &["scan", &book]));
    assert!(
        text.starts_with(&format!("{book}: read as an attachment\n{book}: block\n")),
        "{text}"
    );

    // What is not read of it is said, and at no byte.
    let archive = desk.file("a.rar", b"Rar!\x1A\x07\x01\0unreadable");
    let text = printed(&command(Some(&desk.config), &["scan", &archive]));
    assert!(
        text.contains("  not checked (unknown-format rar): attachment of part 1\n"),
        "{text}"
    );

    // A text, and a name: people write numbers into both.
    let note = format!("Dear colleague,\n\nNHS number: {}\n", spaced(&number));
    let note = desk.file("letter.txt", note.as_bytes());
    let (object, code) = desk.json(&[&note]);
    assert_eq!(
        (code, &object["verdict"]),
        (Some(1), &"block".into()),
        "{object}"
    );
    let named = desk.file(&format!("NHS number {number}.txt"), b"Dear colleague,\n");
    let (object, _) = desk.json(&[&named]);
    assert_eq!(
        object["findings"][0]["where"], "attachment-name of part 1",
        "{object}"
    );

    let message = desk.file("a.eml", &referral("x@gmail.com", &number));
    let (object, _) = desk.json(&[&message]);
    assert_eq!(object["read_as"], "message");
    let text = printed(&command(Some(&desk.config), &["scan", &message]));
    assert!(!text.contains("attachment"), "{text}");
}

#[test]
fn the_help_says_what_the_exit_codes_mean() {
    let help = printed(&command(None, &["scan", "--help"]));
    for words in [
        "any other file is read as an attachment",
        "Exit codes:",
        "  1   one is",
        "  78  the configuration or the rules are wrong",
    ] {
        assert!(help.contains(words), "{words} in {help}");
    }
}

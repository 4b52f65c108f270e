//! Identifiers that a site writes itself, and other weights.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::folder;
use crate::support::gatepost::command;
use crate::support::world::{Wishes, configure};

const HOSPITAL: &str = r#"
[identifier]
id = "hospital-number"
title = "Hospital number"
mask = "A999999"
labels = ["hospital no", "mrn"]

[weights]
pattern = 30
label-direct = 40

[[example]]
text = "Hospital No: A912345"
finds = ["A912345"]
"#;

const RULE: &str = r#"
[rule]
id = "L01"
title = "A hospital number to an address that is not secure"
why = "It names a patient to anyone who has our patient list."

[when]
recipients = "insecure"
[[when.find]]
identifier = "hospital-number"

[then]
action = "block"

[[example]]
name = "after its label"
to = ["someone@webmail.example"]
text = "MRN A912345"
expect = "block"

[[example]]
name = "the same letters elsewhere"
to = ["someone@webmail.example"]
text = "bolt A912345"
expect = "allow"
"#;

struct Site {
    folder: tempfile::TempDir,
    config: PathBuf,
    rules: PathBuf,
}

impl Site {
    fn new(name: &str, identifier: &str) -> Self {
        let folder = folder(name);
        let config = configure(folder.path(), "inet:127.0.0.1:1", 2, &Wishes::default());
        let rules = folder.path().join("mine");
        fs::create_dir_all(rules.join("identifiers")).expect("a folder");
        fs::write(rules.join("L01.toml"), RULE).expect("a rule");
        fs::write(rules.join("identifiers/hospital.toml"), identifier).expect("an identifier");
        Self {
            folder,
            config,
            rules,
        }
    }

    fn scan(&self, text: &str) -> (Option<i32>, String, String) {
        let file = self.folder.path().join("a.eml");
        fs::write(&file, format!("Subject: x\r\n\r\n{text}\r\n")).expect("a mail");
        let rules = self.rules.to_str().expect("UTF-8");
        let file = file.to_str().expect("UTF-8");
        let args = [
            "scan",
            "--format",
            "json",
            "--reveal",
            "--rules",
            rules,
            "--to",
            "x@gmail.com",
        ];
        let output = command(Some(&self.config), &[&args[..], &[file]].concat());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (
            output.status.code(),
            text(&output.stdout),
            text(&output.stderr),
        )
    }
}

#[test]
fn a_hospital_number_is_found_after_its_label_and_stopped() {
    let site = Site::new("hospital", HOSPITAL);
    let (code, out, _) = site.scan("Please see MRN: b976543, thank you");
    let object: Value = serde_json::from_str(&out).expect("one JSON object");
    assert_eq!((object["verdict"].as_str(), code), (Some("block"), Some(1)));
    let finding = &object["findings"][0];
    assert_eq!(finding["identifier"], "hospital-number");
    assert_eq!(finding["value"], "B976543");
    assert_eq!(finding["shape"], "A######");
    assert!(finding.get("class").is_none(), "{finding}");
    let (code, _, _) = site.scan("Please order part b976543, thank you");
    assert_eq!(code, Some(0));
}

#[test]
fn an_identifier_that_does_not_prove_itself_is_refused_at_its_place() {
    let site = Site::new(
        "unproven",
        &HOSPITAL.replace("= 30", "= 3").replace("= 40", "= 4"),
    );
    let (code, _, complaint) = site.scan("MRN b976543");
    assert_eq!(code, Some(78));
    for words in [
        "identifier::example-fails",
        "hospital.toml",
        "nothing is found",
        "^",
    ] {
        assert!(complaint.contains(words), "{words} in {complaint}");
    }
}

#[test]
fn a_rule_may_only_ask_for_what_is_looked_for() {
    let site = Site::new(
        "unknown",
        &HOSPITAL.replace("\"hospital-number\"", "\"hospital-numbr\""),
    );
    let (code, _, complaint) = site.scan("MRN b976543");
    assert_eq!(code, Some(78));
    assert!(
        complaint.contains("did you mean \"hospital-numbr\"?"),
        "{complaint}"
    );
}

#[test]
fn a_site_may_weigh_otherwise() {
    let site = Site::new("weights", HOSPITAL);
    let own = include_str!("../../rules/identifiers/ni-number.toml")
        .replace("pattern = 40", "pattern = 70")
        .replace("confidence = \"likely\"", "confidence = \"certain\"")
        .replace("confidence = \"possible\"", "confidence = \"likely\"");
    fs::write(site.rules.join("identifiers/ni.toml"), own).expect("weights");
    let (_, out, complaint) = site.scan("AA 12 34 56 A");
    let object: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{complaint}"));
    assert_eq!(object["findings"][0]["confidence"], "likely");
}

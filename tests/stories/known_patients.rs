//! The index of known patients: from a messy export to a file that tells
//! nobody anything without the site's key.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use gatepost::load::{KeyUse, known_file, load_key, load_known};
use gatepost::scan::known::KnownPatients;

use crate::support::folder;
use crate::support::gatepost::{binary, command, printed};
use crate::support::numbers::{Numbers, spaced};
use crate::support::world::{Wishes, configure};

/// A site with a configuration and nothing running.
struct Site {
    at: tempfile::TempDir,
    config: PathBuf,
}

impl Site {
    fn new(name: &str) -> Self {
        let at = folder(name);
        let config = configure(at.path(), "inet:127.0.0.1:1", 1, &Wishes::default());
        Self { at, config }
    }

    fn write(&self, text: &str) -> PathBuf {
        let file = self.at.path().join("patients.csv");
        fs::write(&file, text).expect("an export");
        file
    }

    fn index(&self, text: &str, options: &[&str]) -> Output {
        let file = self.write(text);
        let file = file.to_str().expect("UTF-8");
        let args = [&["identifiers", "index", file], options].concat();
        command(Some(&self.config), &args)
    }

    fn status(&self) -> Output {
        command(Some(&self.config), &["identifiers", "status"])
    }

    fn state(&self) -> PathBuf {
        self.at.path().join("state")
    }

    fn file(&self) -> PathBuf {
        known_file(&self.state())
    }

    fn known(&self) -> KnownPatients {
        let (key, _) = load_key(&self.state(), &KeyUse::ReadOnly);
        load_known(&self.file(), &key.expect("the key"))
            .expect("an index")
            .expect("a file")
    }
}

fn digits(number: &str) -> [u8; 10] {
    let digits: Vec<u8> = number.bytes().map(|byte| byte - b'0').collect();
    digits.try_into().expect("ten digits")
}

fn said(output: &Output) -> String {
    printed(output) + &String::from_utf8_lossy(&output.stderr)
}

/// None of the numbers stands in a text, whatever stands between its digits.
fn assert_silent(text: &str, numbers: &[String]) {
    let found: String = text.chars().filter(char::is_ascii_digit).collect();
    for number in numbers {
        assert!(!found.contains(number), "{text}");
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("the file").permissions().mode() & 0o777
}

#[test]
fn an_export_becomes_an_index_that_knows_its_numbers_and_no_others() {
    let site = Site::new("index");
    let mut numbers = Numbers::new(81);
    let ours: Vec<String> = (0..2_000).map(|_| numbers.live()).collect();
    let mut text = String::from("Surname;Forename;NHS No.;Ward\r\n");
    for (row, number) in ours.iter().enumerate() {
        let cell = match row % 4 {
            0 => number.clone(),
            1 => spaced(number),
            2 => spaced(number).replace(' ', "-"),
            _ => format!("'{number}"),
        };
        write!(text, "Example;\"A; B\";{cell};4\r\n").expect("a string");
    }
    text.push_str("Example;A;;4\r\nExample;B;not known;4\r\n");
    write!(text, "Example;C;{};4\r\n", ours[0]).expect("a string");
    text.push_str("Example;D;9434765918;4\r\nExample;E;9434765919;4\r\n");
    let output = site.index(&text, &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let words = said(&output);
    for expected in [
        "2005 rows, column NHS No.: 2000 different numbers",
        "skipped 2: blank",
        "skipped 1: of a range that is never issued",
        "skipped 1: check digit wrong",
        "line 2005: check digit wrong",
        "known-patients.idx (16068 bytes)",
        "Treat this file as patient data",
    ] {
        assert!(words.contains(expected), "{expected} in {words}");
    }
    assert_silent(&words, &[ours[0].clone(), String::from("9434765918")]);
    assert_eq!(mode(&site.file()), 0o600);
    assert_eq!(mode(site.file().parent().expect("its folder")), 0o700);
    assert_eq!(mode(&site.state().join("token.key")), 0o600);

    let known = site.known();
    assert_eq!(known.len(), 2_000);
    for number in &ours {
        assert!(known.contains(&digits(number)));
    }
    for _ in 0..2_000 {
        let other = numbers.live();
        assert_eq!(known.contains(&digits(&other)), ours.contains(&other));
    }
    let bytes = fs::read(site.file()).expect("the index");
    assert_silent(&String::from_utf8_lossy(&bytes), &ours);

    let status = site.status();
    assert_eq!(status.status.code(), Some(0));
    assert!(printed(&status).starts_with("2000 numbers, built "));
}

#[test]
fn numbers_that_are_never_issued_are_taken_when_asked_for() {
    let site = Site::new("test-range");
    let mut numbers = Numbers::new(82);
    let ours: Vec<String> = (0..9).map(|_| numbers.test()).collect();
    // No heading: the cells say which column it is.
    let rows: Vec<String> = ours.iter().map(|number| format!("7,{number}")).collect();
    let text = rows.join("\n");
    let refused = site.index(&text, &[]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let words = said(&refused);
    assert!(words.contains("nothing was written"), "{words}");
    assert!(words.contains("--include-test-range"), "{words}");
    assert!(!site.file().exists());
    let taken = site.index(&text, &["--include-test-range", "--format", "json"]);
    assert_eq!(taken.status.code(), Some(0), "{taken:?}");
    let object: serde_json::Value = serde_json::from_slice(&taken.stdout).expect("JSON");
    assert_eq!(object["numbers"], 9);
    assert_eq!(object["columns"][0], "number 2");
    assert_eq!(object["bytes"], 140);
    let known = site.known();
    assert!(ours.iter().all(|number| known.contains(&digits(number))));
}

#[test]
fn a_chi_column_gets_its_leading_zeros_back_and_may_come_from_a_pipe() {
    let site = Site::new("chi");
    let mut child = Command::new(binary())
        .arg("--config")
        .arg(&site.config)
        .args(["identifiers", "index", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("gatepost starts");
    let mut stdin = child.stdin.take().expect("its input");
    stdin
        .write_all(b"CHI Number,Name\n607230002,Example\n")
        .expect("an export");
    drop(stdin);
    assert!(child.wait().expect("its end").success());
    assert!(site.known().contains(&digits("0607230002")));
}

#[test]
fn a_wrong_column_is_refused_and_the_index_stays_as_it_was() {
    let site = Site::new("wrong-column");
    let mut numbers = Numbers::new(83);
    let mut text = String::from("NHS Number,Hospital No\n");
    for row in 0..20 {
        writeln!(text, "{},{}", numbers.live(), 4_000_000_000_u64 + row).expect("a string");
    }
    assert_eq!(site.index(&text, &[]).status.code(), Some(0));
    let before = fs::read(site.file()).expect("the index");
    let wrong = site.index(&text, &["--column", "hospital no"]);
    assert_eq!(wrong.status.code(), Some(1), "{wrong:?}");
    assert!(said(&wrong).contains("more than a tenth"), "{wrong:?}");
    let missing = site.index(&text, &["--column", "MRN"]);
    assert_eq!(missing.status.code(), Some(2), "{missing:?}");
    let nothing = site.index("Name,Ward\nExample,4\n", &[]);
    assert_eq!(nothing.status.code(), Some(2), "{nothing:?}");
    assert!(said(&nothing).contains("--column"), "{nothing:?}");
    let workbook = site.index("PK\u{3}\u{4}", &[]);
    assert_eq!(workbook.status.code(), Some(2));
    assert!(said(&workbook).contains("save the list as CSV"));
    assert_eq!(fs::read(site.file()).expect("the index"), before);
    let forced = site.index(&text, &["--column", "hospital no", "--force"]);
    assert_eq!(forced.status.code(), Some(0), "{forced:?}");
    assert_ne!(fs::read(site.file()).expect("the index"), before);
}

#[test]
fn what_stands_in_the_way_has_its_own_code_and_leaves_no_half_index() {
    let site = Site::new("in-the-way");
    let text = format!("NHS Number\n{}\n", Numbers::new(84).live());
    // A folder in place of the new file can't be overwritten, by root either.
    let new = site.file().with_extension("new");
    fs::create_dir_all(new.join("full")).expect("a folder");
    let output = site.index(&text, &[]);
    assert_eq!(output.status.code(), Some(75), "{output:?}");
    assert!(!site.file().exists());
    fs::remove_dir_all(&new).expect("the folder gone");
    // What a crash left behind doesn't matter.
    fs::write(&new, "half").expect("a half index");
    assert_eq!(site.index(&text, &[]).status.code(), Some(0));
    assert!(!new.exists());
    assert_eq!(mode(&site.file()), 0o600);
    fs::write(&site.config, "[organisation]\n").expect("a broken configuration");
    assert_eq!(site.index(&text, &[]).status.code(), Some(78));
    let args = ["identifiers", "index", "/nowhere.csv"];
    assert_eq!(command(None, &args).status.code(), Some(2));
}

#[test]
fn an_index_that_was_changed_cut_or_made_with_another_key_is_refused() {
    let site = Site::new("changed");
    let none = site.status();
    assert_eq!(none.status.code(), Some(1));
    assert!(printed(&none).contains("there is no index"), "{none:?}");
    let text = format!("NHS Number\n{}\n", Numbers::new(85).live());
    assert_eq!(site.index(&text, &[]).status.code(), Some(0));
    let good = fs::read(site.file()).expect("the index");
    let mut changed = good.clone();
    changed[40] ^= 1;
    let tries = [
        (changed, "changed or damaged"),
        (good[..50].to_vec(), "should have 76"),
        (b"NHS Number\n".to_vec(), "no index of patients"),
    ];
    for (bytes, words) in tries {
        fs::write(site.file(), bytes).expect("another index");
        let status = site.status();
        assert_eq!(status.status.code(), Some(1), "{status:?}");
        assert!(said(&status).contains(words), "{words} in {status:?}");
    }
    fs::write(site.file(), good).expect("the index");
    assert_eq!(site.status().status.code(), Some(0));
    fs::write(site.state().join("token.key"), [1; 32]).expect("another key");
    let status = site.status();
    assert_eq!(status.status.code(), Some(1));
    assert!(said(&status).contains("another token.key"), "{status:?}");
    assert!(said(&status).contains("build it anew"), "{status:?}");
}

#[test]
fn a_rule_can_ask_whether_the_number_is_ours() {
    let site = Site::new("ours");
    let mut numbers = Numbers::new(81);
    let (ours, another) = (numbers.live(), numbers.live());
    let rules = site.at.path().join("rules");
    fs::create_dir_all(&rules).expect("a folder");
    fs::write(rules.join("L01.toml"), OURS).expect("a rule");
    let scan = |number: &str| {
        let file = site.at.path().join("a.eml");
        fs::write(&file, format!("Subject: x\r\n\r\nsee {number}\r\n")).expect("a mail");
        let rules = rules.to_str().expect("UTF-8");
        let file = file.to_str().expect("UTF-8");
        let args = [
            "scan",
            "--format",
            "json",
            "--rules",
            rules,
            "--to",
            "x@gmail.com",
            file,
        ];
        let output = command(Some(&site.config), &args);
        let object: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        object
    };
    // Without an index nothing is ours, and the rule's author is told.
    let object = scan(&ours);
    assert_eq!(object["verdict"], "allow");
    let text = fs::read_to_string(&site.config).expect("the configuration");
    let folder = format!("[folders]\nrules = {:?}\n", rules.to_str().expect("UTF-8"));
    fs::write(&site.config, text.replace("[folders]\n", &folder)).expect("the same with rules");
    let check = || said(&command(Some(&site.config), &["check"]));
    assert!(check().contains("rule::no-index"), "{}", check());
    let output = site.index(&format!("NHS Number\n{ours}\n"), &[]);
    assert!(output.status.success(), "{}", said(&output));
    let object = scan(&ours);
    assert_eq!(object["verdict"], "block");
    assert_eq!(object["findings"][0]["ours"], true);
    assert_eq!(object["findings"][0]["confidence"], "certain");
    assert!(!check().contains("rule::no-index"), "{}", check());
    let object = scan(&another);
    assert_eq!(object["verdict"], "allow");
    assert!(object["findings"][0].get("ours").is_none(), "{object}");
    // A damaged index is never taken for an empty one.
    fs::write(site.file(), b"GPKNOWN").expect("a file");
    let output = command(Some(&site.config), &["check"]);
    assert_eq!(output.status.code(), Some(78));
    assert!(said(&output).contains("index::unusable"));
}

const OURS: &str = r#"
[rule]
id = "L01"
title = "A number of our own patients to an address that is not secure"
why = "We know whose it is."

[when]
recipients = "insecure"
[[when.find]]
identifier = "nhs-number"
is-ours = true

[then]
action = "block"

[[example]]
name = "a patient of ours"
to = ["someone@webmail.example"]
text = "NHS No 943 476 5919"
numbers-are-ours = true
expect = "block"

[[example]]
name = "somebody else's"
to = ["someone@webmail.example"]
text = "NHS No 943 476 5919"
expect = "allow"
"#;

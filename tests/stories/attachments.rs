//! Attachments through the whole gate: what is in them decides, and the sender
//! and the operator are told where it stands.

use std::fs;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::support::demo_mail::unreadable;
use crate::support::gatepost::{command, printed};
use crate::support::numbers::Numbers;
use crate::support::workbook::{attached, hidden_sheet};
use crate::support::world::{Wishes, World, configure};
use crate::support::{folder, wait_for, workers_of};

const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

#[test]
fn a_workbook_with_a_patient_on_a_hidden_sheet_is_refused_and_the_sender_told_what_is_in_it() {
    let world = World::start("hidden-sheet");
    let number = Numbers::new(401).live();
    let book = hidden_sheet(&number);
    let reply = world.send(
        &["x@gmail.com"],
        &attached("x@gmail.com", "Referrals.xlsx", WORKBOOK, &book),
    );
    assert_eq!(reply.code, 550, "{reply:?}");
    for words in [
        "5.7.1 Not sent: 1 NHS number found (attachment 1, hidden sheet 2) and ",
        "gmail.com is not a secure address",
    ] {
        assert!(reply.text.contains(words), "{words} in {reply:?}");
    }
    // Neither the number nor the name of the file, which is patient text too.
    let digits: String = reply.text.chars().filter(char::is_ascii_digit).collect();
    assert!(!digits.contains(&number), "{reply:?}");
    assert!(!reply.text.contains("Referrals"), "{reply:?}");
    std::thread::sleep(Duration::from_secs(1));
    assert!(world.catcher.all().is_empty());
    let log = world.gatepost.command(&["audit", "list"]);
    let log = printed(&log);
    assert!(
        !log.contains(&number) && !log.contains("Referrals"),
        "{log}"
    );

    // The same to an accredited organisation arrives as it was sent.
    let to = "ward@hospital.example";
    let message = attached(to, "Referrals.xlsx", WORKBOOK, &book);
    assert_eq!(world.send(&[to], &message).code, 250);
    let caught = world.catcher.wait_for(to);
    let at = memchr::memmem::find(&caught.data, b"From: ").expect("the message");
    assert_eq!(caught.data[at..], message);
}

#[test]
fn a_hidden_sheet_without_any_number_arrives_and_the_sender_is_told_which_it_is() {
    let world = World::start("hidden-sheet-alone");
    let message = attached(
        "x@gmail.com",
        "Figures.xlsx",
        WORKBOOK,
        &hidden_sheet("no numbers"),
    );
    assert_eq!(world.send(&["x@gmail.com"], &message).code, 250);
    let caught = world.catcher.wait_for("x@gmail.com");
    let head = caught.head();
    assert!(head.contains("X-Gatepost: warn; rules=R11; ref="), "{head}");
    let notice = world.catcher.wait_for("sender@trust.example");
    assert_eq!(notice.sender, "");
    let text = String::from_utf8_lossy(&notice.data).into_owned();
    for words in [
        "- an attachment with a hidden sheet (attachment 1, hidden sheet 2) went to gmail.com (R11)",
        "Look at what the workbook holds beside what it shows.",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(!text.contains("Figures"), "{text}");

    // The operator reads the same in the log, and in the words of `scan`.
    let shown = shown(&world, &text);
    let place = "people don't see: attachment of part 2, sheet 2 (a hidden sheet)";
    assert!(shown.contains(place), "{shown}");
    assert!(!shown.contains("Figures"), "{shown}");
}

#[test]
fn the_log_shows_what_was_not_checked_and_where() {
    let world = World::start("unread-shown");
    let reply = world.send(&["x@gmail.com"], &unreadable("x@gmail.com"));
    assert_eq!(reply.code, 250, "{reply:?}");
    let notice = world.catcher.wait_for("sender@trust.example");
    let shown = shown(&world, &String::from_utf8_lossy(&notice.data));
    let place = "not checked (unknown-format rar): attachment of part 2\n";
    assert!(shown.contains(place), "{shown}");
    assert!(!shown.contains("archive.rar"), "{shown}");
}

/// What the log shows of the decision that a notice refers to.
fn shown(world: &World, notice: &str) -> String {
    let reference = notice.split("Reference: ").nth(1).expect("a reference");
    let reference = reference.trim();
    printed(&world.gatepost.command(&["audit", "show", reference]))
}

#[test]
fn scan_says_on_which_sheet_the_number_is_and_that_nobody_sees_it() {
    let folder = folder("scan-sheet");
    let config = configure(folder.path(), "inet:127.0.0.1:1", 2, &Wishes::default());
    let number = Numbers::new(402).live();
    let message = attached(
        "x@gmail.com",
        "Referrals.xlsx",
        WORKBOOK,
        &hidden_sheet(&number),
    );
    let path = folder.path().join("a.eml");
    fs::write(&path, message).expect("a message");
    let path = path.to_str().expect("UTF-8");

    let text = printed(&command(Some(&config), &["scan", path]));
    for words in [
        "a.eml: block",
        "found nhs-number ### ### #### (certain, live range",
        "attachment of part 2, sheet 2, byte ",
        "(a hidden sheet)",
        "people don't see: attachment of part 2, sheet 2 (a hidden sheet)\n",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(!text.contains("Referrals"), "{text}");

    let output = command(Some(&config), &["scan", "--format", "json", path]);
    let object: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(object["verdict"], "block");
    let place = object["findings"][0]["where"].as_str().expect("a place");
    assert!(
        place.starts_with("attachment of part 2, sheet 2, byte "),
        "{object}"
    );
    assert!(place.ends_with("(a hidden sheet)"), "{object}");
    assert_eq!(object["hidden"][0]["what"], "sheet");
    assert_eq!(object["gaps"], Value::Array(Vec::new()));
    assert!(!object.to_string().contains(&number), "{object}");
}

#[test]
fn the_processes_that_read_attachments_end_with_the_service_whether_it_is_stopped_or_killed() {
    let mut world = World::start("no-readers-left");
    let number = Numbers::new(405).live();
    let message = attached("x@gmail.com", "a.xlsx", WORKBOOK, &hidden_sheet(&number));
    for stopped in [true, false] {
        assert_eq!(world.send(&["x@gmail.com"], &message).code, 550);
        let service = world.gatepost.pid().as_raw().unsigned_abs();
        let readers = wait_for("readers", 30, || {
            let readers = workers_of(service);
            (!readers.is_empty()).then_some(readers)
        });
        // One hangs, as one would that reads a hostile file.
        kill(Pid::from_raw(readers[0]), Signal::SIGSTOP).expect("a signal");
        if stopped {
            assert_eq!(world.gatepost.stop(), Some(0));
        } else {
            world.gatepost.kill();
        }
        wait_for("their end", 30, || {
            let left = readers.iter().filter(|pid| reads(**pid)).count();
            (left == 0).then_some(())
        });
        if stopped {
            world.gatepost.restart();
        }
    }
}

/// Whether this is a process that reads attachments.
fn reads(pid: i32) -> bool {
    let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    memchr::memmem::find(&line, b"read-attachments").is_some()
}

//! Canaries: numbers that are known to the test go through every path, and
//! must turn up in nothing that gatepost writes but the message itself.

#[path = "support/mod.rs"]
mod support;

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;

use gatepost::extract::InProcess;
use gatepost::timestamp::Timestamp;
use support::catcher::Caught;
use support::demo_mail::plain;
use support::numbers::{Numbers, spaced};
use support::workbook::{attached, hidden_sheet_named};
use support::world::{Wishes, World};
use zip::write::SimpleFileOptions;

/// Everything that gatepost wrote: its log, its state, what it answered and
/// what it sent to others.
struct Written(Vec<(String, Vec<u8>)>);

impl Written {
    fn add(&mut self, what: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.push((what.into(), bytes.into()));
    }

    fn add_folder(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                self.add_folder(&path);
            } else if path.file_name().is_some_and(|name| name != "token.key") {
                self.add(path.display().to_string(), fs::read(&path).expect("a file"));
            }
        }
    }

    /// No canary in any layout: all its digits in order, whatever stands
    /// between them on the same line; nor any of the forbidden words.
    fn assert_silent(&self, canaries: &[String], words: &[&str]) {
        for (what, bytes) in &self.0 {
            let text = String::from_utf8_lossy(bytes).into_owned();
            for word in words {
                assert!(!text.contains(word), "\"{word}\" is in {what}");
            }
            for canary in canaries {
                assert!(!text.contains(canary.as_str()), "a canary is in {what}");
                assert!(!text.contains(&spaced(canary)), "a canary is in {what}");
                let parts = [&canary[..6], &canary[4..]];
                for part in parts {
                    assert!(
                        !text.contains(&format!("\"{part}")),
                        "a part of a canary is in {what}"
                    );
                }
            }
        }
    }
}

fn with_attachment(to: &str, number: &str) -> Vec<u8> {
    format!(
        "From: \"Canary {number}\" <sender@trust.example>\r\nTo: {to}\r\n\
         Subject: Canary Surname {}\r\nMessage-ID: <{number}@x.test>\r\nX-Note: {number}\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=p\r\n\r\n\
         --p\r\nContent-Type: text/html\r\n\r\n<p title=\"{number}\">NHS No <b>{}</b></p>\r\n\
         --p\r\nContent-Type: application/pdf; name=\"Canary Surname {number}.pdf\"\r\n\
         Content-Disposition: attachment; filename=\"Canary Surname {number}.pdf\"\r\n\r\n%PDF-{number}\r\n\
         --p\r\nContent-Type: message/rfc822\r\n\r\nSubject: {number}\r\n\r\nNHS No {number}\r\n--p--\r\n",
        spaced(number),
        spaced(number)
    )
    .into_bytes()
}

/// A patient's name and number as the names of files in an archive, read and not,
/// and of a sheet.
fn with_names_inside(to: &str, number: &str) -> Vec<u8> {
    let name = format!("Canary Surname {number}");
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (ending, file) in [
        ("txt", format!("NHS No {number}").into_bytes()),
        ("xlsx", hidden_sheet_named(&name, number)),
        ("rar", b"Rar!\x1A\x07\x01\0unreadable".to_vec()),
    ] {
        let inside = format!("{name}/{name}.{ending}");
        zip.start_file(inside, SimpleFileOptions::default())
            .expect("a file");
        zip.write_all(&file).expect("memory");
    }
    let zip = zip.finish().expect("memory").into_inner();
    attached(to, "a.zip", "application/zip", &zip)
}

/// Names inside a file, one of which can't be read and one of which has a sheet
/// that people don't see.
fn names_inside(world: &World, written: &mut Written, number: &str) {
    let refused = world
        .send(&["n@aol.com"], &with_names_inside("n@aol.com", number))
        .text;
    assert!(refused.contains("(attachment 1, "), "{refused}");
    let reference = refused.split("Ref ").nth(1).expect("a reference").trim();
    let shown = world.gatepost.command(&["audit", "show", reference]).stdout;
    let words = String::from_utf8_lossy(&shown).into_owned();
    for words_of_it in ["people don't see: ", "not checked (unknown-format rar): "] {
        assert!(words.contains(words_of_it), "{words}");
    }
    written.add("an event for people", shown);
    written.add("a refusal", refused);
}

/// A patient who agreed to ordinary mail, recorded, told and written to.
fn consented(world: &World, written: &mut Written, number: &str) {
    let to = format!("{number}@surname.unknown.example");
    let wrong = format!("{number}%Surname@aol.com");
    let later = gatepost::clock::now().unix_ms() + 100 * 86_400_000;
    let later = Timestamp::from_unix_ms(later).to_string();
    let (year, _) = later.split_once('T').expect("a day");
    for (args, code) in [
        (&["add", &to, "--until", year, "--by", "IG"][..], 0),
        (&["add", &wrong, "--until", year, "--by", "IG"], 1),
        (
            &[
                "add",
                &to,
                "--until",
                year,
                "--by",
                "IG",
                "--reference",
                number,
            ],
            2,
        ),
        (&["check", &to], 0),
        (&["list"], 0),
    ] {
        let args = [&["recipients", "consent"], args].concat();
        let output = world.gatepost.command(&args);
        assert_eq!(output.status.code(), Some(code), "{args:?}");
        written.add("an answer about a consent", output.stdout);
        written.add("a complaint about a consent", output.stderr);
    }
    written.add("a reload", world.gatepost.reload());
    let reply = world.send(&[&to], &with_attachment(&to, number));
    written.add("an answer", reply.text);
}

#[test]
fn canaries_turn_up_nowhere() {
    let wishes = Wishes {
        keys: vec!["x@gmail.com"],
        ..Wishes::default()
    };
    let mut world = World::with("canary", &wishes);
    let mut numbers = Numbers::new(81);
    let mut canaries = Vec::new();
    let mut written = Written(Vec::new());
    let mut next = || {
        let number = numbers.live();
        canaries.push(number.clone());
        number
    };

    // Refused, sealed, split, allowed, warned; as message and as address.
    let number = next();
    let reply = world.send(&["n@aol.com"], &with_attachment("n@aol.com", &number));
    written.add("a refusal", reply.text);
    let number = next();
    let reply = world.send(&["x@gmail.com"], &with_attachment("x@gmail.com", &number));
    written.add("an answer", reply.text);
    let number = next();
    let both = ["a@nhs.net", "x@gmail.com"];
    written.add(
        "an answer",
        world
            .send(&both, &with_attachment("a@nhs.net", &number))
            .text,
    );
    let number = next();
    let to = format!("{number}@unknown.example");
    written.add(
        "a refusal",
        world.send(&[&to], &with_attachment(&to, &number)).text,
    );
    let number = next();
    let to = format!("p@{number}.family.example");
    written.add(
        "a refusal",
        world.send(&[&to], &with_attachment(&to, &number)).text,
    );
    // A bare number is possible only: delivered with a notice.
    let number = next();
    let bare = plain(
        "w@aol.com",
        "Canary Surname",
        &format!("as agreed {number}"),
    );
    written.add("an answer", world.send(&["w@aol.com"], &bare).text);
    let notice = world.catcher.wait_for("sender@trust.example");
    written.add("a notice", notice.data);
    names_inside(&world, &mut written, &next());
    // A sender's address of our own with a number in it.
    let number = next();
    let sender = format!("{number}@trust.example");
    let port = world.postfix.port;
    let reply = support::smtp::send(
        port,
        &sender,
        &["n@aol.com"],
        &with_attachment("n@aol.com", &number),
    );
    written.add("a refusal", reply.text);
    // A fault in the middle: the answer and the log must be as silent.
    let number = next();
    let crash = format!(
        "Content-Type: multipart/mixed; boundary={number}\r\n\r\n--{number}\r\nNHS {number}"
    );
    written.add(
        "an answer",
        world.send(&["n@aol.com"], crash.as_bytes()).text,
    );
    consented(&world, &mut written, &next());
    // Broken configuration that quotes nothing of a message, and a reload.
    fs::write(&world.config, "[organisation]\n").expect("a broken file");
    written.add("a reload", world.gatepost.reload());

    let sealed: Vec<Caught> = world.catcher.for_recipient("x@gmail.com");
    assert_eq!(sealed.len(), 2);
    for copy in sealed {
        written.add("a sealed copy", copy.data);
    }
    world.gatepost.stop();
    written.add("the service's log", world.gatepost.log());
    written.add_folder(&world.state());
    assert!(written.0.len() > 12);
    written.assert_silent(&canaries, &["Canary", "Surname"]);
    // The recipients' local parts are patients' too.
    let addresses = [
        "n@aol.com",
        "x@gmail.com",
        "family.example",
        "unknown.example",
    ];
    let state: Vec<_> = written
        .0
        .into_iter()
        .filter(|(what, _)| what.contains("/audit-") || what == "the service's log")
        .collect();
    assert_eq!(state.len(), 2);
    Written(state).assert_silent(&[], &addresses);
}

#[test]
fn a_scan_without_reveal_shows_no_value() {
    let folder = support::folder("scan-canary");
    let number = Numbers::new(82).live();
    let mut written = Written(Vec::new());
    for raw in [
        with_attachment("n@aol.com", &number),
        with_names_inside("n@aol.com", &number),
    ] {
        let file = folder.path().join("a.eml");
        fs::write(&file, raw).expect("a file");
        let file = file.to_str().expect("UTF-8");
        for format in ["text", "json"] {
            let output = support::gatepost::command(None, &["scan", "--format", format, file]);
            assert_eq!(output.status.code(), Some(1));
            written.add(format, output.stdout);
            written.add(format, output.stderr);
        }
    }
    written.assert_silent(&[number], &["Canary", "Surname"]);
}

/// What a panic would print: types that hold patient text don't tell it.
#[test]
fn debug_output_of_everything_on_the_route_is_silent() {
    use gatepost::load::{KeyUse, Wanted, load};
    use gatepost::mail::{Envelope, Message};
    use gatepost::timestamp::Timestamp;
    let gate = load(&Wanted::default(), &KeyUse::ReadOnly)
        .0
        .expect("a gate")
        .gate;
    let number = Numbers::new(83).live();
    let to = format!("{number}@aol.com");
    let envelope = Envelope::new(
        format!("<{number}@trust.example>").as_bytes(),
        [format!("<{number}@aol.com>").as_bytes()],
    );
    let mut written = Written(Vec::new());
    for raw in [
        with_attachment(&to, &number),
        with_names_inside(&to, &number),
    ] {
        let message = Message::parse(raw, &gate.limits);
        let texts = gatepost::extract::extract(&message, &gate.limits, &InProcess).texts;
        let examination = gate.examine(message, &envelope, Timestamp::from_unix_ms(0), &InProcess);
        assert!(!examination.findings.is_empty());
        written.add("an examination", format!("{examination:?}"));
        written.add("texts", format!("{texts:?}"));
    }
    written.add("an envelope", format!("{envelope:?}"));
    written.assert_silent(&[number], &["Canary", "Surname"]);
}

//! Faults: whatever breaks, nothing leaves in clear that must not, nothing
//! leaves without a record, and nobody's mail is lost.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::Signal;

use crate::support::catcher::{Catcher, Mood};
use crate::support::demo_mail::{plain, referral, unreadable};
use crate::support::gpg::armour;
use crate::support::mta::Mta;
use crate::support::numbers::Numbers;
use crate::support::smtp::{self, Reply};
use crate::support::world::{Wishes, World};
use crate::support::{demand_root, folder, wait_for};

/// A small disk of its own; it goes when this is dropped.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(name: &str, bytes: &str) -> Self {
        demand_root();
        let at = folder(name);
        run(
            "mount",
            &[
                "-t",
                "tmpfs",
                "-o",
                &format!("size={bytes}"),
                "tmpfs",
                text(at.path()),
            ],
        );
        Self(at)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn remount(&self, how: &str) {
        run(
            "mount",
            &["-o", &format!("remount,{how}"), text(self.path())],
        );
    }

    /// Fills it to the last byte with a file of this name.
    fn fill(&self, name: &str) {
        use std::io::Write as _;
        let mut file = fs::File::create(self.path().join(name)).expect("a file");
        while file.write_all(&[0; 512]).is_ok() {}
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount")
            .args(["-l", text(self.path())])
            .status();
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

fn run(program: &str, args: &[&str]) {
    let status = Command::new(program).args(args).status().expect("it runs");
    assert!(status.success(), "{program} {args:?}");
}

fn assert_deferred(reply: &Reply) {
    assert_eq!(reply.code, 451, "{reply:?}");
    assert!(reply.text.starts_with("4.7.1"), "{reply:?}");
}

#[test]
fn with_the_audit_disk_full_nothing_arrives_and_it_recovers_by_itself() {
    let disk = SmallDisk::mount("full", "128k");
    let wishes = Wishes {
        state: Some(disk.path().to_owned()),
        keys: vec!["x@gmail.com"],
        ..Wishes::default()
    };
    let world = World::with("full-world", &wishes);
    let number = Numbers::new(21).live();
    let both = ["a@nhs.net", "x@gmail.com"];
    disk.fill("filler");
    // The last page of the log may have room for a record or two.
    let hello = plain("a@nhs.net", "Hello", "Hello.");
    let mut recorded = 0;
    while world.send(&["a@nhs.net"], &hello).code == 250 {
        recorded += 1;
        assert!(recorded < 10, "the disk is not full");
    }
    for _ in 0..3 {
        assert_deferred(&world.send(&["a@nhs.net"], &hello));
        assert_deferred(&world.send(&both, &referral("a@nhs.net, x@gmail.com", &number)));
        assert_deferred(&world.send(&["y@gmail.com"], &referral("y@gmail.com", &number)));
    }
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(world.catcher.all().len(), recorded);
    assert!(
        world
            .gatepost
            .log()
            .contains("audit log not writable: mail is deferred")
    );
    fs::remove_file(disk.path().join("filler")).expect("room again");
    let reply = world.send(&both, &referral("a@nhs.net, x@gmail.com", &number));
    assert_eq!(reply.code, 250, "{reply:?}");
    world.catcher.wait_for("a@nhs.net");
    world.catcher.wait_for("x@gmail.com");
    let verified = world.gatepost.command(&["audit", "verify"]);
    let text = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(verified.status.success(), "{text}");
}

#[test]
fn with_the_audit_folder_unwritable_it_defers_and_recovers_by_itself() {
    let disk = SmallDisk::mount("unwritable", "1m");
    fs::write(disk.path().join("token.key"), [7; 32]).expect("a key");
    disk.remount("ro");
    let wishes = Wishes {
        state: Some(disk.path().to_owned()),
        ..Wishes::default()
    };
    let world = World::with("unwritable-world", &wishes);
    let message = plain("a@nhs.net", "Hello", "Hello.");
    assert_deferred(&world.send(&["a@nhs.net"], &message));
    assert_deferred(&world.send(&["a@nhs.net"], &message));
    assert!(world.catcher.all().is_empty());
    disk.remount("rw");
    assert_eq!(world.send(&["a@nhs.net"], &message).code, 250);
    world.catcher.wait_for("a@nhs.net");
    assert!(
        world
            .gatepost
            .command(&["audit", "verify"])
            .status
            .success()
    );
}

#[test]
fn with_gatepost_stopped_postfix_defers() {
    let mut world = World::start("stopped");
    assert_eq!(world.gatepost.stop(), Some(0));
    let number = Numbers::new(22).live();
    let reply = world.send(&["x@gmail.com"], &referral("x@gmail.com", &number));
    assert_deferred(&reply);
    assert!(world.catcher.all().is_empty());
    world.gatepost.restart();
    let reply = world.send(&["a@nhs.net"], &referral("a@nhs.net", &number));
    assert_eq!(reply.code, 250, "{reply:?}");
}

#[test]
fn killed_at_any_moment_of_a_split_it_defers_and_at_worst_sends_twice() {
    let wishes = Wishes {
        keys: vec!["x@gmail.com"],
        ..Wishes::default()
    };
    let mut world = World::with("killed", &wishes);
    let mut numbers = Numbers::new(23);
    let mut deferred = 0;
    for delay_ms in [0, 2, 4, 6, 8, 10, 12, 15, 18, 22, 27, 33, 40, 60, 90] {
        let ward = format!("ward{delay_ms}@hospital.example");
        let number = numbers.live();
        let message = referral(&format!("{ward}, x@gmail.com"), &number);
        let port = world.postfix.port;
        let (to, sent) = (ward.clone(), message.clone());
        let sending = std::thread::spawn(move || {
            smtp::send(port, "sender@trust.example", &[&to, "x@gmail.com"], &sent)
        });
        std::thread::sleep(Duration::from_millis(delay_ms));
        world.gatepost.kill();
        let first = sending.join().expect("the client");
        world.gatepost.restart();
        if first.code != 250 {
            assert_deferred(&first);
            deferred += 1;
            let again = world.send(&[&ward, "x@gmail.com"], &message);
            assert_eq!(again.code, 250, "{again:?}");
        }
        let clear = world.catcher.wait_for(&ward);
        assert_eq!(clear.recipients, std::slice::from_ref(&ward));
        // A copy of the message before may come only now.
        let sealed = wait_for("the sealed copy", 30, || {
            let mut all = world.catcher.for_recipient("x@gmail.com");
            all.retain(|copy| String::from_utf8_lossy(&copy.data).contains(&ward));
            (!all.is_empty()).then_some(all)
        });
        assert!(sealed.len() <= 2, "sent {} times", sealed.len());
        for copy in sealed {
            let digits: String = String::from_utf8_lossy(&copy.data)
                .chars()
                .filter(char::is_ascii_digit)
                .collect();
            assert!(
                !digits.contains(&number),
                "clear text left after {delay_ms} ms"
            );
            assert!(!armour(copy.body()).is_empty());
        }
    }
    assert!(deferred > 0, "no kill came in time");
    assert!(
        world
            .gatepost
            .command(&["audit", "verify"])
            .status
            .success()
    );
}

#[test]
fn with_the_hand_over_port_down_or_deferring_nobody_gets_anything() {
    let port = Catcher::start();
    let wishes = Wishes {
        keys: vec!["x@gmail.com"],
        hand_over: Some(port.port),
        ..Wishes::default()
    };
    let world = World::with("hand-over", &wishes);
    let number = Numbers::new(24).live();
    let both = ["a@nhs.net", "x@gmail.com"];
    let message = referral("a@nhs.net, x@gmail.com", &number);
    for mood in [Mood::Defer, Mood::Hang] {
        port.set_mood(mood);
        assert_deferred(&world.send(&both, &message));
    }
    assert!(world.catcher.all().is_empty() && port.all().is_empty());
    port.set_mood(Mood::Accept);
    assert_eq!(world.send(&both, &message).code, 250);
    assert_eq!(port.all().len(), 1);
    world.catcher.wait_for("a@nhs.net");
}

#[test]
fn refused_for_good_by_the_hand_over_port_the_sender_is_told_at_once() {
    let port = Catcher::start();
    let wishes = Wishes {
        keys: vec!["x@gmail.com"],
        hand_over: Some(port.port),
        ..Wishes::default()
    };
    let world = World::with("hand-over-refused", &wishes);
    port.set_mood(Mood::Refuse);
    let number = Numbers::new(26).live();
    let both = ["a@nhs.net", "x@gmail.com"];
    let reply = world.send(&both, &referral("a@nhs.net, x@gmail.com", &number));
    assert_eq!(reply.code, 550, "{reply:?}");
    assert!(
        reply.text.contains("refused by the next mail server (554)"),
        "{reply:?}"
    );
    // Nobody got it, so nothing may sound as if somebody had.
    assert!(reply.text.contains("Not sent: "), "{reply:?}");
    assert!(world.catcher.all().is_empty());
    // A notice that nobody takes must not stop the mail that it is about.
    let reply = world.send(&["y@gmail.com"], &unreadable("y@gmail.com"));
    assert_eq!(reply.code, 250, "{reply:?}");
    world.catcher.wait_for("y@gmail.com");
}

#[test]
fn when_a_later_copy_is_refused_the_record_says_who_got_an_earlier_one() {
    let port = Catcher::start();
    let wishes = Wishes {
        keys: vec!["x@gmail.com", "y@aol.com"],
        hand_over: Some(port.port),
        ..Wishes::default()
    };
    let mut world = World::with("later-copy-refused", &wishes);
    let number = Numbers::new(27).live();
    // The header does not name y: it gets a copy of its own, after that of x.
    let message = referral("a@nhs.net, x@gmail.com", &number);
    let send = |world: &World| {
        let listen = format!("unix:{}/milter.sock", world.folder.path().display());
        let mut mta = Mta::connect(&listen).expect("a connection");
        let all = ["<x@gmail.com>", "<y@aol.com>", "<a@nhs.net>"];
        mta.message("<sender@trust.example>", &all, &message)
            .expect("an answer")
    };
    let last_record = |world: &World| {
        let list = world
            .gatepost
            .command(&["audit", "list", "--format", "json"]);
        let list = String::from_utf8_lossy(&list.stdout).into_owned();
        let newest = list.lines().last().expect("a decision");
        serde_json::from_str::<serde_json::Value>(newest).expect("one object a line")
    };
    let outcomes = |decision: &serde_json::Value| -> Vec<String> {
        let all = decision["recipients"].as_array().expect("recipients");
        let words = all.iter().map(|one| &one["outcome"]);
        words
            .map(|word| word.as_str().expect("a word").to_owned())
            .collect()
    };

    port.set_mood(Mood::RefuseFor("y@aol.com"));
    let refused = send(&world);
    let reply = refused.last().expect("an answer");
    let words = String::from_utf8_lossy(&reply.payload).into_owned();
    assert_eq!(reply.command, b'y', "{words}");
    for expected in [
        "550 5.7.1 Not sent to all: an encrypted copy was refused",
        "(554)",
        "sent to 1 of 3 recipients before (gmail.com)",
        "Ref ",
    ] {
        assert!(words.contains(expected), "{expected} in {words}");
    }
    let first = last_record(&world);
    assert_eq!(outcomes(&first), ["sealed", "refused", "refused"]);
    assert_eq!(first["reply"], "550");
    let receipt = "250 queued as CAUGHT";
    assert_eq!(first["receipts"], serde_json::json!([receipt]));
    assert_eq!(first["recipients"][0]["receipt"], receipt);
    assert_eq!(
        first["recipients"][1]["receipt"],
        serde_json::json!(null),
        "{first}"
    );
    assert_eq!(first["copies"].as_array().map(Vec::len), Some(1));

    // Neither the running service nor one that was started anew sends the
    // first copy again.
    send(&world);
    assert_eq!(
        outcomes(&last_record(&world)),
        ["sealed", "refused", "refused"]
    );
    world.gatepost.restart();
    port.set_mood(Mood::Accept);
    let accepted = send(&world);
    let last = accepted.last().map(|packet| packet.command);
    assert_eq!(last, Some(b'c'), "{accepted:?}");
    let removed = accepted.iter().filter(|packet| packet.command == b'-');
    assert_eq!(removed.count(), 2, "{accepted:?}");
    assert_eq!(
        outcomes(&last_record(&world)),
        ["sealed", "sealed", "delivered"]
    );
    assert_eq!(port.for_recipient("x@gmail.com").len(), 1);
    assert_eq!(port.for_recipient("y@aol.com").len(), 1);
    assert!(world.catcher.all().is_empty());
}

#[test]
fn when_a_later_copy_is_deferred_an_earlier_one_is_not_sent_again_after_a_restart() {
    let port = Catcher::start();
    let wishes = Wishes {
        keys: vec!["x@gmail.com", "y@aol.com"],
        hand_over: Some(port.port),
        ..Wishes::default()
    };
    let mut world = World::with("later-copy-deferred", &wishes);
    let number = Numbers::new(28).live();
    let message = referral("x@gmail.com", &number);
    let all = ["x@gmail.com", "y@aol.com", "a@nhs.net"];
    port.set_mood(Mood::DeferFor("y@aol.com"));
    assert_deferred(&world.send(&all, &message));
    assert_eq!(port.for_recipient("x@gmail.com").len(), 1);
    world.gatepost.stop();
    world.gatepost.restart();
    port.set_mood(Mood::Accept);
    assert_eq!(world.send(&all, &message).code, 250);
    assert_eq!(port.for_recipient("x@gmail.com").len(), 1);
    assert_eq!(port.for_recipient("y@aol.com").len(), 1);
    world.catcher.wait_for("a@nhs.net");
}

#[test]
fn a_tag_stays_where_no_rule_acts_on_it() {
    let wishes = Wishes {
        config: String::from("[policy]\nmode = \"watch\"\n"),
        ..Wishes::default()
    };
    let world = World::with("tag-stays", &wishes);
    let message = plain("x@gmail.com", "[secure] hello", "Hello.");
    assert_eq!(world.send(&["x@gmail.com"], &message).code, 250);
    let caught = world.catcher.wait_for("x@gmail.com");
    assert!(
        caught.head().contains("Subject: [secure] hello"),
        "{}",
        caught.head()
    );
}

#[test]
fn a_repeat_within_a_day_is_recognised_and_the_copy_not_sent_twice() {
    let wishes = Wishes {
        keys: vec!["x@gmail.com"],
        ..Wishes::default()
    };
    let mut world = World::with("repeat", &wishes);
    let number = Numbers::new(25).live();
    let both = ["a@nhs.net", "x@gmail.com"];
    let message = referral("a@nhs.net, x@gmail.com", &number);
    assert_eq!(world.send(&both, &message).code, 250);
    // A restart must not forget: the audit log remembers.
    world.gatepost.restart();
    assert_eq!(world.send(&both, &message).code, 250);
    wait_for("the original twice", 30, || {
        (world.catcher.for_recipient("a@nhs.net").len() == 2).then_some(())
    });
    assert_eq!(world.catcher.for_recipient("x@gmail.com").len(), 1);
}

#[test]
fn out_of_descriptors_it_survives_and_goes_on() {
    let world = World::start("descriptors");
    let pid = world.gatepost.pid().to_string();
    run("prlimit", &["--pid", &pid, "--nofile=40:40"]);
    let listen = format!("unix:{}/milter.sock", world.folder.path().display());
    let path = listen.trim_start_matches("unix:");
    let idle: Vec<_> = (0..100)
        .filter_map(|_| std::os::unix::net::UnixStream::connect(path).ok())
        .collect();
    wait_for("the complaint", 20, || {
        world
            .gatepost
            .log()
            .contains("could not be accepted")
            .then_some(())
    });
    drop(idle);
    let reply = world.send(&["a@nhs.net"], &plain("a@nhs.net", "Hello", "Hello."));
    assert_eq!(reply.code, 250, "{reply:?}");
}

#[test]
fn told_to_stop_it_finishes_the_message_in_flight() {
    let mut world = World::start("drain");
    let listen = format!("unix:{}/milter.sock", world.folder.path().display());
    let mut mta = Mta::connect(&listen).expect("a connection");
    mta.envelope("<a@trust.example>", &["<b@nhs.net>"])
        .expect("an envelope");
    mta.header("Subject", b" hello").expect("a header");
    mta.end_of_headers().expect("the end of headers");
    // Nothing is answered yet over a Unix socket: it must have been read.
    std::thread::sleep(Duration::from_millis(500));
    world.gatepost.signal(Signal::SIGTERM);
    std::thread::sleep(Duration::from_millis(300));
    mta.body(b"hello\r\n").expect("a body");
    let packets = mta.end().expect("an answer");
    assert_eq!(packets.last().map(|packet| packet.command), Some(b'c'));
    assert_eq!(world.gatepost.stop(), Some(0));
    assert!(!Path::new(listen.trim_start_matches("unix:")).exists());
}

#[test]
fn a_hostile_message_ends_in_an_answer_within_the_time() {
    let wishes = Wishes {
        config: String::from("[limits]\nmessage-ms = 8000\n"),
        ..Wishes::default()
    };
    let world = World::with("hostile", &wishes);
    let head = "From: a@trust.example\r\nTo: x@gmail.com\r\nMIME-Version: 1.0\r\n";
    let deep = "Content-Type: message/rfc822\r\n\r\n".repeat(100_000);
    let wide = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(50_000);
    let digest = "--b\r\n\r\nSubject: x\r\n\r\n".repeat(20_000);
    let dense = "4 5 6 7 8 9 0 1 2 3 ".repeat(100_000);
    let messages = [
        format!("{head}{deep}end\r\n"),
        format!("{head}Content-Type: multipart/mixed; boundary=b\r\n\r\n{wide}--b--\r\n"),
        format!("{head}Content-Type: multipart/digest; boundary=b\r\n\r\n{digest}--b--\r\n"),
        format!(
            "{head}Content-Type: text/html\r\n\r\n{}\r\n",
            "<div>".repeat(200_000)
        ),
        format!("{head}Content-Type: text/plain\r\n\r\n{dense}\r\n"),
        format!(
            "{head}Subject: {}\r\n\r\nx\r\n",
            "=?utf-8?q?a?= ".repeat(2_000)
        ),
    ];
    for message in &messages {
        let reply = world.send(&["x@gmail.com"], message.as_bytes());
        assert!([250, 451, 550].contains(&reply.code), "{reply:?}");
    }
    let fine = world.send(&["a@nhs.net"], &plain("a@nhs.net", "Hello", "Hello."));
    assert_eq!(fine.code, 250, "{fine:?}");
    assert!(
        !world.gatepost.log().contains("internal error"),
        "{}",
        world.gatepost.log()
    );
}

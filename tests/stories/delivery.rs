//! Mail through a real Postfix: what arrives, what is refused, and how.

use std::time::Duration;

use crate::support::demo_mail::{plain, referral, unreadable};
use crate::support::numbers::{Numbers, spaced};
use crate::support::world::{Wishes, World};

#[test]
fn a_number_to_webmail_is_refused_in_words_and_never_arrives() {
    let world = World::start("refused");
    let number = Numbers::new(1).live();
    let reply = world.send(&["x@gmail.com"], &referral("x@gmail.com", &number));
    assert_eq!(reply.code, 550, "{reply:?}");
    for words in [
        "5.7.1 Not sent: 1 NHS number found (the text) and ",
        "gmail.com is not a secure address",
        "no encryption key",
        "ig@trust.example",
        "Urgent? Call 01632 960123.",
        "Ref ",
    ] {
        assert!(reply.text.contains(words), "{words} in {reply:?}");
    }
    let digits: String = reply.text.chars().filter(char::is_ascii_digit).collect();
    assert!(!digits.contains(&number), "{reply:?}");
    assert!(
        reply.text.len() <= 420 && reply.text.is_ascii(),
        "{reply:?}"
    );
    std::thread::sleep(Duration::from_secs(1));
    assert!(world.catcher.all().is_empty());
    assert_eq!(world.postfix.queued(), 0);
}

#[test]
fn the_same_to_an_accredited_domain_arrives_byte_for_byte() {
    let world = World::start("accredited");
    let number = Numbers::new(2).live();
    // Odd spacing, folds, 8-bit, a NUL, a line with a dot: all must survive.
    let mut message = referral("ward@HOSPITAL.example", &number);
    message.extend_from_slice(b"caf\xe9 and NUL \0\r\n.dot\r\n\r\nlast line\r\n");
    let message = String::from_utf8_lossy(&message).into_owned().into_bytes();
    let message = replace(
        &message,
        b"Subject: Referral",
        b"Subject:   Referral\r\n\tfolded",
    );
    let reply = world.send(&["ward@HOSPITAL.example"], &message);
    assert_eq!(reply.code, 250, "{reply:?}");
    let caught = world.catcher.wait_for("ward@HOSPITAL.example");
    let at = memchr::memmem::find(&caught.data, b"From: Dr Ada").expect("the message");
    assert_eq!(
        String::from_utf8_lossy(&caught.data[at..]),
        String::from_utf8_lossy(&message)
    );
    let trace = String::from_utf8_lossy(&caught.data[..at]).into_owned();
    assert!(trace.starts_with("Received:"), "{trace}");
    assert!(!trace.contains("X-Gatepost"), "{trace}");
}

#[test]
fn over_tcp_it_is_the_same() {
    let wishes = Wishes {
        tcp: true,
        ..Wishes::default()
    };
    let world = World::with("tcp", &wishes);
    let number = Numbers::new(3).live();
    let refused = world.send(&["x@gmail.com"], &referral("x@gmail.com", &number));
    assert_eq!(refused.code, 550, "{refused:?}");
    let sent = world.send(&["a@nhs.net"], &referral("a@nhs.net", &number));
    assert_eq!(sent.code, 250, "{sent:?}");
    world.catcher.wait_for("a@nhs.net");
}

#[test]
fn clean_mail_and_numbers_that_were_never_issued_pass() {
    let world = World::start("clean");
    let clean = plain(
        "x@gmail.com",
        "Rota",
        "Clinic moved to Monday, tel 01632 960123.",
    );
    assert_eq!(world.send(&["x@gmail.com"], &clean).code, 250);
    let specimen = referral("y@gmail.com", "9434765919");
    assert_eq!(world.send(&["y@gmail.com"], &specimen).code, 250);
    world.catcher.wait_for("x@gmail.com");
    world.catcher.wait_for("y@gmail.com");
}

#[test]
fn what_cannot_be_read_is_delivered_with_a_header_and_a_notice() {
    let world = World::start("unread");
    let reply = world.send(&["x@gmail.com"], &unreadable("x@gmail.com"));
    assert_eq!(reply.code, 250, "{reply:?}");
    let caught = world.catcher.wait_for("x@gmail.com");
    assert!(
        caught.head().contains("X-Gatepost: warn; rules=R10; ref="),
        "{}",
        caught.head()
    );
    let notice = world.catcher.wait_for("sender@trust.example");
    assert_eq!(notice.sender, "");
    let text = String::from_utf8_lossy(&notice.data).into_owned();
    for words in [
        "Auto-Submitted: auto-replied",
        "- attachment 1, a RAR archive, was not checked (a format that can't be read) and went to \
         gmail.com (R10)",
        "Reference: ",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    // Neither the name of the file nor the subject.
    for words in ["archive.rar", "The archive"] {
        assert!(!text.contains(words), "{text}");
    }
}

#[test]
fn one_insecure_recipient_stops_the_message_and_is_named() {
    let world = World::start("mixed-block");
    let number = Numbers::new(4).live();
    let message = referral("a@nhs.net, b@aol.com", &number);
    let reply = world.send(&["a@nhs.net", "b@aol.com"], &message);
    assert_eq!(reply.code, 550);
    assert!(
        reply.text.contains("aol.com") && !reply.text.contains("nhs.net is"),
        "{reply:?}"
    );
    std::thread::sleep(Duration::from_secs(1));
    assert!(world.catcher.all().is_empty());
}

#[test]
fn several_messages_over_one_connection_are_decided_each_for_itself() {
    let world = World::start("several");
    let mut numbers = Numbers::new(5);
    let mut client = crate::support::smtp::Client::connect(world.postfix.port).expect("smtp");
    for round in 0..3 {
        let to = format!("n{round}@gmail.com");
        let bad = client.send(
            "sender@trust.example",
            &[&to],
            &referral(&to, &numbers.live()),
        );
        assert_eq!(bad.expect("smtp").code, 550);
        assert_eq!(client.command("RSET").expect("smtp").code, 250);
        let fine = client.send(
            "sender@trust.example",
            &[&to],
            &plain(&to, "Hello", "Hello."),
        );
        assert_eq!(fine.expect("smtp").code, 250);
        assert_eq!(world.catcher.wait_for(&to).recipients, [to]);
    }
}

#[test]
fn mail_from_sendmail_1_is_checked_too() {
    let world = World::start("local");
    let number = Numbers::new(6).live();
    world.postfix.submit_locally(
        "clerk@trust.example",
        &["x@gmail.com"],
        b"Subject: hello\n\nno numbers\n",
    );
    world.catcher.wait_for("x@gmail.com");
    let text = format!("Subject: hello\n\nNHS number {}\n", spaced(&number));
    world
        .postfix
        .submit_locally("clerk@trust.example", &["y@gmail.com"], text.as_bytes());
    // Postfix turns a refusal of a local submission into a bounce to the
    // sender.
    let bounce = world.catcher.wait_for("clerk@trust.example");
    let text = String::from_utf8_lossy(&bounce.data).into_owned();
    let words: Vec<&str> = text.split_whitespace().collect();
    assert!(
        words
            .join(" ")
            .contains("gmail.com is not a secure address"),
        "{text}"
    );
    assert!(world.catcher.for_recipient("y@gmail.com").is_empty());
}

#[test]
fn a_message_over_the_bound_is_refused_and_never_passed_unread() {
    let wishes = Wishes {
        config: String::from("[limits]\nmessage-bytes = 20000\n"),
        ..Wishes::default()
    };
    let world = World::with("too-large", &wishes);
    let number = Numbers::new(7).live();
    let filler = "All is well here today.\n".repeat(2_000);
    let text = format!("{filler}NHS number {}\n", spaced(&number));
    let reply = world.send(&["x@gmail.com"], &plain("x@gmail.com", "Long", &text));
    assert_eq!(reply.code, 552, "{reply:?}");
    assert!(reply.text.contains("too large to be checked"), "{reply:?}");
    let small = plain("x@gmail.com", "Short", "All is well.");
    assert_eq!(world.send(&["x@gmail.com"], &small).code, 250);
}

#[test]
fn in_watch_mode_everything_is_delivered_and_recorded() {
    let wishes = Wishes {
        config: String::from("[policy]\nmode = \"watch\"\n"),
        ..Wishes::default()
    };
    let world = World::with("watch", &wishes);
    let number = Numbers::new(8).live();
    let reply = world.send(&["x@gmail.com"], &referral("x@gmail.com", &number));
    assert_eq!(reply.code, 250, "{reply:?}");
    world.catcher.wait_for("x@gmail.com");
    let list = world.gatepost.command(&["audit", "list"]);
    let text = String::from_utf8_lossy(&list.stdout).into_owned();
    assert!(
        text.contains("gmail.com: delivered (log by R01 R02)"),
        "{text}"
    );
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = memchr::memmem::find(bytes, from).expect("what is replaced");
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}

//! Sealed mail: what leaves holds nothing, and gpg reads all of it.

use crate::support::catcher::Caught;
use crate::support::demo_mail::{plain, referral};
use crate::support::gpg::armour;
use crate::support::numbers::{Numbers, spaced};
use crate::support::world::{Wishes, World};

fn with_keys(name: &str, keys: &[&'static str]) -> World {
    let wishes = Wishes {
        keys: keys.to_vec(),
        ..Wishes::default()
    };
    World::with(name, &wishes)
}

/// A message that holds a number wherever a header or part can hold one.
fn number_everywhere(to: &str, number: &str) -> Vec<u8> {
    let shown = spaced(number);
    let encoded = shown.replace(' ', "_");
    format!(
        "Received: from ward by mx; patient {shown}\r\n\
         From: \"Clinic {shown}\" <sender@trust.example>\r\n\
         To: \"Patient {shown}\" <{to}>\r\n\
         Subject: =?utf-8?q?Results_{encoded}?=\r\n\
         Subject: second {number}\r\n\
         Thread-Topic: Results {shown}\r\n\
         Keywords: {number}\r\n\
         X-Patient: {number}\r\n\
         Message-ID: <{number}@ehr.trust.example>\r\n\
         References: <a@b.test> <{number}@ehr.trust.example>\r\n\
         Date: Sun, 22 Nov 2026 09:00:00 +0000\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"b1\"\r\n\
         Content-Language: en\r\n\
         \r\n\
         preamble\r\n\
         --b1\r\n\
         Content-Type: text/plain; charset=iso-8859-1\r\n\
         Content-Transfer-Encoding: 8bit\r\n\
         \r\n\
         NHS number {shown}, Ren\u{e9}\r\n\
         . a dot\r\n\
         \r\n\
         --b1\r\n\
         Content-Type: text/html; name=\"{number}.html\"\r\n\
         Content-Disposition: attachment; filename=\"{number}.html\"\r\n\
         \r\n\
         <p>{shown}\r\n\
         --b1--\r\n\
         epilogue"
    )
    .into_bytes()
}

fn body_of(message: &[u8]) -> &[u8] {
    let at = memchr::memmem::find(message, b"\r\n\r\n").expect("a body");
    &message[at + 4..]
}

/// No digit sequence of the number stands anywhere in what left, whatever
/// stands between the digits; encoded words are decoded first.
fn assert_holds_no(caught: &Caught, number: &str) {
    let head = gatepost::mail::decode_words(caught.head().replace("\r\n", " \n ").as_bytes());
    for text in [head, String::from_utf8_lossy(&caught.data).into_owned()] {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        assert!(!digits.contains(number), "the number is in: {text}");
    }
}

fn decrypted(world: &World, caught: &Caught) -> Vec<u8> {
    world.gpg.decrypt(&armour(caught.body()))
}

#[test]
fn a_keyed_recipient_gets_what_gpg_decrypts_to_the_original_body() {
    let world = with_keys("sealed", &["x@gmail.com"]);
    let number = Numbers::new(11).live();
    let message = number_everywhere("x@gmail.com", &number);
    let reply = world.send(&["x@gmail.com"], &message);
    assert_eq!(reply.code, 250, "{reply:?}");
    let caught = world.catcher.wait_for("x@gmail.com");
    assert_holds_no(&caught, &number);
    let head = caught.head();
    for line in [
        "Subject: [...]",
        "Content-Type: multipart/encrypted;",
        "MIME-Version: 1.0",
    ] {
        assert_eq!(head.matches(line).count(), 1, "{line} in {head}");
    }
    for name in ["Thread-Topic", "Keywords", "X-Patient", "Content-Language"] {
        assert!(!head.contains(name), "{name} in {head}");
    }
    assert!(head.contains("To: <x@gmail.com>"), "{head}");
    let payload = decrypted(&world, &caught);
    let original = body_of(&message);
    assert!(
        memchr::memmem::find(&payload, original).is_some(),
        "the body came back as {}",
        String::from_utf8_lossy(&payload)
    );
    let text = String::from_utf8_lossy(&payload).into_owned();
    for line in [
        "hp=\"cipher\"; protected-headers=\"v1\"",
        "HP-Outer: Subject: [...]",
        "Subject: =?utf-8?q?Results_",
        "Content-Type: multipart/mixed; boundary=\"b1\"\r\nContent-Language: en\r\n\r\npreamble",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[test]
fn the_container_is_the_one_that_all_programs_read() {
    let world = with_keys("seipd", &["x@gmail.com"]);
    let number = Numbers::new(12).live();
    world.send(&["x@gmail.com"], &referral("x@gmail.com", &number));
    let caught = world.catcher.wait_for("x@gmail.com");
    let packets = world.gpg.packets(&armour(caught.body()));
    assert!(packets.contains("mdc_method: 2"), "{packets}");
    assert!(!packets.contains("aead"), "{packets}");
    assert!(!packets.contains("keyid 0000000000000000"), "{packets}");
}

#[test]
fn one_message_reaches_both_each_in_its_form() {
    let world = with_keys("split", &["x@gmail.com"]);
    let number = Numbers::new(13).live();
    // RCPT's spelling differs from the header's: it must be removed by RCPT's.
    let message = referral("ward@hospital.example, x@gmail.com", &number);
    let reply = world.send(&["ward@hospital.example", "X@Gmail.com"], &message);
    assert_eq!(reply.code, 250, "{reply:?}");
    let clear = world.catcher.wait_for("ward@hospital.example");
    assert_eq!(clear.recipients, ["ward@hospital.example"]);
    assert_eq!(clear.body(), body_of(&message));
    let sealed = world.catcher.wait_for("X@Gmail.com");
    assert_eq!(sealed.recipients, ["X@Gmail.com"]);
    assert_eq!(sealed.sender, "sender@trust.example");
    assert_holds_no(&sealed, &number);
    let payload = decrypted(&world, &sealed);
    assert!(memchr::memmem::find(&payload, body_of(&message)).is_some());
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(world.catcher.all().len(), 2);
    let list = world.gatepost.command(&["audit", "list"]);
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    assert!(
        list.contains("hospital.example: delivered (allow), gmail.com: sealed (encrypt by R02)")
            || list.contains(
                "hospital.example: delivered (allow), gmail.com: sealed (encrypt by R01 R02)"
            ),
        "{list}"
    );
}

#[test]
fn a_blind_copy_is_a_copy_of_its_own() {
    let world = with_keys("bcc", &["x@gmail.com", "y@gmail.com", "z@gmail.com"]);
    let number = Numbers::new(14).live();
    let message = referral("x@gmail.com, y@gmail.com", &number);
    let reply = world.send(&["z@gmail.com", "x@gmail.com", "y@gmail.com"], &message);
    assert_eq!(reply.code, 250, "{reply:?}");
    let blind = world.catcher.wait_for("z@gmail.com");
    assert_eq!(blind.recipients, ["z@gmail.com"]);
    let shared = world.catcher.wait_for("x@gmail.com");
    world.catcher.wait_for("y@gmail.com");
    let keys_in = |caught: &Caught| {
        let packets = world.gpg.packets(&armour(caught.body()));
        packets.matches(":pubkey enc packet").count()
    };
    assert_eq!(keys_in(&blind), 1);
    assert_eq!(keys_in(&shared), 2);
    assert_holds_no(&blind, &number);
    assert_holds_no(&shared, &number);
}

#[test]
fn the_tag_encrypts_whatever_the_content_and_is_stripped() {
    let world = with_keys("tag", &["x@gmail.com"]);
    let message = plain(
        "x@gmail.com, a@nhs.net",
        "[SECURE] your rota",
        "See you on Monday.",
    );
    let reply = world.send(&["x@gmail.com", "a@nhs.net"], &message);
    assert_eq!(reply.code, 250, "{reply:?}");
    let sealed = world.catcher.wait_for("x@gmail.com");
    assert!(
        sealed.head().contains("Subject: [...]"),
        "{}",
        sealed.head()
    );
    let inside = String::from_utf8_lossy(&decrypted(&world, &sealed)).into_owned();
    assert!(inside.contains("\r\nSubject: your rota\r\n"), "{inside}");
    let clear = world.catcher.wait_for("a@nhs.net");
    assert!(
        clear.head().contains("\r\nSubject: your rota"),
        "{}",
        clear.head()
    );
    assert_eq!(clear.body(), body_of(&message));
    let refused = world.send(
        &["n@gmail.com"],
        &plain("n@gmail.com", "[secure] hello", "Hello."),
    );
    assert_eq!(refused.code, 550, "{refused:?}");
}

#[test]
fn a_key_that_cannot_be_used_is_refused_with_its_reason() {
    let world = World::start("expired");
    let keys = world.folder.path().join("keys");
    world.gpg.make_key_until("x@gmail.com", &keys, "seconds=1");
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert!(world.gatepost.reload().contains("reloaded"));
    let number = Numbers::new(15).live();
    let reply = world.send(&["x@gmail.com"], &referral("x@gmail.com", &number));
    assert_eq!(reply.code, 550, "{reply:?}");
    assert!(
        reply.text.contains("Its encryption key can't be used: "),
        "{reply:?}"
    );
    assert!(reply.text.to_lowercase().contains("expired"), "{reply:?}");
}

#[test]
fn what_the_sender_encrypted_is_not_encrypted_again() {
    let world = with_keys("twice", &["x@gmail.com"]);
    let number = Numbers::new(16).live();
    let message = format!(
        "From: a@trust.example\r\nTo: x@gmail.com\r\nSubject: NHS number {}\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/encrypted; boundary=\"e\"; protocol=\"application/pgp-encrypted\"\r\n\r\n\
         --e\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\
         --e\r\nContent-Type: application/octet-stream\r\n\r\nopaque\x01\r\n--e--\r\n",
        spaced(&number)
    );
    let reply = world.send(&["x@gmail.com"], message.as_bytes());
    assert_eq!(reply.code, 550, "{reply:?}");
    assert!(reply.text.contains("encrypted already"), "{reply:?}");
    let hidden = message.replace(&spaced(&number), "hidden");
    let reply = world.send(&["x@gmail.com"], hidden.as_bytes());
    assert_eq!(reply.code, 250, "{reply:?}");
    let caught = world.catcher.wait_for("x@gmail.com");
    assert_eq!(caught.body(), body_of(hidden.as_bytes()));
}

#[test]
fn an_address_that_holds_the_number_cannot_be_sealed_and_is_refused() {
    let number = Numbers::new(17).live();
    let world = World::start("address");
    let keys = world.folder.path().join("keys");
    let address = format!("patient{number}@gmail.com");
    world.gpg.make_key(&address, &keys);
    assert!(world.gatepost.reload().contains("reloaded"));
    let reply = world.send(&[&address], &referral(&address, &number));
    assert_eq!(reply.code, 550, "{reply:?}");
    assert!(
        reply.text.contains("address holds an identifier"),
        "{reply:?}"
    );
    let digits: String = reply.text.chars().filter(char::is_ascii_digit).collect();
    assert!(!digits.contains(&number), "{reply:?}");
}

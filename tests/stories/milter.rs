//! The milter protocol, packet by packet, with the traps of real MTAs.

use std::time::Duration;

use crate::support::demo_mail::{plain, referral};
use crate::support::gatepost::Gatepost;
use crate::support::gpg::Gpg;
use crate::support::mta::{Mta, Packet};
use crate::support::numbers::Numbers;
use crate::support::world::{Wishes, configure};
use crate::support::{catcher::Catcher, folder, free_port};

/// gatepost with a scripted MTA in place of a real one.
struct Stage {
    gatepost: Gatepost,
    listen: String,
    catcher: Catcher,
    folder: tempfile::TempDir,
}

impl Stage {
    fn start(name: &str, wishes: &Wishes) -> Self {
        let folder = folder(name);
        let catcher = Catcher::start();
        let listen = if wishes.tcp {
            format!("inet:127.0.0.1:{}", free_port())
        } else {
            format!("unix:{}/m.sock", folder.path().display())
        };
        let config = configure(folder.path(), &listen, catcher.port, wishes);
        let gpg = Gpg::new(folder.path());
        for address in &wishes.keys {
            gpg.make_key(address, &folder.path().join("keys"));
        }
        let gatepost = Gatepost::start(&config, &listen);
        Self {
            gatepost,
            listen,
            catcher,
            folder,
        }
    }

    fn mta(&self) -> Mta {
        Mta::connect(&self.listen).expect("a connection")
    }
}

fn last(packets: &[Packet]) -> (char, String) {
    let packet = packets.last().expect("an answer");
    let text = String::from_utf8_lossy(&packet.payload).into_owned();
    (
        char::from(packet.command),
        text.trim_end_matches('\0').to_owned(),
    )
}

fn commands(packets: &[Packet]) -> String {
    packets
        .iter()
        .map(|packet| char::from(packet.command))
        .collect()
}

#[test]
fn options_fit_the_kind_of_socket() {
    let unix = Stage::start("options-unix", &Wishes::default());
    let tcp = Stage::start(
        "options-tcp",
        &Wishes {
            tcp: true,
            ..Wishes::default()
        },
    );
    let (unix, tcp) = (unix.mta().options(), tcp.mta().options());
    let (leading_space, noreply) = (0x10_0000, 0xf_f080);
    assert_eq!(unix & leading_space, leading_space);
    assert_eq!(tcp & leading_space, leading_space);
    assert_eq!(
        tcp & noreply,
        0,
        "over TCP every packet is answered: {tcp:x}"
    );
    assert_ne!(
        unix & 0x1_0000,
        0,
        "over a Unix socket only the end is answered: {unix:x}"
    );
    // DATA is not skipped: without an answer to it TCP stalls.
    assert_eq!((unix | tcp) & 0x200, 0);
}

#[test]
fn a_refusal_is_one_line_of_ascii_with_percent_signs_doubled() {
    let wishes = Wishes {
        config: String::from("[limits]\nrecipients = 3\n"),
        ..Wishes::default()
    };
    let stage = Stage::start("refusal", &wishes);
    let path = stage.folder.path().join("gatepost.toml");
    let text = std::fs::read_to_string(&path).expect("gatepost.toml");
    let text = text.replace("Call 01632 960123", "100% of calls to Ren\u{e9} 50%% %s");
    std::fs::write(&path, text).expect("gatepost.toml");
    assert!(stage.gatepost.reload().contains("reloaded"));
    let number = Numbers::new(41).live();
    let mut mta = stage.mta();
    let packets = mta
        .message(
            "<a@trust.example>",
            &["<x@gmail.com>"],
            &referral("x@gmail.com", &number),
        )
        .expect("a conversation");
    let (command, text) = last(&packets);
    assert_eq!(command, 'y');
    assert!(
        text.starts_with("550 5.7.1 Not sent: 1 NHS number found"),
        "{text}"
    );
    assert!(text.contains("100%% of calls to Ren? 50%%%% %%s"), "{text}");
    assert!(
        text.is_ascii() && !text.contains('\n') && text.len() < 420,
        "{text}"
    );
}

#[test]
fn a_message_with_recipients_over_the_bound_is_refused() {
    let wishes = Wishes {
        config: String::from("[limits]\nrecipients = 2\n"),
        ..Wishes::default()
    };
    let stage = Stage::start("many", &wishes);
    let mut mta = stage.mta();
    let fine = plain("a@nhs.net", "Hello", "Hello.");
    let three = ["<a@nhs.net>", "<b@nhs.net>", "<x@gmail.com>"];
    let packets = mta
        .message("<a@trust.example>", &three, &fine)
        .expect("a message");
    assert!(last(&packets).1.starts_with("550 5.5.3"), "{packets:?}");
    let packets = mta
        .message("<a@trust.example>", &three[..2], &fine)
        .expect("a message");
    assert_eq!(commands(&packets), "c");
}

#[test]
fn removed_recipients_are_named_by_the_exact_bytes_of_rcpt() {
    let wishes = Wishes {
        keys: vec!["x@gmail.com"],
        ..Wishes::default()
    };
    let stage = Stage::start("exact", &wishes);
    let number = Numbers::new(42).live();
    let mut mta = stage.mta();
    for spelling in ["<X@GMAIL.com>", "x@gmail.com", "<x@Gmail.Com>"] {
        let message = referral(&format!("a@nhs.net, x@gmail.com, {spelling}"), &number);
        let packets = mta
            .message("<a@trust.example>", &["<a@nhs.net>", spelling], &message)
            .expect("a conversation");
        assert_eq!(commands(&packets), "-c");
        assert_eq!(packets[0].payload, format!("{spelling}\0").as_bytes());
    }
    assert_eq!(stage.catcher.all().len(), 3);
}

#[test]
fn a_sealed_original_replaces_headers_and_body_and_keeps_the_last_recipient() {
    let wishes = Wishes {
        keys: vec!["x@gmail.com"],
        ..Wishes::default()
    };
    let stage = Stage::start("in-place", &wishes);
    let number = Numbers::new(43).live();
    let message = referral("x@gmail.com", &number);
    let text = String::from_utf8_lossy(&message).into_owned();
    let text = text.replace("MIME-Version", "X-Note: one\r\nx-note: two\r\nMIME-Version");
    let mut mta = stage.mta();
    let packets = mta
        .message("<a@trust.example>", &["<x@gmail.com>"], text.as_bytes())
        .expect("a conversation");
    let all = commands(&packets);
    assert!(
        all.starts_with('m') && all.contains('h') && all.ends_with("bc"),
        "{all}"
    );
    assert!(!all.contains('-'), "{all}");
    let changes: Vec<String> = packets
        .iter()
        .filter(|packet| packet.command == b'm')
        .map(|packet| {
            let number = u32::from_be_bytes(packet.payload[..4].try_into().expect("four bytes"));
            let name = String::from_utf8_lossy(&packet.payload[4..]).into_owned();
            format!("{number}{}", name.replace('\0', ":"))
        })
        .collect();
    // The second of two equal names goes first, so that the first keeps its
    // number.
    let second = changes.iter().position(|change| change == "2x-note::");
    let first = changes.iter().position(|change| change == "1X-Note::");
    assert!(second < first && second.is_some(), "{changes:?}");
    for packet in &packets {
        let digits: Vec<u8> = packet
            .payload
            .iter()
            .copied()
            .filter(u8::is_ascii_digit)
            .collect();
        assert!(memchr::memmem::find(&digits, number.as_bytes()).is_none());
    }
}

#[test]
fn an_aborted_message_leaves_nothing_for_the_next() {
    let stage = Stage::start("abort", &Wishes::default());
    let number = Numbers::new(44).live();
    let mut mta = stage.mta();
    mta.envelope("<a@trust.example>", &["<x@gmail.com>"])
        .expect("an envelope");
    mta.header("Subject", format!(" NHS number {number}").as_bytes())
        .expect("a header");
    mta.tell(b'A', b"").expect("abort");
    let fine = plain("x@gmail.com", "Hello", "Hello.");
    let packets = mta
        .message("<a@trust.example>", &["<x@gmail.com>"], &fine)
        .expect("a message");
    assert_eq!(commands(&packets), "c");
    let bad = referral("x@gmail.com", &number);
    let packets = mta
        .message("<a@trust.example>", &["<x@gmail.com>"], &bad)
        .expect("a message");
    assert_eq!(last(&packets).0, 'y');
    let packets = mta
        .message("<a@trust.example>", &["<x@gmail.com>"], &fine)
        .expect("a message");
    assert_eq!(commands(&packets), "c", "a stale reply stayed");
}

#[test]
fn nul_and_8_bit_bytes_do_not_end_the_search() {
    let stage = Stage::start("nul", &Wishes::default());
    let number = Numbers::new(45).live();
    let mut message = plain("x@gmail.com", "Hello", "before \0 after \u{ff} ");
    message.extend_from_slice(format!("\0\0\0 \u{e9} NHS No {number}\r\n").as_bytes());
    let mut mta = stage.mta();
    let packets = mta
        .message("<a@trust.example>", &["<x@gmail.com>"], &message)
        .expect("a message");
    assert_eq!(last(&packets).0, 'y');
}

#[test]
fn the_queue_id_is_found_whatever_stage_told_it() {
    let stage = Stage::start("macros", &Wishes::default());
    let mut mta = stage.mta();
    mta.macros(b'M', &[("i", "AT-MAIL")]).expect("macros");
    mta.envelope("a@trust.example", &["b@nhs.net"])
        .expect("an envelope");
    mta.end_of_headers().expect("headers");
    mta.end().expect("an answer");
    mta.envelope("a@trust.example", &["b@nhs.net"])
        .expect("an envelope");
    mta.end_of_headers().expect("headers");
    mta.macros(b'E', &[("{i}", "AT-END")]).expect("macros");
    mta.end().expect("an answer");
    let list = stage.gatepost.command(&["audit", "list"]);
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    assert!(
        list.contains("AT-MAIL") && list.contains("AT-END"),
        "{list}"
    );
}

#[test]
fn garbage_ends_one_connection_and_no_other() {
    let stage = Stage::start("garbage", &Wishes::default());
    let mut other = stage.mta();
    for garbage in [
        b"GET / HTTP/1.0\r\n\r\n".as_slice(),
        &[0xff; 64],
        &[0, 0, 0, 0],
        &[0, 0, 0, 1, b'?'],
    ] {
        let mut mta = stage.mta();
        mta.tell_raw(garbage).expect("garbage");
        mta.tell_raw(garbage).ok();
    }
    let fine = plain("a@nhs.net", "Hello", "Hello.");
    let packets = other
        .message("<a@trust.example>", &["<a@nhs.net>"], &fine)
        .expect("a message");
    assert_eq!(commands(&packets), "c");
}

#[test]
fn a_client_that_goes_away_in_the_middle_holds_nothing_up() {
    let mut stage = Stage::start("away", &Wishes::default());
    for _ in 0..20 {
        let mut mta = stage.mta();
        mta.envelope("<a@trust.example>", &["<b@nhs.net>"])
            .expect("an envelope");
    }
    std::thread::sleep(Duration::from_millis(300));
    let begun = std::time::Instant::now();
    assert_eq!(stage.gatepost.stop(), Some(0));
    // Far below the patience with messages in flight: none was left in flight.
    assert!(
        begun.elapsed() < Duration::from_secs(15),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn past_the_deadline_the_answer_is_a_temporary_failure() {
    let wishes = Wishes {
        config: String::from("[limits]\nmessage-ms = 100\n"),
        ..Wishes::default()
    };
    let stage = Stage::start("deadline", &wishes);
    let number = Numbers::new(46).live();
    let filler = "<p>words and &amp; more words</p>\r\n".repeat(600_000);
    let message = format!(
        "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n{filler}NHS number {number}\r\n"
    );
    let mut mta = stage.mta();
    let packets = mta
        .message("<a@trust.example>", &["<x@gmail.com>"], message.as_bytes())
        .expect("a message");
    let (command, text) = last(&packets);
    assert_eq!(command, 'y');
    assert!(text.starts_with("451 4.7.1 Not checked yet"), "{text}");
    assert!(stage.gatepost.log().contains("no answer within 100 ms"));
}

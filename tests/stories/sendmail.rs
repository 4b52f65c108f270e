//! The same with a real Sendmail, which speaks the protocol its own way.

use crate::support::catcher::Catcher;
use crate::support::demo_mail::{plain, referral};
use crate::support::gatepost::Gatepost;
use crate::support::gpg::{Gpg, armour};
use crate::support::numbers::Numbers;
use crate::support::sendmail::Sendmail;
use crate::support::smtp;
use crate::support::world::{Wishes, configure};
use crate::support::{folder, free_port};

fn story(name: &str, tcp: bool) {
    let folder = folder(name);
    let at = folder.path();
    // Sendmail refuses a socket below a folder that all may write to.
    let sockets = tempfile::tempdir_in("/run").expect("a folder in /run");
    let gpg = Gpg::new(at);
    gpg.make_key("x@gmail.com", &at.join("keys"));
    let catcher = Catcher::start();
    let hand_over = free_port();
    let (listen, milter) = if tcp {
        let port = free_port();
        (
            format!("inet:127.0.0.1:{port}"),
            format!("inet:{port}@127.0.0.1"),
        )
    } else {
        let path = sockets.path().join("m.sock");
        (
            format!("unix:{}", path.display()),
            format!("unix:{}", path.display()),
        )
    };
    let config = configure(at, &listen, hand_over, &Wishes::default());
    let mut gatepost = Gatepost::start(&config, &listen);
    let sendmail = Sendmail::start(at, &milter, catcher.port, hand_over);
    let send = |to: &[&str], message: &[u8]| {
        smtp::send(sendmail.port, "sender@trust.example", to, message)
    };
    let number = Numbers::new(51).live();

    let refused = send(&["y@aol.com"], &referral("y@aol.com", &number));
    assert_eq!(refused.code, 550, "{refused:?}");
    assert!(refused.text.contains("1 NHS number found"), "{refused:?}");
    assert!(
        refused.text.contains("Urgent? Call 01632 960123."),
        "{refused:?}"
    );

    let message = referral("a@nhs.net", &number);
    assert_eq!(send(&["a@nhs.net"], &message).code, 250);
    let clear = catcher.wait_for("a@nhs.net");
    let at_body = memchr::memmem::find(&message, b"\r\n\r\n").expect("a body") + 4;
    assert_eq!(clear.body(), &message[at_body..]);

    let both = referral("b@nhs.net, x@gmail.com", &number);
    let reply = send(&["b@nhs.net", "x@gmail.com"], &both);
    assert_eq!(reply.code, 250, "{reply:?}");
    let clear = catcher.wait_for("b@nhs.net");
    assert_eq!(clear.recipients, ["b@nhs.net"]);
    let sealed = catcher.wait_for("x@gmail.com");
    assert_eq!(sealed.recipients, ["x@gmail.com"]);
    let digits: String = String::from_utf8_lossy(&sealed.data)
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    assert!(!digits.contains(&number));
    let payload = gpg.decrypt(&armour(sealed.body()));
    assert!(memchr::memmem::find(&payload, &both[at_body_of(&both)..]).is_some());

    let alone = referral("x@gmail.com", &number);
    assert_eq!(send(&["x@gmail.com"], &alone).code, 250);
    crate::support::wait_for("the message sealed in place", 30, || {
        (catcher.for_recipient("x@gmail.com").len() == 2).then_some(())
    });
    let sealed = catcher.for_recipient("x@gmail.com").pop().expect("it");
    assert!(
        sealed.head().contains("Subject: [...]"),
        "{}",
        sealed.head()
    );
    assert_eq!(
        sealed
            .head()
            .to_lowercase()
            .matches("content-type:")
            .count(),
        1
    );
    assert!(
        memchr::memmem::find(&gpg.decrypt(&armour(sealed.body())), b"Dear colleague").is_some()
    );

    assert_eq!(gatepost.stop(), Some(0));
    let deferred = send(&["a@nhs.net"], &plain("a@nhs.net", "Hello", "Hello."));
    assert_eq!(deferred.code, 451, "{deferred:?}");
}

fn at_body_of(message: &[u8]) -> usize {
    memchr::memmem::find(message, b"\r\n\r\n").expect("a body") + 4
}

#[test]
fn sendmail_over_a_unix_socket() {
    story("sendmail-unix", false);
}

#[test]
fn sendmail_over_tcp() {
    story("sendmail-tcp", true);
}

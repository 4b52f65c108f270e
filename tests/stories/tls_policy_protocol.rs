//! The socketmap itself: clients that are many, slow, greedy or mad.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::support::folder;
use crate::support::gatepost::{Gatepost, command, printed};
use crate::support::world::{Wishes, configure};

struct Site {
    gatepost: Gatepost,
    socket: PathBuf,
    folder: tempfile::TempDir,
}

fn site(name: &str) -> Site {
    let folder = folder(name);
    let socket = folder.path().join("tls-policy.sock");
    let config = format!(
        "tls-to-accredited = \"require-always\"\n[tls-policy]\nlisten = \"unix:{}\"",
        socket.display()
    );
    let wishes = Wishes {
        config,
        ..Wishes::default()
    };
    let listen = format!("unix:{}/milter.sock", folder.path().display());
    let config = configure(folder.path(), &listen, 25, &wishes);
    let gatepost = Gatepost::start(&config, &listen);
    Site {
        gatepost,
        socket,
        folder,
    }
}

impl Site {
    fn connect(&self) -> UnixStream {
        let stream = UnixStream::connect(&self.socket).expect("a connection");
        let patience = Some(Duration::from_secs(30));
        stream.set_read_timeout(patience).expect("patience");
        stream.set_write_timeout(patience).expect("patience");
        stream
    }
}

fn request(key: &str) -> Vec<u8> {
    let text = format!("gatepost {key}");
    format!("{}:{text},", text.len()).into_bytes()
}

/// One reply, without its frame.
fn reply(stream: &mut UnixStream) -> String {
    let mut length = 0;
    loop {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("a reply");
        match byte[0] {
            b':' => break,
            digit => length = length * 10 + usize::from(digit - b'0'),
        }
    }
    let mut text = vec![0; length + 1];
    stream.read_exact(&mut text).expect("a reply");
    assert_eq!(text.pop(), Some(b','));
    String::from_utf8(text).expect("UTF-8")
}

fn ask(stream: &mut UnixStream, key: &str) -> String {
    stream.write_all(&request(key)).expect("sent");
    reply(stream)
}

const SECURE: &str = "OK secure match=nexthop:dot-nexthop:hostname";

#[test]
fn many_clients_at_once_are_each_answered_in_their_order() {
    let site = site("socketmap-many");
    let mut clients: Vec<UnixStream> = (0..300).map(|_| site.connect()).collect();
    let one = [request("hospital.example"), request("other.example")].concat();
    for client in &mut clients {
        client.write_all(&one.repeat(20)).expect("sent");
    }
    for client in &mut clients {
        for _ in 0..20 {
            assert_eq!(reply(client), SECURE);
            assert_eq!(reply(client), "NOTFOUND ");
        }
    }
}

#[test]
fn a_byte_at_a_time_is_answered_and_holds_nobody() {
    let site = site("socketmap-slow");
    let mut slow = site.connect();
    let mut quick = site.connect();
    for byte in request("hospital.example") {
        slow.write_all(&[byte]).expect("sent");
        assert_eq!(ask(&mut quick, "other.example"), "NOTFOUND ");
    }
    assert_eq!(reply(&mut slow), SECURE);
    // Whoever never ends a request is left after a while, and nobody else.
    slow.write_all(b"30:gatepost ").expect("sent");
    let begun = Instant::now();
    let mut rest = Vec::new();
    slow.read_to_end(&mut rest).expect("the end");
    assert!(rest.is_empty() && begun.elapsed() > Duration::from_secs(5));
    assert_eq!(ask(&mut quick, "hospice.example"), SECURE);
}

#[test]
fn what_is_no_request_is_refused_and_what_can_be_understood_goes_on() {
    let site = site("socketmap-garbage");
    for text in ["other hospital.example", "gatepost", "gatepost ", ""] {
        let mut client = site.connect();
        let wire = format!("{}:{text},", text.len());
        client.write_all(wire.as_bytes()).expect("sent");
        assert!(reply(&mut client).starts_with("PERM "), "{text}");
        assert_eq!(ask(&mut client, "hospital.example"), SECURE, "{text}");
    }
    for wire in [
        &b"100001:gatepost "[..],
        b"99999999999999999999:",
        b"GET / HTTP/1.1\r\n\r\n",
        b"3:abcd",
        b"-1:,",
        b"\x16\x03\x01\x02\x00\x01",
    ] {
        let mut client = site.connect();
        client.write_all(wire).expect("sent");
        assert!(reply(&mut client).starts_with("PERM "), "{wire:?}");
        let mut rest = Vec::new();
        // It may be told of bytes that nobody read.
        let _ = client.read_to_end(&mut rest);
        assert!(rest.is_empty(), "{wire:?}");
    }
    // The longest that the protocol has, and a name that is none.
    let mut client = site.connect();
    let longest = "x".repeat(100_000 - "gatepost ".len());
    assert_eq!(ask(&mut client, &longest), "NOTFOUND ");
    assert_eq!(ask(&mut client, "hospital.example"), SECURE);
    assert!(!site.gatepost.log().contains("internal error"));
}

#[test]
fn more_clients_than_there_is_room_for_shut_nobody_out() {
    // As few open files as a service usually may have: it takes more itself.
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).expect("the limits");
    setrlimit(Resource::RLIMIT_NOFILE, 1_024, most).expect("a limit");
    let site = site("socketmap-full");
    setrlimit(Resource::RLIMIT_NOFILE, most, most).expect("a limit");
    let mut regular = site.connect();
    let mut idle = Vec::new();
    for number in 0..1_200 {
        idle.push(site.connect());
        if number % 100 == 0 {
            assert_eq!(ask(&mut regular, "hospital.example"), SECURE);
        }
    }
    // The one that asks keeps its place, the first that never asked lost theirs.
    assert_eq!(ask(&mut regular, "hospital.example"), SECURE);
    assert_eq!(ask(&mut site.connect(), "hospital.example"), SECURE);
    let mut rest = Vec::new();
    assert_eq!(idle[0].read_to_end(&mut rest).expect("the end"), 0);
    assert_eq!(ask(&mut idle[1_199], "hospital.example"), SECURE);
}

#[test]
fn the_socket_is_for_its_group_and_goes_with_the_service() {
    use std::os::unix::fs::PermissionsExt;
    let mut site = site("socketmap-rights");
    let rights = fs::metadata(&site.socket)
        .expect("the socket")
        .permissions();
    assert_eq!(rights.mode() & 0o777, 0o660);
    site.gatepost.kill();
    // What a crash left behind is replaced.
    assert!(site.socket.exists());
    site.gatepost.restart();
    assert_eq!(ask(&mut site.connect(), "hospital.example"), SECURE);
    assert_eq!(site.gatepost.stop(), Some(0));
    assert!(!site.socket.exists());
    assert!(site.folder.path().exists());
}

#[test]
fn a_listener_that_would_require_tls_of_nobody_is_warned_of() {
    let folder = folder("tls-idle");
    let complaints = |settings: &str| {
        let config = format!("{settings}\n[tls-policy]\nlisten = \"unix:tls-policy.sock\"");
        let wishes = Wishes {
            config,
            ..Wishes::default()
        };
        let config = configure(folder.path(), "unix:milter.sock", 25, &wishes);
        let output = command(Some(&config), &["check"]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        printed(&output) + &String::from_utf8_lossy(&output.stderr)
    };
    let warned = complaints("");
    assert!(warned.contains("config::idle-tls-policy"), "{warned}");
    assert!(warned.contains("recipients.tls-to-accredited"), "{warned}");
    for setting in ["tls-to-accredited", "tls-to-government"] {
        let said = complaints(&format!("{setting} = \"require-always\""));
        assert!(!said.contains("idle-tls-policy"), "{said}");
    }
}

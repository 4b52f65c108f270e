//! What a client of the TLS policy map may send: any bytes are whole requests,
//! the beginning of one, or broken; each request has one reply, which is itself
//! a frame of a form that Postfix knows, and never a looser one for another way
//! to write the same destination.
#![no_main]

use std::sync::LazyLock;

use gatepost::directory::{Classes, Directory, KeyStore, Register, Standpoint, Tls};
use gatepost::postfix::{Frame, MOST_BYTES, Reply, answer, frame};
use gatepost::timestamp::Timestamp;
use libfuzzer_sys::fuzz_target;

const REGISTER: &str = include_str!("../../tests/exports/register.jsonl");

static DIRECTORIES: LazyLock<[Directory; 2]> = LazyLock::new(|| {
    [REGISTER, ""].map(|register| {
        let standpoint = Standpoint {
            tls_to_accredited: Tls::Require,
            tls_to_government: Tls::Require,
            ..Standpoint::default()
        };
        let register = Register::read(register).expect("a register");
        Directory::new(standpoint, register, Classes::read(&[]).0, KeyStore::default())
    })
});

fuzz_target!(|stream: &[u8]| {
    let mut rest = stream;
    loop {
        match frame(rest) {
            Frame::Whole { text, bytes } => {
                assert!(text.len() <= MOST_BYTES && text.len() < bytes);
                replies(text);
                rest = &rest[bytes..];
            }
            Frame::Unfinished => {
                assert!(rest.len() <= MOST_BYTES + "100000:".len());
                break;
            }
            Frame::Broken(why) => {
                framed(&Reply::Refused(why));
                break;
            }
        }
    }
    // As it is, as a key: right lengths are seldom hit.
    let mut request = b"gatepost ".to_vec();
    request.extend(stream);
    replies(&request);
});

fn replies(request: &[u8]) {
    let at = Timestamp::from_unix_ms(1_795_270_321_042);
    for directory in &*DIRECTORIES {
        let reply = answer(directory, request, at);
        framed(&reply);
        let Some(key) = request.strip_prefix(b"gatepost ") else { continue };
        let bare = !key.is_empty() && key.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(byte));
        if bare && !key.starts_with(b".") {
            let key = String::from_utf8_lossy(key).into_owned();
            for form in [format!("[{key}]:25"), format!("[{key}]"), format!("{key}:25"), key.to_uppercase()] {
                let other = answer(directory, format!("gatepost {form}").as_bytes(), at);
                assert_eq!(reply, other, "{form}");
            }
        }
    }
}

fn framed(reply: &Reply) {
    let wire = reply.frame();
    let Frame::Whole { text, bytes } = frame(&wire) else { panic!("no frame: {reply:?}") };
    assert_eq!(bytes, wire.len());
    let known: [&[u8]; 4] = [b"OK ", b"NOTFOUND ", b"TEMP ", b"PERM "];
    assert!(known.iter().any(|word| text.starts_with(word)));
}

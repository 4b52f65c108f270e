//! Any bytes go the whole pure route: no panic, bounds kept, spans in range,
//! and the same message decides the same way twice.
#![no_main]

use std::sync::LazyLock;

use gatepost::extract::InProcess;
use gatepost::gate::Gate;
use gatepost::limits::Limits;
use gatepost::load::{KeyUse, Wanted, load};
use gatepost::mail::{Envelope, Message};
use gatepost::timestamp::Timestamp;
use libfuzzer_sys::fuzz_target;

static GATE: LazyLock<Gate> = LazyLock::new(|| {
    let mut gate = load(&Wanted::default(), &KeyUse::ReadOnly).0.expect("the built-in gate").gate;
    gate.limits = Limits {
        parts: 100,
        text_bytes: 100_000,
        ..gate.limits
    };
    gate
});

fuzz_target!(|bytes: &[u8]| {
    let envelope = Envelope::new(b"<a@trust.example>", [b"<x@gmail.com>".as_slice(), b"<b@nhs.net>"]);
    let at = Timestamp::from_unix_ms(0);
    let first = GATE.examine(Message::parse(bytes.to_vec(), &GATE.limits), &envelope, at, &InProcess);
    let again = GATE.examine(Message::parse(bytes.to_vec(), &GATE.limits), &envelope, at, &InProcess);
    assert_eq!(first.facts, again.facts);
    assert_eq!(first.verdict, again.verdict);
    assert_eq!(first.verdict.recipients.len(), 2);
    assert!(first.message.parts().len() <= 2 * GATE.limits.parts);
    for finding in &first.findings {
        let digits = finding.value.reveal();
        assert!(digits.len() == 10 && digits.bytes().all(|byte| byte.is_ascii_digit()));
        assert!(finding.score >= 40 && finding.score <= 100);
    }
});

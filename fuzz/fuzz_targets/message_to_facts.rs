//! Any bytes go the whole pure route: no panic, bounds kept, spans in range,
//! and the same message decides the same way twice.
#![no_main]

use std::sync::LazyLock;

use gatepost::extract::InProcess;
use gatepost::gate::Gate;
use gatepost::limits::Limits;
use gatepost::load::{KeyUse, Wanted, load};
use gatepost::mail::{Envelope, Message};
use gatepost::scan::Identifier;
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
        assert!(has_form(&finding.identifier, finding.value.reveal()));
        assert!(finding.score >= 40 && finding.score <= 100);
    }
});

/// Whether a value has the form in which its issuer writes it, without what
/// people put between its characters.
fn has_form(identifier: &Identifier, value: &str) -> bool {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    let plain = value.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    match identifier {
        Identifier::NhsNumber => digits && value.len() == 10,
        Identifier::BirthDate => {
            let lengths: Vec<usize> = value.split('-').map(str::len).collect();
            lengths == [4, 2, 2] && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
        }
        Identifier::NationalInsuranceNumber | Identifier::Passport => plain && value.len() == 9,
        Identifier::DrivingLicence => plain && value.len() == 16,
        Identifier::PaymentCard => digits && (13..=19).contains(&value.len()),
        Identifier::Iban => plain && (15..=34).contains(&value.len()),
        // A doctor's reference number, and a nurse's PIN.
        Identifier::StaffNumber => (digits && value.len() == 7) || (plain && value.len() == 8),
        // The built-in gate has none of a site's own.
        Identifier::Local(_) => false,
    }
}

//! Rules prove themselves: their examples are run when they are loaded.
//!
//! **What is not here:** how an example is written; see [`crate::policy`].

use crate::act::Organisation;
use crate::diagnostic::{Diagnostic, Source};
use crate::directory::{
    AccreditedList, Act, Classes, Consents, Directory, Entry, KeyState, KeyStore, Register,
    Standpoint,
};
use crate::extract::InProcess;
use crate::gate::Gate;
use crate::limits::Limits;
use crate::location::{Location, PartPath, Place};
use crate::mail::{Domain, Envelope, Message, encode_words};
use crate::policy::{Example, Policy, Rule, TagWords, decide};
use crate::scan::Scanner;
use crate::scan::token::TokenKey;
use crate::timestamp::Timestamp;

/// Runs every example of a rule with that rule alone, at full strength.
///
/// In examples our own domain is `trust.example`; `accredited.example` is on
/// the accredited list, `leaving.example` was until ten days ago and
/// `lapsed.example` until a year ago; `blocked.example` is blocked; numbers of
/// ranges that are never issued count, since examples must use no others.
pub fn check(rule: &Rule, source: &Source, scanner: &Scanner) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for example in &rule.examples {
        let gate = gate(rule, scanner);
        let recipients: Vec<&[u8]> = example.to.iter().map(String::as_bytes).collect();
        let envelope = Envelope::new(b"sender@trust.example", recipients);
        let message = Message::parse(message(example), &gate.limits);
        let mut facts = gate
            .examine(message, &envelope, Timestamp::from_unix_ms(0), &InProcess)
            .facts;
        if example.recipients_have_keys {
            for recipient in &mut facts.recipients {
                recipient.key = KeyState::Usable {
                    fingerprint: String::new(),
                };
            }
        }
        for recipient in &mut facts.recipients {
            recipient.consented = example.recipients_have_consented;
        }
        let attached = PartPath::root().child(2);
        let hides = example.hides.iter().map(|hidden| Location {
            hidden: Some(*hidden),
            ..Location::new(Place::Attachment, attached.clone(), 0)
        });
        facts.hidden.extend(hides);
        for finding in &mut facts.findings {
            finding.ours = example.numbers_are_ours;
        }
        let action = decide(&facts, &gate.policy).strictest();
        if action != example.expect {
            diagnostics.push(
                Diagnostic::error(
                    "rule::example-fails",
                    source,
                    example.span.clone(),
                    format!(
                        "the example \"{}\" expects {}, but the rule says {action}",
                        example.name, example.expect
                    ),
                )
                .help("mend the rule, or the example if it was mistaken"),
            );
        }
    }
    diagnostics
}

fn gate(rule: &Rule, scanner: &Scanner) -> Gate {
    let own = Domain::parse("trust.example").into_iter().collect();
    let standpoint = Standpoint {
        own,
        ..Standpoint::default()
    };
    let (classes, _) = Classes::read(&[]);
    let register = register();
    Gate {
        organisation: Organisation::default(),
        directory: Directory::new(standpoint, register, classes, KeyStore::default()),
        consents: Consents::default(),
        scanner: scanner.clone(),
        policy: Policy::alone(rule),
        tags: TagWords::default(),
        limits: Limits::default(),
        token_key: TokenKey::new(Vec::new()),
        can_hand_over: true,
    }
}

/// The recipients of examples, at the moment 0.
fn register() -> Register {
    let lists = [
        (
            -730,
            "accredited.example\nleaving.example\nlapsed.example\n",
        ),
        (-365, "accredited.example\nleaving.example\n"),
        (-10, "accredited.example\n"),
    ];
    let mut register = Register::default();
    let add = |register: &mut Register, day: i64, act| {
        let at = Timestamp::from_unix_ms(0).after_days(day);
        let by = String::from("example");
        // Nothing of this can be refused: the days and the lists are these.
        let added = register.add(Entry { v: 1, at, by, act });
        debug_assert!(added.is_ok());
    };
    for (day, domains) in lists {
        let list = AccreditedList::parse(format!("Domain name\n{domains}").as_bytes());
        let (import, _) = register.compare(&list.unwrap_or_default(), "");
        add(&mut register, day, Act::Imported(Box::new(import)));
    }
    if let Ok(domain) = Domain::parse("blocked.example") {
        let why = String::from("example");
        add(&mut register, -5, Act::Blocked { domain, why });
    }
    register
}

fn message(example: &Example) -> Vec<u8> {
    let head = format!(
        "Subject: {}\r\nMIME-Version: 1.0\r\n",
        encode_words(&example.subject)
    );
    let body = example.text.replace('\n', "\r\n");
    let text = format!("Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n");
    let Some(media_type) = &example.attachment else {
        return format!("{head}{text}").into_bytes();
    };
    format!(
        "{head}Content-Type: multipart/mixed; boundary=\"example\"\r\n\r\n\
         --example\r\n{text}--example\r\nContent-Type: {media_type}\r\n\
         Content-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n\
         UmFyIRoHAQB1bnJlYWRhYmxl\r\n--example--\r\n"
    )
    .into_bytes()
}

//! The notice to a sender whose message was delivered with a warning.
//!
//! It says what was found and what to do; it holds neither the subject nor a
//! value, and goes to the sender alone.

use super::place::Places;
use super::plan::Delivery;
use super::reply::{Telling, name_of};
use crate::mail::encode_words;
use crate::policy::{Action, Reason};
use crate::timestamp::Timestamp;

/// The notice as a message with CRLF line ends; `None` when there is nobody to
/// tell: the sender is the null path or no address.
pub fn notice(telling: &Telling<'_>, delivery: &Delivery, at: Timestamp) -> Option<Vec<u8>> {
    let Telling {
        envelope,
        verdict,
        policy,
        organisation,
        reference,
        ..
    } = telling;
    let sender = envelope.sender.address()?;
    if delivery.warned.is_empty() {
        return None;
    }
    let from = match &organisation.ig_contact {
        Some(contact) => contact.clone(),
        None => format!("postmaster@{}", sender.domain()),
    };
    let name = if organisation.name.is_empty() {
        "gatepost"
    } else {
        &organisation.name
    };
    let to = format!("{}@{}", sender.local().reveal(), sender.domain());
    let mut lines = vec![
        format!("Date: {}", at.mail_date()),
        format!("From: {} <{from}>", phrase(name)),
        format!("To: <{to}>"),
        String::from("Subject: Please check a message that you sent"),
        format!(
            "Message-ID: <{reference}.{}@gatepost.invalid>",
            at.unix_ms()
        ),
        String::from("Auto-Submitted: auto-replied"),
        String::from("MIME-Version: 1.0"),
        String::from("Content-Type: text/plain; charset=utf-8"),
        String::from("Content-Transfer-Encoding: 8bit"),
        String::new(),
        format!("Please check your message of {}:", at.words()),
        String::new(),
    ];
    for index in &delivery.warned {
        let (Some(recipient), Some(path)) = (
            verdict.recipients.get(*index),
            envelope.recipients.get(*index),
        ) else {
            continue;
        };
        for reason in &recipient.reasons {
            if reason.action == Action::Warn {
                lines.push(format!(
                    "- {} ({})",
                    said(telling, reason, &name_of(path)),
                    reason.rule
                ));
            }
        }
    }
    lines.dedup();
    lines.push(String::new());
    let mut advised = Vec::new();
    for index in &delivery.warned {
        let reasons = verdict
            .recipients
            .get(*index)
            .map(|recipient| &recipient.reasons);
        for reason in reasons.into_iter().flatten() {
            let rule = policy.rule(&reason.rule);
            if let Some(advice) = rule.and_then(|rule| rule.then.advice.as_deref())
                && reason.action == Action::Warn
                && !advised.contains(&advice)
            {
                advised.push(advice);
                lines.push(advice.to_owned());
            }
        }
    }
    if let Some(contact) = &organisation.ig_contact {
        lines.push(format!("Questions: {contact}"));
    }
    if let Some(urgent) = &organisation.urgent {
        lines.push(format!("Urgent: {urgent}"));
    }
    lines.push(format!("Reference: {reference}"));
    lines.push(String::new());
    Some(lines.join("\r\n").into_bytes())
}

fn said(telling: &Telling<'_>, reason: &Reason, who: &str) -> String {
    let places = Places::new(telling.message, telling.facts, telling.policy, [reason]);
    let mut parts: Vec<String> = Vec::new();
    for (identifier, count) in &reason.found {
        let words = identifier.words(*count);
        let place = places.of_identifier(identifier);
        let place = place.map(|place| format!(" ({})", place.words()));
        let place = place.unwrap_or_default();
        parts.push(format!("{count} possible {words}{place} went to {who}"));
    }
    for why in &reason.gaps {
        parts.push(match places.of_gap(*why) {
            Some(place) => {
                let subject = place.with_verb("was", "were");
                format!("{subject} not checked ({why}) and went to {who}")
            }
            None => format!("something that was not checked ({why}) went to {who}"),
        });
    }
    for hidden in &reason.hidden {
        let place = places.of_hidden(*hidden);
        let place = place.map(|place| format!(" ({})", place.words()));
        let place = place.unwrap_or_default();
        parts.push(format!("an attachment with {hidden}{place} went to {who}"));
    }
    if parts.is_empty() {
        return format!("it went to {who}");
    }
    parts.join("; ")
}

/// A display name that is safe in a header (RFC 5322 section 3.2.4).
fn phrase(name: &str) -> String {
    if name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b' ')
    {
        return name.to_owned();
    }
    if name.is_ascii() {
        let clean: String = name
            .chars()
            .filter(|letter| !letter.is_control() && !matches!(letter, '"' | '\\'))
            .collect();
        return format!("\"{clean}\"");
    }
    encode_words(name)
}

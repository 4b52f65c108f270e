//! An event of the audit log in words: `gatepost audit show` for people.
//!
//! The first line says what and when, the lines below it everything else that
//! is recorded. Programs get the JSON.

use crate::audit::{Decision, Event, HandOver, RecipientRecord, Stored};
use crate::policy::Mode;

/// The lines for one event.
pub(super) fn lines(stored: &Stored) -> Vec<String> {
    let (name, mut more) = match &stored.event {
        Event::Decision(decision) => ("decision", decided(decision)),
        Event::Fault {
            reference,
            queue_id,
            what,
            copies,
        } => {
            let mut more = named(reference, queue_id.as_deref());
            more.push(format!("answered with a temporary failure: {what}"));
            more.extend(copies.iter().map(|copy| format!("copy {}", copy.as_str())));
            ("fault", more)
        }
        Event::HandOver(hand_over) => ("hand-over", handed_over(hand_over)),
        Event::Recovered {
            torn_bytes,
            torn_sha256,
        } => {
            let cut = format!("{torn_bytes} bytes were cut off, SHA-256 {torn_sha256}");
            ("recovered", vec![cut])
        }
        Event::Refused {
            reference,
            queue_id,
            what,
        } => {
            let mut more = named(reference, queue_id.as_deref());
            more.push(format!("refused without being examined: {what}"));
            ("refused", more)
        }
        Event::Reloaded {
            policy_before,
            policy,
            list,
        } => {
            let more = vec![
                format!("rules {policy}, before {policy_before}"),
                format!("accredited list {list}"),
            ];
            ("reloaded", more)
        }
        Event::ReloadRefused { complaints } => {
            let more = format!("everything stayed as it was; complaints: {complaints}");
            ("reload-refused", vec![more])
        }
        Event::Started {
            version,
            policy,
            list,
            mode,
        } => {
            let word = Mode::WORDS.iter().find(|(_, known)| known == mode);
            let word = word.map_or("unknown", |(word, _)| *word);
            let more = vec![
                format!("gatepost {version}, mode {word}"),
                format!("rules {policy}"),
                format!("accredited list {list}"),
            ];
            ("started", more)
        }
        Event::Stopped => ("stopped", Vec::new()),
    };
    for line in &mut more {
        line.insert_str(0, "  ");
    }
    more.insert(0, format!("event {}, {}: {name}", stored.seq, stored.ts));
    more
}

fn named(reference: &str, queue_id: Option<&str>) -> Vec<String> {
    let queue_id = queue_id.unwrap_or("-");
    vec![format!("ref {reference}, queue id {queue_id}")]
}

fn handed_over(hand_over: &HandOver) -> Vec<String> {
    let mut more = named(&hand_over.reference, hand_over.queue_id.as_deref());
    let tokens = hand_over.copies_to.iter();
    more.extend(tokens.map(|token| format!("about to leave: a copy for {}", token.as_str())));
    if hand_over.notice {
        more.push(String::from("about to leave: a notice to the sender"));
    }
    more
}

fn decided(decision: &Decision) -> Vec<String> {
    let mut more = named(&decision.reference, decision.queue_id.as_deref());
    more.push(format!(
        "answered {} on {} after {} ms; strictest action: {}",
        decision.reply, decision.host, decision.took_ms, decision.action
    ));
    let sender = &decision.sender;
    let in_clear = sender.address.as_deref().or(sender.domain.as_deref());
    more.push(format!(
        "from {} ({})",
        in_clear.unwrap_or("somebody"),
        sender.token.as_str()
    ));
    for record in &decision.recipients {
        more.push(format!(
            "to {} ({})",
            recipient(record),
            record.who.token.as_str()
        ));
        if let Some(receipt) = &record.receipt {
            more.push(format!("  receipt: {receipt}"));
        }
    }
    for finding in &decision.facts.findings {
        more.push(format!(
            "found {} {} ({}, {}{}): {}, {}",
            finding.identifier.word(),
            finding.shape,
            finding.confidence,
            finding
                .class
                .map_or_else(String::new, |class| format!("{} range, ", class.word())),
            finding.score,
            finding.location,
            finding.token.as_str()
        ));
        let evidence: Vec<String> = finding.evidence.iter().map(ToString::to_string).collect();
        more.push(format!("  {}", evidence.join(", ")));
    }
    if decision.facts.more_findings > 0 {
        more.push(format!("and {} more", decision.facts.more_findings));
    }
    for gap in &decision.facts.gaps {
        more.push(format!("not checked ({}): {:#}", gap.words(), gap.location));
    }
    for location in &decision.facts.hidden {
        more.push(format!("people don't see: {location:#}"));
    }
    let receipts = decision.receipts.iter();
    more.extend(receipts.map(|receipt| format!("hand-over port: {receipt}")));
    let copies = decision.copies.iter();
    more.extend(copies.map(|copy| format!("copy {}", copy.as_str())));
    if let Some(message_id) = &decision.message_id {
        more.push(format!("Message-ID {}", message_id.as_str()));
    }
    more.push(format!("rules {}", decision.policy));
    more.push(format!("accredited list {}", decision.list));
    more
}

/// What became of one recipient, in words.
pub(super) fn recipient(record: &RecipientRecord) -> String {
    let who = match &record.who.domain {
        Some(domain) => domain.clone(),
        None => record.class.word().to_owned(),
    };
    let mut text = format!("{who}: {} ({}", record.outcome.word(), record.action);
    if !record.rules.is_empty() {
        text.push_str(" by ");
        text.push_str(&record.rules.join(" "));
    }
    text.push(')');
    text
}

//! The words of a refusal: what was found, why it matters, the one thing to
//! do, the urgent route, a reference; never the value.

use std::collections::{BTreeMap, BTreeSet};

use super::place::Places;
use super::plan::Refusal;
use crate::directory::KeyState;
use crate::location::Hidden;
use crate::mail::{Envelope, GapReason, Message, Path};
use crate::policy::{Action, Facts, Policy, Reason, TOO_LARGE_RULE, Verdict};
use crate::scan::{Identifier, may_identify};

/// Who speaks, for replies and notices.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// Where senders reach the information governance lead.
    pub ig_contact: Option<String>,
    /// What to do when it is urgent, such as a telephone number.
    pub urgent: Option<String>,
}

/// An SMTP reply (RFC 5321 section 4.2): its first line is enough by itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reply {
    /// The code, such as `550`.
    pub code: &'static str,
    /// The enhanced code (RFC 3463), such as `5.7.1`.
    pub enhanced: &'static str,
    /// The text: printable ASCII, at most 400 characters.
    pub text: String,
}

impl Reply {
    /// A reply of any text: made ASCII and cut to 400 characters.
    pub fn new(code: &'static str, enhanced: &'static str, text: &str) -> Self {
        Self {
            code,
            enhanced,
            text: printable(text, 400),
        }
    }

    /// A fault of ours: the sender's queue keeps the message and tries again.
    pub fn fault(reference: &str) -> Self {
        Self::new(
            "451",
            "4.7.1",
            &format!("Not checked yet, will be tried again by itself. Ref {reference}"),
        )
    }
}

/// What a sender is told about: one decision and who took it.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    /// Sender and recipients.
    pub envelope: &'a Envelope,
    /// The message, for its attachments in their order.
    pub message: &'a Message,
    /// What the decision rests on.
    pub facts: &'a Facts,
    /// The decision.
    pub verdict: &'a Verdict,
    /// The rules, for their advice.
    pub policy: &'a Policy,
    /// Who speaks.
    pub organisation: &'a Organisation,
    /// The reference by which the audit log knows the decision.
    pub reference: &'a str,
}

/// The reply to a message that is refused because of one recipient.
pub fn refusal(telling: &Telling<'_>, why: Refusal, recipient: usize) -> Reply {
    let Telling {
        facts, reference, ..
    } = telling;
    let organisation = telling.organisation;
    let paths = &telling.envelope.recipients;
    let who = paths.get(recipient).map_or_else(unnamed, name_of);
    let reasons = telling.verdict.recipients.get(recipient);
    let blocking: Vec<&Reason> = reasons
        .into_iter()
        .flat_map(|verdict| {
            let decisive = |reason: &&Reason| reason.action == verdict.action;
            verdict.reasons.iter().filter(decisive)
        })
        .collect();
    if blocking.iter().any(|reason| reason.rule == TOO_LARGE_RULE) {
        return Reply::new(
            "552",
            "5.3.4",
            &format!(
                "Not sent: the message is too large to be checked. Send less at once. {} Ref {reference}",
                urgent(organisation).unwrap_or_default()
            ),
        );
    }
    let fact = facts.recipients.get(recipient);
    let mut sentences = vec![format!(
        "Not sent: {}{}",
        found(telling, &blocking),
        match why {
            Refusal::CannotSplit => format!("{who} needs an encrypted copy of its own."),
            Refusal::Blocked if fact.is_some_and(|fact| fact.secure) => {
                format!("{who} must not get this message.")
            }
            Refusal::Blocked => match fact.and_then(|fact| fact.looks_like.as_ref()) {
                Some(known) => format!("{who} is not a secure address. Did you mean {known}?"),
                None => format!("{who} is not a secure address."),
            },
        }
    )];
    match why {
        Refusal::CannotSplit => {
            sentences.push(String::from("Send to it in a message of its own."));
        }
        Refusal::Blocked => {
            if blocking.iter().any(|reason| reason.wish == Action::Encrypt) {
                sentences.push(no_key(facts, fact.map(|fact| &fact.key)));
            }
            let advice = blocking
                .iter()
                .find_map(|reason| telling.policy.rule(&reason.rule)?.then.advice.clone());
            sentences.push(advice.unwrap_or_else(|| usual_advice(organisation)));
        }
    }
    sentences.extend(urgent(organisation));
    // The reference must survive a long advice.
    let reference = format!("Ref {reference}");
    let room = 400_usize.saturating_sub(reference.len()).saturating_sub(1);
    let text = printable(&sentences.join(" "), room);
    Reply::new("550", "5.7.1", &format!("{text} {reference}"))
}

/// The reply when a message can't be sent on after all. `left` numbers the
/// recipients whose sealed copies had left before that showed: the sender must
/// know that they have it, whatever the code says of the rest.
pub fn refusal_on_the_way(telling: &Telling<'_>, what: &str, left: &[usize]) -> Reply {
    let paths = &telling.envelope.recipients;
    let reference = telling.reference;
    if left.is_empty() {
        let text = format!("Not sent: {what}. Ref {reference}");
        return Reply::new("550", "5.7.1", &text);
    }
    let mut names: Vec<String> = left
        .iter()
        .filter_map(|index| paths.get(*index))
        .map(name_of)
        .collect();
    names.sort();
    names.dedup();
    if names.len() > 3 {
        names.truncate(3);
        names.push(String::from("others"));
    }
    let text = format!(
        "Not sent to all: {what}. It was sent to {} of {} recipients before ({}): send it again \
         to the rest only.",
        left.len(),
        paths.len(),
        names.join(", ")
    );
    // The reference must survive long names.
    let reference = format!("Ref {reference}");
    let room = 400_usize.saturating_sub(reference.len()).saturating_sub(1);
    let text = printable(&text, room);
    Reply::new("550", "5.7.1", &format!("{text} {reference}"))
}

/// How long what was found may be, in bytes, so that what is to be done and the
/// urgent route still fit. Beyond that only the first place is told.
const FOUND_BYTES: usize = 180;

/// What was found and where, as the beginning of a sentence that goes on with
/// "and".
fn found(telling: &Telling<'_>, reasons: &[&Reason]) -> String {
    let mut counts: BTreeMap<Identifier, usize> = BTreeMap::new();
    let mut gaps: BTreeSet<GapReason> = BTreeSet::new();
    let mut hidden: BTreeSet<Hidden> = BTreeSet::new();
    for reason in reasons {
        for (identifier, count) in &reason.found {
            let most = counts.entry(identifier.clone()).or_default();
            *most = (*most).max(*count);
        }
        gaps.extend(&reason.gaps);
        hidden.extend(&reason.hidden);
    }
    let places = Places::new(
        telling.message,
        telling.facts,
        telling.policy,
        reasons.iter().copied(),
    );
    let mut parts: Vec<(String, String)> = Vec::new();
    for (identifier, count) in counts {
        let words = format!("{count} {} found", identifier.words(count));
        let place = places.of_identifier(&identifier);
        let longer = place.map(|place| format!("{words} ({})", place.words()));
        parts.push((longer.unwrap_or_else(|| words.clone()), words));
    }
    for why in gaps {
        let words = format!("something was not checked ({why})");
        let place = places.of_gap(why);
        let longer = place.map(|place| {
            let subject = place.with_verb("was", "were");
            format!("{subject} not checked ({why})")
        });
        parts.push((longer.unwrap_or_else(|| words.clone()), words));
    }
    for hidden in hidden {
        let words = format!("an attachment has {hidden}");
        let place = places.of_hidden(hidden);
        let longer = place.map(|place| format!("there is {hidden} ({})", place.words()));
        parts.push((longer.unwrap_or_else(|| words.clone()), words));
    }
    if parts.is_empty() {
        return String::new();
    }
    let length: usize = parts.iter().map(|(longer, _)| longer.len()).sum();
    let parts: Vec<String> = parts
        .into_iter()
        .enumerate()
        .map(|(index, (longer, words))| {
            if index == 0 || length <= FOUND_BYTES {
                longer
            } else {
                words
            }
        })
        .collect();
    format!("{} and ", parts.join(", "))
}

fn no_key(facts: &Facts, key: Option<&KeyState>) -> String {
    if facts.message.encrypted {
        return String::from("It is encrypted already, but its subject or headers are not.");
    }
    match key {
        Some(KeyState::Unusable { why }) => {
            format!("Its encryption key can't be used: {why}.")
        }
        Some(KeyState::None | KeyState::Usable { .. }) | None => {
            String::from("There is no encryption key for it.")
        }
    }
}

fn usual_advice(organisation: &Organisation) -> String {
    match &organisation.ig_contact {
        Some(contact) => {
            format!("Use an nhs.net or other accredited address, or ask {contact}.")
        }
        None => String::from("Use an nhs.net or other accredited address."),
    }
}

fn urgent(organisation: &Organisation) -> Option<String> {
    let route = organisation.urgent.as_ref()?;
    Some(format!("Urgent? {}.", route.trim_end_matches('.')))
}

/// A recipient as a reply may name it: by its domain, unless that itself could
/// identify a patient.
pub(super) fn name_of(path: &Path) -> String {
    let domain = path.address().map(|address| address.domain().as_str());
    match domain {
        Some(domain) if !may_identify(domain) => domain.to_owned(),
        _ => unnamed(),
    }
}

fn unnamed() -> String {
    String::from("one recipient")
}

/// Printable ASCII of at most `length` characters; anything else becomes `?`.
fn printable(text: &str, length: usize) -> String {
    let mut out: String = text
        .chars()
        .map(|letter| match letter {
            ' '..='~' => letter,
            letter if letter.is_whitespace() => ' ',
            _ => '?',
        })
        .take(length)
        .collect();
    out.truncate(out.trim_end().len());
    out
}

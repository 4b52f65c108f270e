//! `gatepost recipients check ADDRESS...`: whose address it is, where it stands
//! and why, and what would happen to a patient's data sent there now.

use std::io::{self, Write};

use clap::Args;
use serde_json::{Value, json};

use super::typed::{moment, shorten, wrong_use};
use crate::cli::output::{CONFIGURATION, FOUND, Format, complain};
use crate::clock;
use crate::diagnostic::has_errors;
use crate::directory::{Answer, Class, Listed, Standing, Trust};
use crate::extract::InProcess;
use crate::gate::Gate;
use crate::load::{KeyUse, Wanted, load};
use crate::mail::{Address, Domain, Envelope, Message};
use crate::policy::{Action, decide};
use crate::scan::NumberClass;
use crate::timestamp::Timestamp;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Addresses, or domains
    #[arg(required = true, value_name = "ADDRESS")]
    addresses: Vec<String>,
    /// Tell how it stood at a day or time
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

/// A message as a doctor would write it, with a number that is never issued.
const SAMPLE: &[u8] = b"Subject: Referral\r\n\r\nPlease see this patient in clinic. NHS number: \
    943 476 5919\r\n";

pub(super) fn run(wanted: &Wanted, arguments: &Arguments, format: Format) -> io::Result<u8> {
    let at = match arguments.at.as_deref().map(moment).transpose() {
        Ok(at) => at.unwrap_or_else(clock::now),
        Err(what) => return wrong_use(&what),
    };
    let (loaded, diagnostics) = load(wanted, &KeyUse::ReadOnly);
    if has_errors(&diagnostics) {
        complain(&diagnostics)?;
    }
    let Some(loaded) = loaded else {
        return Ok(CONFIGURATION);
    };
    let mut all_secure = true;
    let mut out = io::stdout().lock();
    for address in &arguments.addresses {
        let told = Told::new(&loaded.gate, address, at);
        all_secure &= told.is_secure();
        match format {
            Format::Json => writeln!(out, "{}", told.json(at))?,
            Format::Text => told.print(&mut out, at)?,
        }
    }
    Ok(if all_secure { 0 } else { FOUND })
}

/// All that is told about one address.
struct Told<'g> {
    typed: String,
    domain: Option<Domain>,
    answer: Option<Answer<'g>>,
    successor: Option<String>,
    snapshot: &'g str,
    action: Action,
    rules: Vec<String>,
    why_not: Option<String>,
}

impl<'g> Told<'g> {
    fn new(gate: &'g Gate, typed: &str, at: Timestamp) -> Self {
        // A domain stands for any address there.
        let text = if typed.contains('@') {
            typed.to_owned()
        } else {
            format!("someone@{typed}")
        };
        let address = Address::parse(&text);
        let (action, rules) = fate(gate, &text, at);
        let domain = address
            .as_ref()
            .ok()
            .map(|address| address.domain().clone());
        let answer = domain
            .as_ref()
            .map(|domain| gate.directory.answer(domain, at));
        let successor = domain
            .as_ref()
            .and_then(|domain| gate.directory.classes().successor(domain));
        Self {
            typed: typed.to_owned(),
            successor,
            domain,
            answer,
            snapshot: gate.directory.snapshot(at),
            action,
            rules,
            why_not: address.err().map(|error| error.to_string()),
        }
    }

    fn is_secure(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.secure)
    }

    fn json(&self, at: Timestamp) -> Value {
        let Some(answer) = &self.answer else {
            return json!({
                "v": 1, "address": self.typed, "error": self.why_not, "class": "other-insecure",
                "standing": "never-listed", "secure": false, "action": self.action.word(),
                "rules": self.rules,
            });
        };
        let (since, left) = match answer.listed {
            Listed::Never => (None, None),
            Listed::Since { since, left } => (Some(since), left),
            Listed::Left { since, left } => (Some(since), Some(left)),
        };
        let trust = answer.series.and_then(|series| series.trust(at));
        json!({
            "v": 1,
            "address": self.typed,
            "domain": self.domain.as_ref().map(Domain::as_str),
            "organisation": answer.series.map(|series| &series.organisation),
            "at": at.to_string(),
            "class": answer.class.word(),
            "standing": answer.standing.word(),
            "secure": answer.secure,
            "listed-since": since.map(|at| at.to_string()),
            "left": left.map(|at| at.to_string()),
            "grace-ends": answer.grace_ends.map(|at| at.to_string()),
            "trusted-until": trust.map(|trust| trust.until.to_string()),
            "why": self.why(at),
            "successor": self.successor,
            "looks-like": answer.looks_like.map(Domain::as_str),
            "list": self.snapshot,
            "action": self.action.word(),
            "rules": self.rules,
        })
    }

    fn print(&self, out: &mut impl Write, at: Timestamp) -> io::Result<()> {
        let Some(answer) = &self.answer else {
            writeln!(out, "{}: NOT SECURE", shorten(&self.typed))?;
            let why = self.why_not.as_deref().unwrap_or("it was not understood");
            return writeln!(out, "  it is no address: {why}");
        };
        let secure = if answer.secure {
            "secure"
        } else {
            "NOT SECURE"
        };
        writeln!(out, "{}: {secure}", shorten(&self.typed))?;
        writeln!(
            out,
            "  class     {}: {}",
            answer.class.word(),
            answer.class.words()
        )?;
        writeln!(
            out,
            "  standing  {}: {}",
            answer.standing.word(),
            self.why(at)
        )?;
        let organisation = answer.series.map_or("", |series| &series.organisation);
        if !organisation.is_empty() {
            writeln!(out, "  whose     {organisation}")?;
        }
        if let Some(known) = answer.looks_like {
            writeln!(out, "  beware    it looks like {known}: did you mean that?")?;
        }
        let rules = if self.rules.is_empty() {
            String::new()
        } else {
            format!(" ({})", self.rules.join(", "))
        };
        writeln!(
            out,
            "  a patient's data sent there: {}{rules}",
            fate_words(self.action)
        )
    }

    /// Why it stands as it does, in a sentence.
    fn why(&self, at: Timestamp) -> String {
        let Some(answer) = &self.answer else {
            return String::new();
        };
        let mut why = why_by_standing(answer, self.successor.as_deref(), at);
        let trust = answer.series.and_then(|series| series.trust(at));
        let told = matches!(
            answer.standing,
            Standing::LocallyTrusted | Standing::Blocked
        );
        if let Some(trust) = trust.filter(|_| !told) {
            why.push_str("; ");
            why.push_str(&trusted(trust));
        }
        why
    }
}

/// Why a domain stands as it does, but for a trust beside its standing.
fn why_by_standing(answer: &Answer<'_>, successor: Option<&str>, at: Timestamp) -> String {
    let since = |since: Timestamp| match since.unix_ms() {
        0 => String::from("on the accredited list"),
        _ => format!("on the accredited list since {}", since.day()),
    };
    let source = || answer.member.map_or("", |member| member.source.as_str());
    match (answer.standing, answer.listed) {
        (Standing::Blocked, _) => {
            let block = answer.series.and_then(|series| series.block(at));
            block.map_or_else(
                || format!("blocked: {}", source()),
                |block| {
                    let day = block.from.day();
                    format!("blocked since {day} by {}: {}", block.by, block.why)
                },
            )
        }
        (Standing::LocallyTrusted, _) => {
            let trust = answer.series.and_then(|series| series.trust(at));
            trust.map_or_else(String::new, trusted)
        }
        (Standing::Retired, _) => {
            format!(
                "a name that is no longer in use; use {} ({})",
                successor.unwrap_or("its successor"),
                source()
            )
        }
        (
            Standing::Returned,
            Listed::Since {
                since: from,
                left: Some(left),
            },
        ) => {
            format!("{}, after it had left it on {}", since(from), left.day())
        }
        (Standing::InGrace, Listed::Left { left, .. }) => {
            let ends = answer.grace_ends.map_or_else(String::new, Timestamp::day);
            format!(
                "left the accredited list on {}; it counts until {ends}",
                left.day()
            )
        }
        (Standing::Lapsed, Listed::Left { left, .. }) => {
            let ends = answer.grace_ends.map_or_else(String::new, Timestamp::day);
            format!(
                "left the accredited list on {}; the grace period ended on {ends}",
                left.day()
            )
        }
        (_, Listed::Since { since: from, .. }) => since(from),
        _ if answer.class == Class::Internal => String::from("one of our own domains"),
        _ if answer.class == Class::NhsNet => String::from("NHS.net Connect itself"),
        _ => match source() {
            "" => String::from("not on the accredited list"),
            source => format!("not on the accredited list; {source}"),
        },
    }
}

fn trusted(trust: &Trust) -> String {
    let day = trust.until.day();
    format!("trusted until {day} by {}: {}", trust.by, trust.why)
}

/// What would become of a message with a patient's number, by the rules.
fn fate(gate: &Gate, address: &str, at: Timestamp) -> (Action, Vec<String>) {
    let own = gate.directory.standpoint().own.iter().next();
    let sender = own.map_or_else(String::new, |own| format!("sender@{own}"));
    let envelope = Envelope::new(sender.as_bytes(), [address.as_bytes()]);
    let message = Message::parse(SAMPLE.to_vec(), &gate.limits);
    let mut facts = gate.examine(message, &envelope, at, &InProcess).facts;
    for finding in &mut facts.findings {
        // The sample has a number that was never issued; a patient's is.
        finding.class = Some(NumberClass::Live);
    }
    let verdict = decide(&facts, &gate.policy);
    let reasons = verdict
        .recipients
        .first()
        .map(|verdict| verdict.reasons.iter());
    let rules = reasons
        .into_iter()
        .flatten()
        .map(|reason| reason.rule.clone());
    (verdict.strictest(), rules.collect())
}

fn fate_words(action: Action) -> &'static str {
    match action {
        Action::Allow => "would be delivered",
        Action::Log => "would be delivered and recorded",
        Action::Warn => "would be delivered, and the sender warned",
        Action::Confirm => "would be refused until the sender confirms it",
        Action::Encrypt => "would be encrypted",
        Action::Hold => "would be held for a reviewer",
        Action::Block => "would be refused",
    }
}

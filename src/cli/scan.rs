//! `gatepost scan`: examine messages in files, as the milter would, and other
//! files as if they were attached to one.
//!
//! The JSON is a contract; it is described in `docs/scan.md`.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::output::{CONFIGURATION, FOUND, Format, TEMPORARY, USAGE, complain};
use super::scan_file::{self, ReadAs};
use crate::act::Plan;
use crate::clock;
use crate::diagnostic::has_errors;
use crate::gate::{Examination, Gate};
use crate::load::{KeyUse, Wanted, load};
use crate::mail::{Address, Envelope, Message, addresses};
use crate::policy::Action;
use crate::reader::{OWN_PROGRAM, Workers};
use crate::scan::NumberClass;

/// What the help says last.
const EXIT_CODES: &str = "\
Exit codes:
  0   no verdict is stricter than log
  1   one is
  2   a file can't be read, or wrong use
  75  our fault: trying again may help
  78  the configuration or the rules are wrong";

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct Arguments {
    /// Files with one message each; any other file is read as an attachment; - for
    /// standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The sender of the envelope [default: the From of the message]
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
    /// A recipient of the envelope, may be repeated [default: To, Cc and Bcc]
    #[arg(long, value_name = "ADDRESS")]
    to: Vec<String>,
    /// A folder of rules in place of the configured ones
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    /// Print the identifiers that were found: patients' data on your screen
    #[arg(long)]
    reveal: bool,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(super) fn run(mut wanted: Wanted, arguments: &Arguments) -> io::Result<u8> {
    wanted.rules.clone_from(&arguments.rules);
    let (loaded, diagnostics) = load(&wanted, &KeyUse::ReadOnly);
    if has_errors(&diagnostics) {
        complain(&diagnostics)?;
    }
    let Some(loaded) = loaded else {
        return Ok(CONFIGURATION);
    };
    // As the daemon reads: a file to be examined may be a hostile one.
    let workers = match Workers::start(Path::new(OWN_PROGRAM), 1, &loaded.gate.limits) {
        Ok(workers) => workers,
        Err(error) => {
            writeln!(io::stderr(), "gatepost: {error}")?;
            return Ok(TEMPORARY);
        }
    };
    let mut code = 0;
    for file in &arguments.files {
        let name = file.display().to_string();
        let raw = if name == "-" {
            let mut raw = Vec::new();
            io::stdin().lock().read_to_end(&mut raw).map(|_| raw)
        } else {
            fs::read(file)
        };
        let raw = match raw {
            Ok(raw) => raw,
            Err(error) => {
                writeln!(io::stderr(), "gatepost: {name}: {error}")?;
                code = USAGE;
                continue;
            }
        };
        let scanned = Scanned::new(&name, raw, &loaded.gate, &workers, arguments);
        let mut out = io::stdout().lock();
        match arguments.format {
            Format::Json => writeln!(out, "{}", serde_json::to_string(&scanned)?)?,
            Format::Text => scanned.print(&mut out)?,
        }
        if scanned.verdict > Action::Log && code == 0 {
            code = FOUND;
        }
    }
    Ok(code)
}

/// One scanned file: the contract of `--format json`.
#[derive(Debug, Serialize)]
struct Scanned {
    v: u32,
    file: String,
    read_as: ReadAs,
    verdict: Action,
    recipients: Vec<ScannedRecipient>,
    rules: Vec<ScannedRule>,
    findings: Vec<ScannedFinding>,
    more_findings: usize,
    gaps: Vec<ScannedGap>,
    hidden: Vec<ScannedHidden>,
    plan: Plan,
}

#[derive(Debug, Serialize)]
struct ScannedRecipient {
    /// The address as it was given; null when the message names nobody, which
    /// is examined as if it went to an insecure address.
    address: Option<String>,
    class: &'static str,
    secure: bool,
    action: Action,
    reasons: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ScannedRule {
    id: String,
    version: u64,
    action: Action,
}

#[derive(Debug, Serialize)]
struct ScannedFinding {
    identifier: String,
    /// The range of a ten-digit number; left out for all others.
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'static str>,
    confidence: &'static str,
    score: u8,
    /// In the organisation's own index of patients.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    ours: bool,
    evidence: Vec<String>,
    #[serde(rename = "where")]
    place: String,
    shape: String,
    token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

#[derive(Debug, Serialize)]
struct ScannedGap {
    #[serde(rename = "where")]
    place: String,
    why: &'static str,
    /// What it is, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
    #[serde(skip)]
    words: String,
}

#[derive(Debug, Serialize)]
struct ScannedHidden {
    #[serde(rename = "where")]
    place: String,
    what: &'static str,
}

impl Scanned {
    fn new(
        file: &str,
        raw: Vec<u8>,
        gate: &Gate,
        workers: &Workers,
        arguments: &Arguments,
    ) -> Self {
        let (read_as, message) = scan_file::read(file, raw, &gate.limits);
        let envelope = envelope(&message, arguments);
        let examination = gate.examine(
            message,
            &envelope,
            clock::now(),
            &workers.for_message(&gate.limits),
        );
        let facts = &examination.facts;
        let recipients = envelope.recipients.iter().zip(&facts.recipients);
        let recipients = recipients.zip(&examination.verdict.recipients);
        Self {
            v: 1,
            file: file.to_owned(),
            read_as,
            verdict: examination.verdict.strictest(),
            recipients: recipients
                .map(|((path, fact), verdict)| ScannedRecipient {
                    address: Some(String::from_utf8_lossy(path.raw().reveal()).into_owned())
                        .filter(|address| !address.is_empty()),
                    class: fact.class.word(),
                    secure: fact.secure,
                    action: verdict.action,
                    reasons: verdict
                        .reasons
                        .iter()
                        .map(|reason| reason.rule.clone())
                        .collect(),
                })
                .collect(),
            rules: rules(&examination),
            findings: findings(&examination, gate, arguments.reveal),
            more_findings: facts.more_findings,
            gaps: facts
                .gaps
                .iter()
                .map(|gap| ScannedGap {
                    place: format!("{:#}", gap.location),
                    why: gap.why.word(),
                    format: gap.format.map(crate::format::Format::word),
                    words: gap.words(),
                })
                .collect(),
            hidden: facts
                .hidden
                .iter()
                .filter_map(|location| {
                    Some(ScannedHidden {
                        place: format!("{location:#}"),
                        what: location.hidden?.word(),
                    })
                })
                .collect(),
            plan: examination.plan.clone(),
        }
    }

    fn print(&self, out: &mut impl Write) -> io::Result<()> {
        if self.read_as == ReadAs::Attachment {
            writeln!(out, "{}: read as an attachment", self.file)?;
        }
        writeln!(out, "{}: {}", self.file, self.verdict)?;
        for recipient in &self.recipients {
            let secure = if recipient.secure {
                "secure"
            } else {
                "not secure"
            };
            let reasons = if recipient.reasons.is_empty() {
                String::new()
            } else {
                format!(" by {}", recipient.reasons.join(", "))
            };
            writeln!(
                out,
                "  to {} ({}, {secure}): {}{reasons}",
                recipient.address.as_deref().unwrap_or("nobody named"),
                recipient.class,
                recipient.action
            )?;
        }
        for finding in &self.findings {
            writeln!(
                out,
                "  found {} {} ({}, {}{}): {}{}",
                finding.identifier,
                finding.shape,
                finding.confidence,
                finding
                    .class
                    .map_or_else(String::new, |class| format!("{class} range, ")),
                finding.score,
                finding.place,
                finding
                    .value
                    .as_ref()
                    .map_or_else(String::new, |value| format!(", {value}"))
            )?;
            writeln!(out, "    {}", finding.evidence.join(", "))?;
        }
        if self.more_findings > 0 {
            writeln!(out, "  and {} more", self.more_findings)?;
        }
        for gap in &self.gaps {
            writeln!(out, "  not checked ({}): {}", gap.words, gap.place)?;
        }
        for hidden in &self.hidden {
            writeln!(out, "  people don't see: {}", hidden.place)?;
        }
        Ok(())
    }
}

/// The rules that were met for any recipient, each with its strictest action.
fn rules(examination: &Examination) -> Vec<ScannedRule> {
    let mut met: BTreeMap<&str, (u64, Action)> = BTreeMap::new();
    let verdicts = examination.verdict.recipients.iter();
    for reason in verdicts.flat_map(|verdict| &verdict.reasons) {
        let entry = met
            .entry(reason.rule.as_str())
            .or_insert((reason.version, reason.action));
        entry.1 = entry.1.max(reason.action);
    }
    met.into_iter()
        .map(|(id, (version, action))| ScannedRule {
            id: id.to_owned(),
            version,
            action,
        })
        .collect()
}

fn findings(examination: &Examination, gate: &Gate, reveal: bool) -> Vec<ScannedFinding> {
    let mut values = BTreeMap::new();
    if reveal {
        for finding in &examination.findings {
            let value = finding.value.reveal();
            let kind = finding.identifier.word();
            let token = gate.token_key.token(kind, value.as_bytes());
            values.insert(token, value.clone());
        }
    }
    let facts = examination.facts.findings.iter();
    facts
        .map(|fact| ScannedFinding {
            identifier: fact.identifier.word().to_owned(),
            class: fact.class.map(NumberClass::word),
            confidence: fact.confidence.word(),
            score: fact.score,
            ours: fact.ours,
            evidence: fact.evidence.iter().map(ToString::to_string).collect(),
            place: fact.location.to_string(),
            shape: fact.shape.clone(),
            token: fact.token.as_str().to_owned(),
            value: values.get(&fact.token).cloned(),
        })
        .collect()
}

/// The envelope as it was given, or as the headers suggest it.
fn envelope(message: &Message, arguments: &Arguments) -> Envelope {
    let named = |names: &[&str]| -> Vec<String> {
        let headers = message.headers().iter();
        headers
            .filter(|header| names.iter().any(|name| header.is(name)))
            .flat_map(|header| addresses(header.text().reveal()))
            .map(|address| plain(&address))
            .collect()
    };
    let sender = match &arguments.from {
        Some(sender) => sender.clone(),
        None => named(&["from"]).into_iter().next().unwrap_or_default(),
    };
    let mut recipients = if arguments.to.is_empty() {
        named(&["to", "cc", "bcc"])
    } else {
        arguments.to.clone()
    };
    if recipients.is_empty() {
        recipients.push(String::new());
    }
    Envelope::new(sender.as_bytes(), recipients.iter().map(String::as_bytes))
}

fn plain(address: &Address) -> String {
    format!("{}@{}", address.local().reveal(), address.domain())
}

//! `gatepost audit verify|list|show`.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::event_words;
use super::output::{CONFIGURATION, FOUND, Format, TEMPORARY, USAGE, complain};
use crate::audit::{Decision, Event, Report, Stored, audit_folder, read_all, verify};
use crate::load::{Wanted, load_config};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder of the log [default: audit/ in the configured state folder]
    #[arg(long, global = true, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// How to print
    #[arg(long, global = true, value_enum, default_value = "text")]
    format: Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check the chain from the first line to the last
    Verify {
        /// A head noted down earlier, which must be in the chain
        #[arg(long, value_name = "SHA256")]
        head: Option<String>,
    },
    /// List decisions, the newest last
    List {
        /// How many at most
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Show one event with everything that is recorded of it
    Show {
        /// The reference of a reply, or the number of an event
        id: String,
    },
}

pub(super) fn run(wanted: &Wanted, arguments: &Arguments) -> io::Result<u8> {
    let folder = match &arguments.folder {
        Some(folder) => folder.clone(),
        None => {
            let (config, diagnostics) = load_config(wanted);
            let Some(config) = config else {
                complain(&diagnostics)?;
                return Ok(CONFIGURATION);
            };
            audit_folder(&config.state)
        }
    };
    let done = match &arguments.command {
        Command::Verify { head } => {
            let report = verify(&folder, head.as_deref());
            report.and_then(|report| print_report(&report, arguments.format))
        }
        Command::List { limit } => list(&folder, *limit, arguments.format),
        Command::Show { id } => show(&folder, id, arguments.format),
    };
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            writeln!(io::stderr(), "gatepost: {}: {error}", folder.display())?;
            Ok(match arguments.command {
                Command::Verify { .. } => FOUND,
                Command::List { .. } | Command::Show { .. } => TEMPORARY,
            })
        }
        done => done,
    }
}

fn print_report(report: &Report, format: Format) -> io::Result<u8> {
    let mut out = io::stdout().lock();
    match format {
        Format::Json => {
            let findings = report.findings.iter();
            let findings: Vec<_> = findings
                .map(|finding| json!({"file": finding.file, "line": finding.line, "what": finding.what}))
                .collect();
            let object = json!({
                "v": 1,
                "holds": report.holds(),
                "segments": report.segments,
                "events": report.events,
                "head": report.head,
                "unfinished": report.unfinished,
                "expected_head_found": report.expected_head_found,
                "findings": findings,
            });
            writeln!(out, "{object}")?;
        }
        Format::Text => {
            for finding in &report.findings {
                writeln!(
                    out,
                    "{}, line {}: {}",
                    finding.file, finding.line, finding.what
                )?;
            }
            if report.expected_head_found == Some(false) {
                writeln!(
                    out,
                    "the head asked for is not in the chain: the log was cut or rewritten"
                )?;
            }
            if report.unfinished {
                writeln!(
                    out,
                    "note: the last line is unfinished; it is being written or was torn"
                )?;
            }
            let verdict = if report.holds() {
                "the chain holds"
            } else {
                "THE CHAIN IS BROKEN"
            };
            writeln!(
                out,
                "{verdict}: {} events in {} segments, head {}",
                report.events, report.segments, report.head
            )?;
        }
    }
    Ok(if report.holds() { 0 } else { FOUND })
}

fn list(folder: &std::path::Path, limit: usize, format: Format) -> io::Result<u8> {
    let mut newest = std::collections::VecDeque::new();
    for stored in read_all(folder)? {
        let Ok(stored) = stored else {
            writeln!(
                io::stderr(),
                "gatepost: a line is no event; see gatepost audit verify"
            )?;
            continue;
        };
        if !matches!(stored.event, Event::Decision(_)) {
            continue;
        }
        newest.push_back(stored);
        if newest.len() > limit {
            newest.pop_front();
        }
    }
    let mut out = io::stdout().lock();
    for stored in newest {
        match format {
            Format::Json => writeln!(out, "{}", serde_json::to_string(&stored)?)?,
            Format::Text => {
                if let Event::Decision(decision) = &stored.event {
                    writeln!(out, "{}", line(&stored, decision))?;
                }
            }
        }
    }
    Ok(0)
}

/// One decision on one line.
fn line(stored: &Stored, decision: &Decision) -> String {
    let recipients: Vec<String> = decision
        .recipients
        .iter()
        .map(event_words::recipient)
        .collect();
    format!(
        "{}  {}  {}  {}  {}",
        stored.ts,
        decision.reference,
        decision.queue_id.as_deref().unwrap_or("-"),
        decision.reply,
        recipients.join(", ")
    )
}

fn show(folder: &std::path::Path, id: &str, format: Format) -> io::Result<u8> {
    let seq: Option<u64> = id.parse().ok();
    let mut found = 0_u8;
    let mut out = io::stdout().lock();
    for stored in read_all(folder)?.flatten() {
        let reference = match &stored.event {
            Event::Decision(decision) => Some(&decision.reference),
            Event::Fault { reference, .. } | Event::Refused { reference, .. } => Some(reference),
            Event::HandOver(hand_over) => Some(&hand_over.reference),
            Event::Recovered { .. }
            | Event::ReloadRefused { .. }
            | Event::Reloaded { .. }
            | Event::Started { .. }
            | Event::Stopped => None,
        };
        let named = reference.is_some_and(|reference| reference.eq_ignore_ascii_case(id));
        if named || seq == Some(stored.seq) {
            found = 1;
            match format {
                Format::Json => writeln!(out, "{}", serde_json::to_string(&stored)?)?,
                Format::Text => {
                    for line in event_words::lines(&stored) {
                        writeln!(out, "{line}")?;
                    }
                }
            }
        }
    }
    if found == 0 {
        writeln!(
            io::stderr(),
            "gatepost: no event has the reference or number \"{id}\""
        )?;
        return Ok(USAGE);
    }
    Ok(0)
}

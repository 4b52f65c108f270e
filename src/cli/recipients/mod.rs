//! `gatepost recipients ...`: who may receive it, and since when.
//!
//! The JSON of every command has `v` 1; it is described in
//! `docs/recipients.md`.
//!
//! **What is not here:** what a standing means; see [`crate::directory`].

mod answer;
mod changes;
mod import;
mod status;

use std::io::{self, Write};
use std::path::Path;

use clap::{Args, Subcommand};

use super::output::{CONFIGURATION, FOUND, Format, TEMPORARY, USAGE, complain};
use super::posture;
use crate::config::Config;
use crate::load::{RecipientsError, Wanted, load_config};
use crate::mail::Domain;
use crate::timestamp::Timestamp;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How to print
    #[arg(long, global = true, value_enum, default_value = "text")]
    format: Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take over a new published list, if nothing speaks against it
    Import(import::Arguments),
    /// Tell how old the list is, and what is about to end
    Status,
    /// Tell whose address it is, where it stands, and what would happen
    Check(answer::Arguments),
    /// Tell what two imports differ in
    Diff(changes::Diff),
    /// Tell all that ever happened to a domain
    History(changes::History),
    /// Trust a domain until a day, or end the trust
    Trust(changes::Trust),
    /// Let nothing go to a domain, or lift that
    Block(changes::Block),
    /// Check domains, ours or theirs: SPF, DKIM, DMARC, MTA-STS, DANE, MX, TLS
    Posture(posture::Arguments),
}

pub(super) fn run(wanted: &Wanted, arguments: &Arguments) -> io::Result<u8> {
    let format = arguments.format;
    if let Command::Check(check) = &arguments.command {
        return answer::run(wanted, check, format);
    }
    if let Command::Status = &arguments.command {
        return status::run(wanted, format);
    }
    if let Command::Posture(posture) = &arguments.command {
        return posture::run(posture, format);
    }
    let (config, diagnostics) = load_config(wanted);
    let Some(Config { state, .. }) = config else {
        complain(&diagnostics)?;
        return Ok(CONFIGURATION);
    };
    match &arguments.command {
        Command::Import(import) => import::run(&state, import, format),
        Command::Diff(diff) => changes::diff(&state, diff, format),
        Command::History(history) => changes::history(&state, history, format),
        Command::Trust(trust) => changes::trust(&state, trust, format),
        Command::Block(block) => changes::block(&state, block, format),
        Command::Check(_) | Command::Status | Command::Posture(_) => Ok(0),
    }
}

/// Who is at the keyboard, where no name was given.
fn user() -> String {
    let user = nix::unistd::User::from_uid(nix::unistd::Uid::current());
    user.ok()
        .flatten()
        .map_or_else(|| nix::unistd::Uid::current().to_string(), |user| user.name)
}

/// Says what is wrong with the register and gives the exit code.
fn trouble(error: &RecipientsError) -> io::Result<u8> {
    writeln!(io::stderr(), "gatepost: {error}; nothing was changed")?;
    Ok(match error {
        RecipientsError::Io { .. } => TEMPORARY,
        RecipientsError::Wrong { .. } => CONFIGURATION,
        RecipientsError::Refused(_) => FOUND,
    })
}

/// Says what was typed wrong.
fn wrong_use(what: &str) -> io::Result<u8> {
    writeln!(io::stderr(), "gatepost: {what}")?;
    Ok(USAGE)
}

/// A domain as it was typed on the command line.
fn domain(text: &str) -> Result<Domain, String> {
    let shown = shorten(text);
    if text.contains('@') {
        return Err(format!(
            "\"{shown}\" is an address; give the part after the @"
        ));
    }
    if text.trim().starts_with("*.") {
        return Err(format!(
            "\"{shown}\" is more than one domain; each is trusted or blocked by itself"
        ));
    }
    Domain::parse(text).map_err(|_| format!("\"{shown}\" is no domain"))
}

/// So much of a text as fits in a line.
fn shorten(text: &str) -> String {
    let clean: String = text
        .chars()
        .filter(|letter| !letter.is_control())
        .take(60)
        .collect();
    if clean.len() < text.len() {
        format!("{clean}…")
    } else {
        clean
    }
}

/// A day as `yyyy-mm-dd`, or a moment as RFC 3339 has it. A day means its
/// beginning in UTC.
fn moment(text: &str) -> Result<Timestamp, String> {
    let whole = if text.contains('T') {
        text.to_owned()
    } else {
        format!("{text}T00:00:00Z")
    };
    Timestamp::try_from(whole).map_err(|_| {
        format!(
            "\"{}\" is no day such as 2026-11-21 or time such as 2026-11-21T14:05:00Z",
            shorten(text)
        )
    })
}

/// The state folder, for messages.
fn shown(state: &Path) -> String {
    state.join("recipients").display().to_string()
}

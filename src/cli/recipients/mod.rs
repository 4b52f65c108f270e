//! `gatepost recipients ...`: who may receive it, and since when.
//!
//! The JSON of every command has `v` 1; it is described in
//! `docs/recipients.md`.
//!
//! **What is not here:** what a standing means; see [`crate::directory`].

mod answer;
mod changes;
mod consent;
mod export;
mod import;
mod status;
mod typed;

use std::io;

use clap::{Args, Subcommand};

use super::output::{CONFIGURATION, Format, complain};
use super::posture;
use crate::config::Config;
use crate::load::{Wanted, load_config};

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
    /// Record, tell and end patients' consents to ordinary mail
    Consent(consent::Arguments),
    /// Check domains, ours or theirs: SPF, DKIM, DMARC, MTA-STS, DANE, MX, TLS
    Posture(posture::Arguments),
    /// Write the domains that count as secure now, as other programs load them
    Export(export::Arguments),
}

pub(super) fn run(wanted: &Wanted, arguments: &Arguments) -> io::Result<u8> {
    let format = arguments.format;
    if let Command::Check(check) = &arguments.command {
        return answer::run(wanted, check, format);
    }
    if let Command::Consent(consent) = &arguments.command {
        return consent::run(wanted, consent, format);
    }
    if let Command::Status = &arguments.command {
        return status::run(wanted, format);
    }
    if let Command::Posture(posture) = &arguments.command {
        return posture::run(posture, format);
    }
    if let Command::Export(export) = &arguments.command {
        return export::run(wanted, export, format);
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
        Command::Check(_)
        | Command::Consent(_)
        | Command::Export(_)
        | Command::Status
        | Command::Posture(_) => Ok(0),
    }
}

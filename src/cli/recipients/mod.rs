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
mod workbook;

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
    match &arguments.command {
        Command::Check(check) => answer::run(wanted, check, format),
        Command::Consent(consent) => consent::run(wanted, consent, format),
        Command::Export(export) => export::run(wanted, export, format),
        Command::Posture(posture) => posture::run(wanted, posture, format),
        Command::Status => status::run(wanted, format),
        Command::Import(import) => configured(wanted, |site| import::run(site, import, format)),
        Command::Diff(diff) => configured(wanted, |site| changes::diff(&site.state, diff, format)),
        Command::History(history) => configured(wanted, |site| {
            changes::history(&site.state, history, format)
        }),
        Command::Trust(trust) => changes::trust(wanted, trust, format),
        Command::Block(block) => configured(wanted, |site| changes::block(site, block, format)),
    }
}

/// Runs a command that needs the configuration alone.
fn configured(wanted: &Wanted, run: impl FnOnce(&Config) -> io::Result<u8>) -> io::Result<u8> {
    let (config, diagnostics) = load_config(wanted);
    let Some(config) = config else {
        complain(&diagnostics)?;
        return Ok(CONFIGURATION);
    };
    run(&config)
}

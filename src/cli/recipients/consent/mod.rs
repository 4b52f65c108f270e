//! `gatepost recipients consent add|list|check|end`: patients who have agreed to
//! ordinary mail.
//!
//! Addresses are read and never printed: an answer names a line, or a token.
//!
//! **What is not here:** what a consent leads to; see [`crate::policy`].

mod add;
mod end;
mod tell;
mod words;

use std::io;

use clap::{Args, Subcommand};

use crate::cli::output::{CONFIGURATION, Format, complain};
use crate::config::Config;
use crate::diagnostic::has_errors;
use crate::load::{KeyUse, Wanted, load, load_config, load_key};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Record that a patient has agreed to ordinary mail
    #[command(after_help = ADDRESS_HELP)]
    Add(add::Arguments),
    /// Tell which consents there are, without anybody's address
    List,
    /// Tell whether a consent is in force for an address
    #[command(after_help = ADDRESS_HELP)]
    Check(tell::Check),
    /// End a consent now
    #[command(after_help = ADDRESS_HELP)]
    End(end::Arguments),
}

const ADDRESS_HELP: &str = "Better give - and type or pipe the addresses, one a line: what stands \
    on the command line is kept in the shell's history and shown in lists of processes.";

pub(super) fn run(wanted: &Wanted, arguments: &Arguments, format: Format) -> io::Result<u8> {
    if let Command::Add(arguments) = &arguments.command {
        let (loaded, diagnostics) = load(wanted, &KeyUse::Create);
        if has_errors(&diagnostics) {
            complain(&diagnostics)?;
        }
        return match &loaded {
            Some(loaded) => add::run(loaded, arguments, format),
            None => Ok(CONFIGURATION),
        };
    }
    // A consent must be ended and asked for while rules are being mended.
    let (config, diagnostics) = load_config(wanted);
    let Some(Config { state, .. }) = config else {
        complain(&diagnostics)?;
        return Ok(CONFIGURATION);
    };
    let (key, diagnostics) = load_key(&state, &KeyUse::ReadOnly);
    let Some(key) = key else {
        complain(&diagnostics)?;
        return Ok(CONFIGURATION);
    };
    match &arguments.command {
        Command::List => tell::list(&state, &key, format),
        Command::Check(arguments) => tell::check(&state, &key, arguments, format),
        Command::End(arguments) => end::run(&state, &key, arguments, format),
        Command::Add(_) => Ok(0),
    }
}

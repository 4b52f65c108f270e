//! The command line: a file a subcommand.
//!
//! Exit codes: 0 fine, 1 found something or a check failed, 2 wrong use, 75
//! our fault (temporary), 78 configuration.
//!
//! **What is not here:** what the commands do; each calls the library.

mod audit;
mod check;
mod event_words;
mod export;
mod identifiers;
mod output;
mod posture;
mod read_attachments;
mod recipients;
mod run;
mod scan;
mod scan_file;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::output::TEMPORARY;
use crate::load::Wanted;

/// Keeps patient identifiers in outgoing mail where they may go.
#[derive(Debug, Parser)]
#[command(
    name = "gatepost",
    version,
    about = "Keeps patient identifiers in outgoing mail where they may go.",
    after_help = "Exit codes: 0 fine, 1 found something or a check failed, 2 wrong use, \
                  75 our fault (temporary), 78 configuration."
)]
struct Arguments {
    /// The configuration file [default: /etc/gatepost/gatepost.toml if it is there]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the milter until told to stop (SIGHUP reloads, SIGTERM stops)
    Run,
    /// Examine messages: what is found, what can't be read, what would be done
    Scan(scan::Arguments),
    /// Check configuration, rules, lists and keys: all complaints at once
    Check,
    /// Read and verify the audit log
    Audit(audit::Arguments),
    /// Keep the index of the organisation's own patients
    Identifiers(identifiers::Arguments),
    /// Ask about the domains that mail goes to, and keep the lists of them
    Recipients(recipients::Arguments),
    /// Read attachments from standard input in a sandbox; started by `run` and `scan`
    #[command(hide = true)]
    ReadAttachments(read_attachments::Arguments),
    /// Recognise the writing in a picture from standard input, in a sandbox
    #[command(hide = true)]
    ReadPicture(read_attachments::PictureArguments),
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let wanted = Wanted {
        config: arguments.config,
        rules: None,
    };
    let done = match arguments.command {
        Command::Run => run::run(&wanted),
        Command::Scan(scan) => scan::run(wanted, &scan),
        Command::Check => check::run(&wanted),
        Command::Audit(audit) => audit::run(&wanted, &audit),
        Command::Identifiers(identifiers) => identifiers::run(&wanted, &identifiers),
        Command::Recipients(recipients) => recipients::run(&wanted, &recipients),
        Command::ReadAttachments(arguments) => return read_attachments::run(&arguments),
        Command::ReadPicture(arguments) => return read_attachments::picture(&arguments),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        // Whoever read our output has had enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // There is nobody left to tell if this fails too.
            let _ = writeln!(io::stderr(), "gatepost: {error}");
            ExitCode::from(TEMPORARY)
        }
    }
}

//! `gatepost recipients export`: the domains that count as secure now, as other
//! programs load them.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::cli::output::{CONFIGURATION, FOUND, Format, TEMPORARY, complain};
use crate::clock;
use crate::diagnostic::has_errors;
use crate::export::{
    Export, SecureDomains, Spelling, csv, exchange, postfix_access, postfix_tls, rspamd,
    spamassassin,
};
use crate::load::{KeyUse, Wanted, load, replace};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// For which program
    #[arg(long = "as", value_enum, value_name = "FORMAT")]
    form: Form,
    /// Write it to a file, whole or not at all [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The formats.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// A table for spreadsheets: since and until when, and why
    Csv,
    /// Safe senders of Outlook and Exchange
    Exchange,
    /// A table of Postfix that answers OK: access(5)
    PostfixAccess,
    /// Where TLS is required, for Postfix's `smtp_tls_policy_maps`
    PostfixTls,
    /// A map of rspamd
    Rspamd,
    /// Senders that `SpamAssassin` 4.0 and later lets through
    #[value(name = "spamassassin")]
    SpamAssassin,
    /// The same for `SpamAssassin` 3.x
    #[value(name = "spamassassin-3")]
    SpamAssassin3,
}

pub(super) fn run(wanted: &Wanted, arguments: &Arguments, format: Format) -> io::Result<u8> {
    let (loaded, diagnostics) = load(wanted, &KeyUse::ReadOnly);
    if has_errors(&diagnostics) {
        complain(&diagnostics)?;
    }
    let Some(loaded) = loaded else {
        return Ok(CONFIGURATION);
    };
    let Some(domains) = SecureDomains::new(&loaded.gate.directory, clock::now()) else {
        writeln!(
            io::stderr(),
            "gatepost: nothing was exported: there is no accredited list; gatepost recipients \
             import takes one over"
        )?;
        return Ok(FOUND);
    };
    let export = match arguments.form {
        Form::Csv => csv(&domains),
        Form::Exchange => exchange(&domains),
        Form::PostfixAccess => postfix_access(&domains),
        Form::PostfixTls => postfix_tls(&domains),
        Form::Rspamd => rspamd(&domains),
        Form::SpamAssassin => spamassassin(&domains, Spelling::Welcomelist),
        Form::SpamAssassin3 => spamassassin(&domains, Spelling::Whitelist),
    };
    if !export.left_out.is_empty() {
        writeln!(
            io::stderr(),
            "gatepost: left out, since this format has only whole names: {}",
            export.left_out.join(", ")
        )?;
    }
    let Some(file) = &arguments.out else {
        io::stdout().lock().write_all(export.text.as_bytes())?;
        return Ok(0);
    };
    if let Err(error) = replace(file, export.text.as_bytes()) {
        writeln!(
            io::stderr(),
            "gatepost: {} can't be written: {error}; nothing was changed",
            file.display()
        )?;
        return Ok(TEMPORARY);
    }
    print(&export, domains.digest(), file, format)?;
    Ok(0)
}

fn print(export: &Export, digest: &str, file: &Path, format: Format) -> io::Result<()> {
    let (entries, out) = (export.entries, file.display());
    let mut stdout = io::stdout().lock();
    match format {
        Format::Json => {
            let object = json!({
                "v": 1,
                "file": out.to_string(),
                "entries": entries,
                "left-out": export.left_out,
                "list": digest,
            });
            writeln!(stdout, "{object}")
        }
        Format::Text => writeln!(stdout, "{entries} entries written to {out}"),
    }
}

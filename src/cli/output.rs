//! Exit codes, formats, and complaints on standard error.

use std::io::{self, Write};

use clap::ValueEnum;

use crate::diagnostic::{Diagnostic, Severity};

/// Found something, or a check failed.
pub(super) const FOUND: u8 = 1;
/// Wrong use.
pub(super) const USAGE: u8 = 2;
/// Our fault; trying again may help (sysexits.h, `EX_TEMPFAIL`).
pub(super) const TEMPORARY: u8 = 75;
/// Something in the configuration is wrong (sysexits.h, `EX_CONFIG`).
pub(super) const CONFIGURATION: u8 = 78;

/// How results are printed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For programs: one JSON object a line
    Json,
}

/// Prints complaints to standard error.
pub(super) fn complain(diagnostics: &[Diagnostic]) -> io::Result<()> {
    let mut out = io::stderr().lock();
    for diagnostic in diagnostics {
        writeln!(out, "{}", diagnostic.report())?;
    }
    let errors = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity() == Severity::Error)
        .count();
    if errors > 0 {
        writeln!(
            out,
            "gatepost: {errors} {}; nothing was changed",
            if errors == 1 { "error" } else { "errors" }
        )?;
    }
    Ok(())
}

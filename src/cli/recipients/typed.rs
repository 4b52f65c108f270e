//! What is typed in the commands about recipients, and what is answered when it
//! can't be done.

use std::io::{self, Write};
use std::path::Path;

use crate::cli::output::{CONFIGURATION, FOUND, TEMPORARY, USAGE};
use crate::load::RecipientsError;
use crate::mail::Domain;
use crate::timestamp::Timestamp;

/// Who is at the keyboard, where no name was given.
pub(super) fn user() -> String {
    let user = nix::unistd::User::from_uid(nix::unistd::Uid::current());
    user.ok()
        .flatten()
        .map_or_else(|| nix::unistd::Uid::current().to_string(), |user| user.name)
}

/// Says what is wrong with the register and gives the exit code.
pub(super) fn trouble(error: &RecipientsError) -> io::Result<u8> {
    writeln!(io::stderr(), "gatepost: {error}; nothing was changed")?;
    Ok(match error {
        RecipientsError::Io { .. } => TEMPORARY,
        RecipientsError::Wrong { .. } => CONFIGURATION,
        RecipientsError::Refused(_) => FOUND,
    })
}

/// Says what was typed wrong.
pub(super) fn wrong_use(what: &str) -> io::Result<u8> {
    writeln!(io::stderr(), "gatepost: {what}")?;
    Ok(USAGE)
}

/// A domain as it was typed on the command line.
pub(super) fn domain(text: &str) -> Result<Domain, String> {
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

/// So much of a text as fits in a line. What can't be seen is written out, so
/// that no text looks like another.
pub(super) fn shorten(text: &str) -> String {
    let seen = |letter: char| match letter {
        '"' | '\'' | '\\' => letter.to_string(),
        _ => letter.escape_debug().to_string(),
    };
    let mut letters = text.chars();
    let mut clean: String = letters.by_ref().take(60).map(seen).collect();
    if letters.next().is_some() {
        clean.push('…');
    }
    clean
}

/// A name or a reason as it is kept and shown: one line, nothing that a terminal
/// would act on.
pub(super) fn one_line(text: &str) -> String {
    let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
    let plain: String = text.chars().map(plain).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A day as `yyyy-mm-dd`, or a moment as RFC 3339 has it. A day means its
/// beginning in UTC.
pub(super) fn moment(text: &str) -> Result<Timestamp, String> {
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
pub(super) fn shown(state: &Path) -> String {
    state.join("recipients").display().to_string()
}

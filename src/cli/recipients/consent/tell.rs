//! `gatepost recipients consent list|check`.

use std::io::{self, Write};
use std::path::Path;

use clap::Args;
use serde_json::{Value, json};

use super::words::{Given, given, short, state_of, tell_lost};
use crate::cli::output::{FOUND, Format};
use crate::cli::recipients::typed::{trouble, wrong_use};
use crate::clock;
use crate::directory::{Consent, ConsentEnd, Consents};
use crate::load::read_consents;
use crate::mail::Address;
use crate::scan::token::TokenKey;
use crate::timestamp::Timestamp;

#[derive(Debug, Args)]
pub(super) struct Check {
    /// The address; - reads addresses from standard input, one a line
    #[arg(value_name = "ADDRESS")]
    address: String,
}

pub(super) fn list(state: &Path, key: &TokenKey, format: Format) -> io::Result<u8> {
    let consents = match read_consents(state) {
        Ok(consents) => consents,
        Err(error) => return trouble(&error),
    };
    let now = clock::now();
    let in_force = consents.all().filter(|one| one.is_in_force(now)).count();
    let over = consents.all().count().saturating_sub(in_force);
    let other = consents.of_other_keys(key, now);
    let mut out = io::stdout().lock();
    match format {
        Format::Json => {
            let object = json!({
                "v": 1,
                "in-force": in_force,
                "over": over,
                "of-other-keys": other,
                "consents": consents.all().map(|one| told(one, now)).collect::<Vec<_>>(),
            });
            writeln!(out, "{object}")?;
        }
        Format::Text => {
            writeln!(out, "{in_force} in force, {over} over")?;
            for one in consents.all() {
                writeln!(out, "  {}", line(one, now))?;
            }
        }
    }
    drop(out);
    tell_lost(&consents, key)?;
    Ok(0)
}

pub(super) fn check(
    state: &Path,
    key: &TokenKey,
    arguments: &Check,
    format: Format,
) -> io::Result<u8> {
    let given = match given(&arguments.address)? {
        Ok(given) => given,
        Err(what) => return wrong_use(&what),
    };
    let consents = match read_consents(state) {
        Ok(consents) => consents,
        Err(error) => return trouble(&error),
    };
    let now = clock::now();
    let mut all_in_force = true;
    let mut out = io::stdout().lock();
    for Given { name, text } in &given {
        let address = Address::parse(text).ok();
        let token = address.map(|address| Consents::token(key, &address));
        let last = token.and_then(|token| consents.of(&token).next_back());
        let in_force = last.is_some_and(|one| one.is_in_force(now));
        all_in_force &= in_force;
        match format {
            Format::Json => {
                let consent = last.map(|one| told(one, now));
                let object =
                    json!({"v": 1, "which": name, "in-force": in_force, "consent": consent});
                writeln!(out, "{object}")?;
            }
            Format::Text => {
                let last =
                    last.map_or_else(|| String::from("none was recorded"), |last| line(last, now));
                let state = if in_force {
                    "a consent is in force"
                } else {
                    "no consent is in force"
                };
                writeln!(out, "{name}: {state}: {last}")?;
            }
        }
    }
    drop(out);
    tell_lost(&consents, key)?;
    Ok(if all_in_force { 0 } else { FOUND })
}

/// A consent as an object.
fn told(one: &Consent, now: Timestamp) -> Value {
    let ended = one.end.as_ref().map(|end| match end {
        ConsentEnd::Renewed { at } => json!({"at": at.to_string(), "renewed": true}),
        ConsentEnd::Ended { at, by, why } => {
            json!({"at": at.to_string(), "renewed": false, "by": by, "why": why})
        }
    });
    json!({
        "token": short(&one.token),
        "state": state_of(one, now),
        "since": one.from.to_string(),
        "until": one.until.to_string(),
        "by": one.by,
        "reference": one.reference,
        "ended": ended,
    })
}

/// A consent as a line.
fn line(one: &Consent, now: Timestamp) -> String {
    let reference = one.reference.as_ref();
    let reference = reference.map_or_else(String::new, |text| format!(", reference {text}"));
    let ended = match &one.end {
        None => String::new(),
        Some(ConsentEnd::Renewed { at }) => format!("; renewed on {}", at.day()),
        Some(ConsentEnd::Ended { at, by, why }) => {
            format!("; ended on {} by {by}: {why}", at.day())
        }
    };
    format!(
        "{}  {}  {} to {}, by {}{reference}{ended}",
        short(&one.token),
        state_of(one, now),
        one.from.day(),
        one.until.day(),
        one.by
    )
}

//! `gatepost recipients consent end`.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use clap::Args;
use serde_json::json;

use super::words::{Given, given, plain_words, refuse, tell_lost};
use crate::cli::output::Format;
use crate::cli::recipients::typed::{trouble, wrong_use};
use crate::directory::{ConsentAct, ConsentEntry, Consents};
use crate::load::{RecipientsError, change_consents, moment_of_act, read_consents};
use crate::mail::Address;
use crate::scan::Scanner;
use crate::scan::token::{Token, TokenKey};
use crate::timestamp::Timestamp;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The address, or the token that list shows; - reads them from standard
    /// input, one a line
    #[arg(value_name = "ADDRESS|TOKEN")]
    address: String,
    /// Who ends it
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Why; nobody's name or number
    #[arg(long, value_name = "TEXT")]
    why: String,
}

/// How many characters of a token tell which one it is, at least.
const TOKEN_AT_LEAST: usize = 8;

pub(super) fn run(
    state: &Path,
    key: &TokenKey,
    arguments: &Arguments,
    format: Format,
) -> io::Result<u8> {
    let scanner = Scanner::built_in();
    let words = (
        plain_words(&scanner, "--by", &arguments.by),
        plain_words(&scanner, "--why", &arguments.why),
    );
    let (by, why) = match words {
        (Ok(by), Ok(why)) => (by, why),
        (Err(what), _) | (_, Err(what)) => return wrong_use(&what),
    };
    let given = match given(&arguments.address)? {
        Ok(given) => given,
        Err(what) => return wrong_use(&what),
    };
    let ended = change_consents(state, |consents| {
        let at = moment_of_act(consents.last())?;
        let mut chosen = BTreeSet::new();
        let mut refused = Vec::new();
        for Given { name, text } in &given {
            match which(consents, key, text, at) {
                Ok(token) => {
                    chosen.insert(token);
                }
                Err(what) => refused.push(format!("{name}: {what}")),
            }
        }
        if !refused.is_empty() {
            return Ok((Vec::new(), Err(refused)));
        }
        // The entry names the key of the consent that it ends.
        let entries = chosen.iter().filter_map(|token| {
            let one = consents.in_force(token, at)?;
            Some(ConsentEntry {
                v: 1,
                at,
                by: by.clone(),
                key: one.key.clone(),
                token: token.clone(),
                act: ConsentAct::Ended { why: why.clone() },
            })
        });
        let entries: Vec<ConsentEntry> = entries.collect();
        let ended = entries.len();
        Ok::<_, RecipientsError>((entries, Ok(ended)))
    });
    let ended = match ended {
        Ok(Ok(ended)) => ended,
        Ok(Err(refused)) => {
            if let Ok(consents) = read_consents(state) {
                tell_lost(&consents, key)?;
            }
            return refuse(&refused);
        }
        Err(error) => return trouble(&error),
    };
    let mut out = io::stdout().lock();
    match format {
        Format::Json => writeln!(out, "{}", json!({"v": 1, "ended": ended}))?,
        Format::Text => writeln!(out, "{ended} ended; a running gatepost follows by itself")?,
    }
    Ok(0)
}

/// The token of the consent in force that an address or the beginning of a
/// token means.
fn which(
    consents: &Consents,
    key: &TokenKey,
    text: &str,
    at: Timestamp,
) -> Result<Token, &'static str> {
    if text.contains('@') {
        let address = Address::parse(text).map_err(|_| "this is no address")?;
        let token = Consents::token(key, &address);
        let in_force = consents.in_force(&token, at);
        return in_force
            .map(|one| one.token.clone())
            .ok_or("no consent is in force for it");
    }
    if text.len() < TOKEN_AT_LEAST || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err("this is neither an address nor a token as list shows it");
    }
    let wanted = text.to_ascii_lowercase();
    let mut met = consents
        .all()
        .filter(|one| one.is_in_force(at) && one.token.as_str().starts_with(&wanted));
    match (met.next(), met.next()) {
        (Some(one), None) => Ok(one.token.clone()),
        (Some(_), Some(_)) => Err("more than one token begins so"),
        (None, _) => Err("no consent is in force under this token"),
    }
}

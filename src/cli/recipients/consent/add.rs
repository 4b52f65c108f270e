//! `gatepost recipients consent add`.

use std::collections::BTreeSet;
use std::io::{self, Write};

use clap::Args;
use serde_json::json;

use super::words::{Given, given, plain_words, refuse, short, tell_lost, why_not};
use crate::cli::output::{FOUND, Format};
use crate::cli::recipients::typed::{moment, trouble, wrong_use};
use crate::clock;
use crate::directory::{ConsentAct, ConsentEntry, Consents};
use crate::load::{Loaded, change_consents, moment_of_act};
use crate::mail::Address;
use crate::scan::token::Token;
use crate::timestamp::Timestamp;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The patient's address; - reads addresses from standard input, one a line
    #[arg(value_name = "ADDRESS")]
    address: String,
    /// The day on which the consent ends
    #[arg(long, value_name = "DAY")]
    until: String,
    /// Who records it
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Where the evidence is, such as the number of a form; nobody's name or number
    #[arg(long, value_name = "TEXT")]
    reference: Option<String>,
    /// The domain is right as it stands, although it looks like a known one
    #[arg(long)]
    as_typed: bool,
}

/// How many tokens are told in words.
const TOLD: usize = 20;

pub(super) fn run(loaded: &Loaded, arguments: &Arguments, format: Format) -> io::Result<u8> {
    let now = clock::now();
    let until = match end(&arguments.until, loaded.config.consent_days, now) {
        Ok(until) => until,
        Err(what) => return wrong_use(&what),
    };
    let scanner = &loaded.gate.scanner;
    let by = plain_words(scanner, "--by", &arguments.by);
    let reference = arguments.reference.as_deref();
    let reference = reference.map(|text| plain_words(scanner, "--reference", text));
    let (by, reference) = match (by, reference.transpose()) {
        (Ok(by), Ok(reference)) => (by, reference),
        (Err(what), _) | (_, Err(what)) => return wrong_use(&what),
    };
    let given = match given(&arguments.address)? {
        Ok(given) => given,
        Err(what) => return wrong_use(&what),
    };
    let tokens = match tokens(loaded, &given, arguments.as_typed, now) {
        Ok(tokens) => tokens,
        Err(refused) => return refuse(&refused),
    };
    let key = Consents::key_mark(&loaded.gate.token_key);
    let changed = change_consents(&loaded.config.state, |consents| {
        let at = moment_of_act(consents.last())?;
        let (mut entries, mut renewed) = (Vec::new(), 0_usize);
        for token in &tokens {
            let before = consents.in_force(token, at);
            if before.is_some_and(|one| one.until == until && one.reference == reference) {
                continue;
            }
            renewed = renewed.saturating_add(usize::from(before.is_some()));
            entries.push(ConsentEntry {
                v: 1,
                at,
                by: by.clone(),
                key: key.clone(),
                token: token.clone(),
                act: ConsentAct::Agreed {
                    until,
                    reference: reference.clone(),
                },
            });
        }
        let done: Vec<Token> = entries.iter().map(|entry| entry.token.clone()).collect();
        Ok((entries, (done, renewed)))
    });
    let (done, renewed) = match changed {
        Ok(changed) => changed,
        Err(error) => return trouble(&error),
    };
    let unchanged = tokens.len().saturating_sub(done.len());
    let mut out = io::stdout().lock();
    match format {
        Format::Json => {
            let object = json!({
                "v": 1,
                "recorded": done.len(),
                "renewed": renewed,
                "unchanged": unchanged,
                "until": until.to_string(),
                "tokens": done.iter().map(short).collect::<Vec<_>>(),
            });
            writeln!(out, "{object}")?;
        }
        Format::Text if done.is_empty() => {
            let day = until.day();
            writeln!(
                out,
                "nothing to change: {unchanged} in force until {day} already"
            )?;
        }
        Format::Text => {
            writeln!(
                out,
                "{} recorded until {}, {renewed} of them renewed, {unchanged} as before; a \
                 running gatepost follows by itself",
                done.len(),
                until.day()
            )?;
            for token in done.iter().take(TOLD) {
                writeln!(out, "  {}", short(token))?;
            }
        }
    }
    tell_lost(&loaded.gate.consents, &loaded.gate.token_key)?;
    Ok(if done.is_empty() { FOUND } else { 0 })
}

/// The day on which a consent is to end, if one may be recorded for so long.
fn end(typed: &str, days: u32, now: Timestamp) -> Result<Timestamp, String> {
    let until = moment(typed)?;
    if until <= now {
        return Err(String::from(
            "the consent would end before it begins; give a day to come",
        ));
    }
    if until > now.after_days(i64::from(days)) {
        return Err(format!(
            "a consent lasts {days} days at most (recipients.consent-days): people change their \
             addresses and their minds, so ask again and record it anew"
        ));
    }
    Ok(until)
}

/// The token of each address, or all that speaks against them.
fn tokens(
    loaded: &Loaded,
    given: &[Given],
    as_typed: bool,
    now: Timestamp,
) -> Result<BTreeSet<Token>, Vec<String>> {
    let mut tokens = BTreeSet::new();
    let mut refused = Vec::new();
    for Given { name, text } in given {
        match Address::parse(text) {
            Err(error) => refused.push(format!("{name} is no address: {error}")),
            Ok(address) => {
                let answer = loaded.gate.directory.answer(address.domain(), now);
                match why_not(&answer, as_typed) {
                    Some(why) => refused.push(format!("{name}: {why}")),
                    None => {
                        tokens.insert(Consents::token(&loaded.gate.token_key, &address));
                    }
                }
            }
        }
    }
    if refused.is_empty() {
        Ok(tokens)
    } else {
        Err(refused)
    }
}

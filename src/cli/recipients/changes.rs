//! `gatepost recipients diff|history|trust|block`: what changed, and changes.

use std::io::{self, Write};
use std::path::Path;

use clap::Args;
use serde_json::{Value, json};

use super::typed::{domain, moment, one_line, shown, trouble, user, wrong_use};
use crate::cli::output::{CONFIGURATION, FOUND, Format, complain};
use crate::clock;
use crate::config::Config;
use crate::directory::{Act, Answer, Class, Entry, Register};
use crate::load::{
    KeyUse, RecipientsError, Wanted, change_register, load, load_config, moment_of_act,
    read_register,
};
use crate::mail::Domain;
use crate::timestamp::Timestamp;

#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The older list: a day, a time, or the beginning of a digest
    /// [default: the last but one]
    #[arg(value_name = "A")]
    from: Option<String>,
    /// The newer list [default: the last]
    #[arg(value_name = "B")]
    to: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct History {
    /// The domain
    #[arg(value_name = "DOMAIN")]
    domain: String,
}

#[derive(Debug, Args)]
pub(super) struct Trust {
    /// The domain; nothing below it
    #[arg(value_name = "DOMAIN")]
    domain: String,
    /// The day on which the trust ends
    #[arg(long, value_name = "DAY", required_unless_present = "end")]
    until: Option<String>,
    /// End the trust now
    #[arg(long, conflicts_with = "until")]
    end: bool,
    /// Who decides it
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    why: String,
}

#[derive(Debug, Args)]
pub(super) struct Block {
    /// The domain; nothing below it
    #[arg(value_name = "DOMAIN")]
    domain: String,
    /// Lift the block
    #[arg(long)]
    end: bool,
    /// Who decides it [default: the user of the system]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    why: String,
}

pub(super) fn trust(wanted: &Wanted, arguments: &Trust, format: Format) -> io::Result<u8> {
    let domain = match domain(&arguments.domain) {
        Ok(domain) => domain,
        Err(what) => return wrong_use(&what),
    };
    let until = match arguments.until.as_deref().map(moment).transpose() {
        Ok(until) => until,
        Err(what) => return wrong_use(&what),
    };
    let (by, why) = (one_line(&arguments.by), one_line(&arguments.why));
    if why.is_empty() || by.is_empty() {
        return wrong_use("a trust needs who decides it and why");
    }
    let now = clock::now();
    if until.is_some_and(|until| until <= now) {
        return wrong_use("the trust would end before it begins; give a day to come");
    }
    // To end one, nothing but the register must be right.
    let mut alike = None;
    let (config, diagnostics, refusal) = if until.is_some() {
        let (loaded, diagnostics) = load(wanted, &KeyUse::ReadOnly);
        let refusal = loaded.as_ref().and_then(|loaded| {
            let directory = &loaded.gate.directory;
            let answer = directory.answer(&domain, now);
            alike = answer.looks_like.cloned();
            no_trust(&domain, &answer).or_else(|| {
                let successor = directory.classes().successor(&domain)?;
                Some(format!(
                    "is a name that is no longer in use; use {successor}"
                ))
            })
        });
        (loaded.map(|loaded| loaded.config), diagnostics, refusal)
    } else {
        let (config, diagnostics) = load_config(wanted);
        (config, diagnostics, None)
    };
    let Some(config) = config else {
        complain(&diagnostics)?;
        return Ok(CONFIGURATION);
    };
    if let Some(why) = refusal {
        return refuse(&format!("{domain} {why}"));
    }
    if let Some(known) = alike {
        writeln!(
            io::stderr(),
            "gatepost: beware: {domain} looks like {known}; if you meant that, end this trust"
        )?;
    }
    let told = match until {
        Some(until) => format!("{domain} is trusted until {}", until.day()),
        None => format!("{domain} is no longer trusted"),
    };
    let act = match until {
        Some(until) => Act::Trusted {
            domain: domain.clone(),
            until,
            why,
        },
        None => Act::TrustEnded {
            domain: domain.clone(),
            why,
        },
    };
    let wanted = |register: &Register| {
        let trusted = register.get(&domain).and_then(|series| series.trust(now));
        until.is_some() || trusted.is_some()
    };
    add(&config.state, act, &by, &told, format, wanted)
}

/// Why a domain is not to be trusted: it would change nothing, or let through
/// what no reason makes secure.
fn no_trust(domain: &Domain, answer: &Answer<'_>) -> Option<String> {
    let class_of = answer.member.and_then(|member| member.class);
    let name = domain.as_str();
    if !name.contains('.') || name.starts_with('[') || domain.is_numeric() {
        return Some(String::from(
            "is no domain of somebody's own; give the one of the addresses",
        ));
    }
    if answer.class == Class::Internal {
        return Some(String::from("is our own: mail to it is secure already"));
    }
    if answer.class == Class::Blocked {
        return Some(String::from(
            "is blocked, which goes before trust; lift the block first: block DOMAIN --end",
        ));
    }
    if class_of == Some(Class::ConsumerWebmail) {
        return Some(String::from(
            "is a mail service for the public: whose address it is can't be told by the domain; \
             for a patient who agreed there is recipients consent add",
        ));
    }
    None
}

pub(super) fn block(config: &Config, arguments: &Block, format: Format) -> io::Result<u8> {
    let domain = match domain(&arguments.domain) {
        Ok(domain) => domain,
        Err(what) => return wrong_use(&what),
    };
    let by = arguments.by.as_deref().map_or_else(user, one_line);
    let why = one_line(&arguments.why);
    if why.is_empty() || by.is_empty() {
        return wrong_use("a block needs who decides it and why");
    }
    if config.domains.contains(&domain) && !arguments.end {
        return refuse(&format!("{domain} is our own, and can't be blocked"));
    }
    let now = clock::now();
    let wanted = |register: &Register| {
        let blocked = register.get(&domain).and_then(|series| series.block(now));
        blocked.is_some() == arguments.end
    };
    let (act, told) = if arguments.end {
        let act = Act::Unblocked {
            domain: domain.clone(),
            why,
        };
        (act, format!("{domain} is no longer blocked"))
    } else {
        let act = Act::Blocked {
            domain: domain.clone(),
            why,
        };
        (act, format!("{domain} is blocked"))
    };
    add(&config.state, act, &by, &told, format, wanted)
}

/// Says why something is not done; nothing was changed.
fn refuse(why: &str) -> io::Result<u8> {
    writeln!(io::stderr(), "gatepost: {why}; nothing was changed")?;
    Ok(FOUND)
}

/// Adds an act where it would change something.
fn add(
    state: &Path,
    act: Act,
    by: &str,
    told: &str,
    format: Format,
    wanted: impl Fn(&Register) -> bool,
) -> io::Result<u8> {
    let by = by.to_owned();
    let changed = change_register(state, |register| {
        if !wanted(register) {
            return Ok((None, false));
        }
        let at = moment_of_act(register.last())?;
        let entry = Entry { v: 1, at, by, act };
        Ok::<_, RecipientsError>((Some(entry), true))
    });
    let changed = match changed {
        Ok(changed) => changed,
        Err(error) => return trouble(&error),
    };
    let mut out = io::stdout().lock();
    match format {
        Format::Json => writeln!(out, "{}", json!({"v": 1, "changed": changed, "told": told}))?,
        Format::Text if changed => {
            writeln!(out, "{told}; a running gatepost follows by itself")?;
        }
        Format::Text => writeln!(out, "nothing to change: {told} already")?,
    }
    Ok(if changed { 0 } else { FOUND })
}

pub(super) fn history(state: &Path, arguments: &History, format: Format) -> io::Result<u8> {
    let domain = match domain(&arguments.domain) {
        Ok(domain) => domain,
        Err(what) => return wrong_use(&what),
    };
    let register = match read_register(state) {
        Ok(register) => register,
        Err(error) => return trouble(&error),
    };
    let events = events(&register, &domain);
    let mut out = io::stdout().lock();
    match format {
        Format::Json => {
            let events: Vec<Value> = events
                .iter()
                .map(|(at, what, by, why)| {
                    json!({"at": at.to_string(), "what": what, "by": by, "why": why})
                })
                .collect();
            writeln!(
                out,
                "{}",
                json!({"v": 1, "domain": domain.as_str(), "events": events})
            )?;
        }
        Format::Text if events.is_empty() => {
            writeln!(out, "there is nothing about {domain} in {}", shown(state))?;
        }
        Format::Text => {
            let organisation = register
                .get(&domain)
                .map_or("", |series| &series.organisation);
            writeln!(out, "{domain}  {organisation}")?;
            for (at, what, by, why) in &events {
                let by = by.as_ref().map_or(String::new(), |by| format!(" by {by}"));
                let why = why.as_ref().map_or(String::new(), |why| format!(": {why}"));
                writeln!(out, "  {}  {what}{by}{why}", at.words())?;
            }
        }
    }
    Ok(if events.is_empty() { FOUND } else { 0 })
}

/// When, what, by whom, why.
type Event = (Timestamp, &'static str, Option<String>, Option<String>);

/// All that happened to a domain, in order.
fn events(register: &Register, domain: &Domain) -> Vec<Event> {
    let Some(series) = register.get(domain) else {
        return Vec::new();
    };
    let mut events = Vec::new();
    let words = ["on the accredited list"]
        .into_iter()
        .chain(std::iter::repeat("back on the accredited list"));
    for (span, words) in series.listed.iter().zip(words) {
        events.push((span.from, words, None, None));
        events.extend(
            span.to
                .map(|to| (to, "no longer on the accredited list", None, None)),
        );
    }
    let now = clock::now();
    for trust in &series.trusted {
        let (by, why) = (Some(trust.by.clone()), Some(trust.why.clone()));
        events.push((trust.from, "trusted", by, why));
        let end = if trust.until > now {
            "the trust will end"
        } else {
            "the trust ended"
        };
        events.push((trust.until, end, None, None));
    }
    for block in &series.blocked {
        let (by, why) = (Some(block.by.clone()), Some(block.why.clone()));
        events.push((block.from, "blocked", by, why));
        events.extend(block.to.map(|to| (to, "no longer blocked", None, None)));
    }
    events.sort_by_key(|event| event.0);
    events
}

pub(super) fn diff(state: &Path, arguments: &Diff, format: Format) -> io::Result<u8> {
    let register = match read_register(state) {
        Ok(register) => register,
        Err(error) => return trouble(&error),
    };
    let mut latest = register.imports().rev().map(|(at, _, _)| at);
    let (last, before) = (latest.next(), latest.next());
    let point = |text: &Option<String>, usual: Option<Timestamp>| match text {
        None => {
            usual.ok_or_else(|| format!("there are fewer than two imports in {}", shown(state)))
        }
        Some(text) => {
            let by_digest = register
                .imports()
                .rev()
                .find(|(_, _, import)| text.len() >= 6 && import.digest.starts_with(text.as_str()));
            match by_digest {
                Some((at, _, _)) => Ok(at),
                None => moment(text).map_err(|what| format!("{what}, and no digest of an import")),
            }
        }
    };
    let (from, to) = match (point(&arguments.from, before), point(&arguments.to, last)) {
        (Ok(from), Ok(to)) => (from, to),
        (Err(what), _) | (_, Err(what)) => return wrong_use(&what),
    };
    let (old, new) = (register.listed_at(from), register.listed_at(to));
    let added: Vec<&str> = new.difference(&old).map(|domain| domain.as_str()).collect();
    let removed: Vec<&str> = old.difference(&new).map(|domain| domain.as_str()).collect();
    let mut out = io::stdout().lock();
    match format {
        Format::Json => {
            let object = json!({
                "v": 1,
                "from": from.to_string(),
                "to": to.to_string(),
                "added": added,
                "removed": removed,
            });
            writeln!(out, "{object}")?;
        }
        Format::Text => {
            writeln!(
                out,
                "from {} to {}: {} added, {} removed",
                from.words(),
                to.words(),
                added.len(),
                removed.len()
            )?;
            for domain in &added {
                writeln!(out, "  added    {domain}")?;
            }
            for domain in &removed {
                writeln!(out, "  removed  {domain}")?;
            }
        }
    }
    Ok(if added.is_empty() && removed.is_empty() {
        0
    } else {
        FOUND
    })
}

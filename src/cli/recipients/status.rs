//! `gatepost recipients status`: how old the list is, what lapsed, and what is
//! about to end.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::cli::output::{CONFIGURATION, FOUND, Format, complain};
use crate::clock;
use crate::diagnostic::has_errors;
use crate::directory::{Directory, Standing};
use crate::load::{KeyUse, Wanted, load};
use crate::mail::Domain;
use crate::timestamp::Timestamp;

/// After how many days without a new list there is a warning, and an alarm.
const STALE_DAYS: [i64; 2] = [7, 30];

/// How many days ahead an end is told.
const AHEAD_DAYS: i64 = 30;

const DAY_MS: i64 = 86_400_000;

pub(super) fn run(wanted: &Wanted, format: Format) -> io::Result<u8> {
    let (loaded, diagnostics) = load(wanted, &KeyUse::ReadOnly);
    if has_errors(&diagnostics) {
        complain(&diagnostics)?;
    }
    let Some(loaded) = loaded else {
        return Ok(CONFIGURATION);
    };
    let status = Status::new(&loaded.gate.directory, clock::now());
    let mut out = io::stdout().lock();
    match format {
        Format::Json => writeln!(out, "{}", status.json())?,
        Format::Text => status.print(&mut out)?,
    }
    Ok(if status.alarm.is_some() { FOUND } else { 0 })
}

struct Status {
    /// The last list: when, by whom, from where, how many domains and
    /// organisations, and its digest.
    last: Option<(Timestamp, String, String, usize, usize, String)>,
    imports: usize,
    warning: Option<String>,
    alarm: Option<String>,
    in_grace: Vec<(Domain, Timestamp)>,
    lapsed: Vec<Domain>,
    trusted: Vec<(Domain, Timestamp)>,
    blocked: Vec<Domain>,
    to_review: Vec<String>,
}

impl Status {
    fn new(directory: &Directory, now: Timestamp) -> Self {
        let register = directory.register();
        let last = register.imports().next_back();
        let last = last.map(|(at, by, import)| {
            let (by, source) = (by.to_owned(), import.source.clone());
            let counts = (import.domains, import.organisations);
            (at, by, source, counts.0, counts.1, import.digest.clone())
        });
        let mut status = Self {
            imports: register.imports().count(),
            warning: None,
            alarm: None,
            in_grace: Vec::new(),
            lapsed: Vec::new(),
            trusted: Vec::new(),
            blocked: Vec::new(),
            to_review: Vec::new(),
            last,
        };
        status.judge_age(now);
        for (domain, series) in register.all() {
            let answer = directory.answer(domain, now);
            match (answer.standing, answer.grace_ends) {
                (Standing::InGrace, Some(ends)) => status.in_grace.push((domain.clone(), ends)),
                (Standing::Lapsed, _) => status.lapsed.push(domain.clone()),
                (Standing::Blocked, _) => status.blocked.push(domain.clone()),
                _ => {}
            }
            if let Some(trust) = series.trust(now) {
                status.trusted.push((domain.clone(), trust.until));
            }
        }
        status
            .in_grace
            .sort_by_key(|(domain, ends)| (*ends, domain.clone()));
        status
            .trusted
            .sort_by_key(|(domain, ends)| (*ends, domain.clone()));
        status.lapsed.sort();
        status.blocked.sort();
        let today = now.to_string();
        let today = today.get(..10).unwrap_or("");
        let due = directory.classes().to_review(today);
        status.to_review = due.into_iter().map(|(name, _)| name).collect();
        status
    }

    fn judge_age(&mut self, now: Timestamp) {
        let Some((at, ..)) = &self.last else {
            self.alarm = Some(String::from(
                "there is no accredited list: nobody but our own and nhs.net counts as secure; \
                 gatepost recipients import takes one over",
            ));
            return;
        };
        if at.unix_ms() == 0 {
            self.warning = Some(String::from(
                "the list is a file without history (recipients.accredited-list); import it to \
                 have dates, grace and alarms",
            ));
            return;
        }
        let days = now.unix_ms().saturating_sub(at.unix_ms()) / DAY_MS;
        let [stale, old] = STALE_DAYS;
        let what =
            format!("the last list was taken over {days} days ago; fetch and import it anew");
        if days >= old {
            self.alarm = Some(what);
        } else if days >= stale {
            self.warning = Some(what);
        }
    }

    fn json(&self) -> Value {
        let last = self.last.as_ref();
        let ends = |list: &[(Domain, Timestamp)]| -> Vec<Value> {
            let each = list.iter();
            each.map(|(domain, at)| json!({"domain": domain.as_str(), "until": at.to_string()}))
                .collect()
        };
        let names =
            |list: &[Domain]| -> Vec<String> { list.iter().map(ToString::to_string).collect() };
        json!({
            "v": 1,
            "imported": last.map(|last| last.0.to_string()),
            "by": last.map(|last| &last.1),
            "source": last.map(|last| &last.2),
            "domains": last.map(|last| last.3),
            "organisations": last.map(|last| last.4),
            "digest": last.map(|last| &last.5),
            "imports": self.imports,
            "warning": self.warning,
            "alarm": self.alarm,
            "in-grace": ends(&self.in_grace),
            "lapsed": names(&self.lapsed),
            "trusted": ends(&self.trusted),
            "blocked": names(&self.blocked),
            "to-review": self.to_review,
        })
    }

    fn print(&self, out: &mut impl Write) -> io::Result<()> {
        if let Some((at, by, source, domains, organisations, digest)) = &self.last {
            writeln!(
                out,
                "{domains} accredited domains of {organisations} organisations"
            )?;
            if at.unix_ms() != 0 {
                writeln!(out, "  taken over on {} by {by} from {source}", at.words())?;
                writeln!(out, "  {} imports so far", self.imports)?;
            }
            writeln!(out, "  digest {digest}")?;
        }
        for (list, words) in [
            (&self.in_grace, "left the list, count until"),
            (&self.trusted, "trusted by us until"),
        ] {
            for (domain, ends) in list {
                writeln!(out, "  {domain}: {words} {}", ends.day())?;
            }
        }
        for (list, words) in [
            (&self.lapsed, "no longer accredited"),
            (&self.blocked, "blocked"),
        ] {
            for domain in list {
                writeln!(out, "  {domain}: {words}")?;
            }
        }
        for name in &self.to_review {
            writeln!(out, "  {name}: its class is to be looked at again")?;
        }
        let soon = clock::now()
            .unix_ms()
            .saturating_add(AHEAD_DAYS.saturating_mul(DAY_MS));
        let ending = self.in_grace.iter().chain(&self.trusted);
        let ending = ending.filter(|(_, ends)| ends.unix_ms() <= soon).count();
        if ending > 0 {
            writeln!(out, "ending within {AHEAD_DAYS} days: {ending}")?;
        }
        if let Some(warning) = &self.warning {
            writeln!(out, "warning: {warning}")?;
        }
        if let Some(alarm) = &self.alarm {
            writeln!(out, "ALARM: {alarm}")?;
        }
        Ok(())
    }
}

//! `gatepost recipients status`: how old the list is, what lapsed, and what is
//! about to end.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::cli::output::{CONFIGURATION, FOUND, Format, complain};
use crate::clock;
use crate::diagnostic::has_errors;
use crate::directory::{Age, Standing};
use crate::gate::Gate;
use crate::load::{KeyUse, Wanted, load};
use crate::mail::Domain;
use crate::timestamp::Timestamp;

/// How many days ahead an end is told.
const AHEAD_DAYS: i64 = 30;

pub(super) fn run(wanted: &Wanted, format: Format) -> io::Result<u8> {
    let (loaded, diagnostics) = load(wanted, &KeyUse::ReadOnly);
    if has_errors(&diagnostics) {
        complain(&diagnostics)?;
    }
    let Some(loaded) = loaded else {
        return Ok(CONFIGURATION);
    };
    let status = Status::new(&loaded.gate, clock::now());
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
    /// When an end is soon.
    soon: Timestamp,
    /// How many consents are in force, and how many of them end soon.
    consents: (usize, usize),
}

impl Status {
    fn new(gate: &Gate, now: Timestamp) -> Self {
        let directory = &gate.directory;
        let register = directory.register();
        let last = register.imports().next_back();
        let last = last.map(|(at, by, import)| {
            let (by, source) = (by.to_owned(), import.source.clone());
            let counts = (import.domains, import.organisations);
            (at, by, source, counts.0, counts.1, import.digest.clone())
        });
        let age = Age::of(register, now);
        let (alarm, warning) = if age.is_alarm() {
            (age.complaint(), None)
        } else {
            (None, age.complaint())
        };
        let soon = now.after_days(AHEAD_DAYS);
        let in_force = gate.consents.all();
        let in_force: Vec<_> = in_force.filter(|one| one.is_in_force(now)).collect();
        let ending = in_force.iter().filter(|one| one.until <= soon).count();
        let mut status = Self {
            soon,
            consents: (in_force.len(), ending),
            imports: register.imports().count(),
            warning,
            alarm,
            in_grace: Vec::new(),
            lapsed: Vec::new(),
            trusted: Vec::new(),
            blocked: Vec::new(),
            to_review: Vec::new(),
            last,
        };
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
            "consents": {"in-force": self.consents.0, "ending": self.consents.1},
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
                writeln!(out, "  imports so far: {}", self.imports)?;
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
        let (in_force, consents) = self.consents;
        if in_force > 0 {
            writeln!(out, "  consents of patients in force: {in_force}")?;
        }
        let ending = self.in_grace.iter().chain(&self.trusted);
        let ending = ending.filter(|(_, ends)| *ends <= self.soon).count();
        if ending > 0 {
            writeln!(out, "ending within {AHEAD_DAYS} days: {ending}")?;
        }
        if consents > 0 {
            writeln!(
                out,
                "consents ending within {AHEAD_DAYS} days: {consents} (gatepost recipients \
                 consent list tells which)"
            )?;
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

//! A table for people and spreadsheets, with why and until when.

use super::domains::{Export, SecureDomains};
use crate::directory::{Answer, Listed, Standing};
use crate::timestamp::Timestamp;

/// The columns, a contract: more may come behind them.
const COLUMNS: [&str; 7] = [
    "domain",
    "organisation",
    "class",
    "standing",
    "since",
    "until",
    "source",
];

/// The table as text. `since` and `until` are RFC 3339 and empty where nobody
/// knows; a domain `*.x` stands for those below x, except where one is blocked,
/// retired or has an entry of its own.
pub fn csv(domains: &SecureDomains<'_>) -> Export {
    let mut text = row(&COLUMNS);
    for (domain, answer) in &domains.exact {
        let organisation = answer.series.map_or("", |series| &series.organisation);
        let [since, until, source] = reasons(domains, answer);
        text.push_str(&row(&[
            domain.as_str(),
            organisation,
            answer.class.word(),
            answer.standing.word(),
            &since,
            &until,
            &source,
        ]));
    }
    for (parent, (class, member)) in &domains.below {
        text.push_str(&row(&[
            &format!("*.{parent}"),
            "",
            class.word(),
            Standing::NeverListed.word(),
            "",
            member.review.as_deref().unwrap_or(""),
            &member.source,
        ]));
    }
    let entries = domains.exact.len().saturating_add(domains.below.len());
    Export {
        text,
        entries,
        left_out: Vec::new(),
    }
}

/// Since when, until when, and by what a domain counts as secure.
fn reasons(domains: &SecureDomains<'_>, answer: &Answer<'_>) -> [String; 3] {
    if answer.standing == Standing::LocallyTrusted {
        let trust = answer.series.and_then(|series| series.trust(domains.at));
        return trust.map_or_else(Default::default, |trust| {
            let by = format!("trusted by {}: {}", trust.by, trust.why);
            [moment(trust.from), moment(trust.until), by]
        });
    }
    let list = format!("accredited list {}", domains.digest);
    match answer.listed {
        Listed::Since { since, .. } => [moment(since), String::new(), list],
        Listed::Left { since, .. } => {
            let until = answer.grace_ends.map_or_else(String::new, moment);
            let source = String::from("left the accredited list, in its grace period");
            [moment(since), until, source]
        }
        Listed::Never => {
            let member = answer.member;
            let until = member.and_then(|member| member.review.clone());
            let source = member.map_or("NHS.net Connect itself", |member| &member.source);
            [String::new(), until.unwrap_or_default(), source.to_owned()]
        }
    }
}

/// A moment; a list without history counts since ever, which is no moment.
fn moment(at: Timestamp) -> String {
    match at.unix_ms() {
        0 => String::new(),
        _ => at.to_string(),
    }
}

/// A row with its line end (RFC 4180).
fn row(cells: &[&str]) -> String {
    let mut writer = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .from_writer(Vec::new());
    // Memory takes everything.
    let _ = writer.write_record(cells.iter().map(|cell| harmless(cell)));
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

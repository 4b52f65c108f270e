//! A year of daily imports, told day by day by a model that knows nothing of
//! registers.

use std::collections::BTreeSet;
use std::path::Path;

use gatepost::directory::{
    AccreditedList, Act, Classes, Directory, Doubt, Entry, KeyStore, Listed, Register, Standing,
    Standpoint,
};
use gatepost::load::{RecipientsError, change_register, keep_list, read_register};
use gatepost::mail::{self, Domain};
use gatepost::timestamp::Timestamp;
use serde_json::Value;

use super::made_year::{AMBULANCE, DAYS, Year};
use super::site::Site;
use crate::support::numbers::Numbers;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// 1 January 2024.
const BEGIN: i64 = 1_704_067_200_000;

/// What is counted in a year of lists: how many days changed something, how
/// many domains left, and after how many days which of them came back.
fn count(year: &Year) -> (usize, usize, Vec<(usize, usize)>) {
    let changed = year.on.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let (mut removed, mut back) = (0, Vec::new());
    for domain in 0..year.names.len() {
        let mut left = None;
        for day in 1..DAYS {
            match (year.on[day - 1][domain], year.on[day][domain]) {
                (true, false) => {
                    removed += 1;
                    left = Some(day);
                }
                (false, true) => back.extend(left.map(|left| (left, day - left))),
                _ => {}
            }
        }
    }
    back.sort_unstable();
    (changed, removed, back)
}

/// Imports the list of a day as the command does, but at a moment of the past.
fn import(state: &Path, bytes: &[u8], at: Timestamp) -> (String, Option<Doubt>) {
    let list = AccreditedList::parse(bytes).expect("a list");
    let done = change_register(state, |register| {
        let (import, doubt) = register.compare(&list, "the published file");
        keep_list(state, &import.digest, bytes)?;
        let digest = import.digest.clone();
        let (by, act) = (String::from("timer"), Act::Imported(Box::new(import)));
        Ok::<_, RecipientsError>((Some(Entry { v: 1, at, by, act }), (digest, doubt)))
    });
    done.expect("an import")
}

/// What a clerk would note of a domain after each list: since when it is on it,
/// and when it last left it.
#[derive(Clone, Copy, Default)]
struct Note {
    since: Option<i64>,
    left: Option<i64>,
}

impl Note {
    /// Where the domain stands at a moment by the words of the manual, if no list
    /// came since the note.
    fn stands(self, at: i64) -> (Listed, Standing) {
        let moment = Timestamp::from_unix_ms;
        match (self.since, self.left) {
            (None, _) => (Listed::Never, Standing::NeverListed),
            (Some(since), Some(left)) if left > since => {
                let listed = Listed::Left {
                    since: moment(since),
                    left: moment(left),
                };
                let in_grace = at < left + 45 * DAY;
                let standing = if in_grace {
                    Standing::InGrace
                } else {
                    Standing::Lapsed
                };
                (listed, standing)
            }
            (Some(since), left) => {
                let listed = Listed::Since {
                    since: moment(since),
                    left: left.map(moment),
                };
                let standing = match left {
                    Some(_) => Standing::Returned,
                    None => Standing::Accredited,
                };
                (listed, standing)
            }
        }
    }
}

/// What is asked of a directory, and what is known otherwise.
struct Asked {
    domains: Vec<Domain>,
    paths: Vec<mail::Path>,
    /// Of each list: when it was imported, its digest, the notes after it.
    lists: Vec<(i64, String, Vec<Note>)>,
}

impl Asked {
    /// Notes what the list of a day says.
    fn note(&mut self, year: &Year, day: usize, at: i64, digest: String) {
        let nothing = vec![Note::default(); year.names.len()];
        let mut notes = self.lists.last().map_or(nothing, |list| list.2.clone());
        for (domain, note) in notes.iter_mut().enumerate() {
            let was = day > 0 && year.on[day - 1][domain];
            match (was, year.on[day][domain]) {
                (false, true) => note.since = Some(at),
                (true, false) => note.left = Some(at),
                _ => {}
            }
        }
        self.lists.push((at, digest, notes));
    }

    /// Compares every domain at one moment.
    fn compare(&self, directory: &Directory, at: i64) {
        let moment = Timestamp::from_unix_ms(at);
        let taken = self.lists.partition_point(|(import, _, _)| *import <= at);
        let list = taken.checked_sub(1).map(|last| &self.lists[last]);
        assert_eq!(directory.snapshot(moment), list.map_or("", |list| &list.1));
        for (number, domain) in self.domains.iter().enumerate() {
            let note = list.map_or(Note::default(), |list| list.2[number]);
            let (listed, standing) = note.stands(at);
            let secure = !matches!(standing, Standing::NeverListed | Standing::Lapsed);
            let answer = directory.answer(domain, moment);
            assert_eq!(
                (answer.listed, answer.standing, answer.secure),
                (listed, standing, secure),
                "{domain} on {}",
                moment.words()
            );
            let told = directory.look_up(&self.paths[number], moment);
            assert_eq!((told.standing, told.secure), (standing, secure), "{domain}");
            let ends = match listed {
                Listed::Left { left, .. } => Some(left.unix_ms() + 45 * DAY),
                Listed::Never | Listed::Since { .. } => None,
            };
            assert_eq!(answer.grace_ends.map(Timestamp::unix_ms), ends, "{domain}");
        }
    }
}

fn directory(register: Register) -> Directory {
    let (classes, _) = Classes::read(&[]);
    Directory::new(
        Standpoint::default(),
        register,
        classes,
        KeyStore::default(),
    )
}

#[test]
fn a_year_of_daily_lists_is_told_right_on_every_day() {
    const SEED: u64 = 2024;
    let year = Year::new(SEED);
    let (changed, removed, back) = count(&year);
    let mut events = back.clone();
    events.dedup();
    let mut away: Vec<usize> = events.iter().map(|(_, days)| *days).collect();
    away.sort_unstable();
    assert_eq!((changed, removed, back.len(), away.len()), (49, 32, 22, 13));
    assert_eq!((away[0], away[6], away[12]), (2, 34, 156));
    let sizes = year
        .on
        .iter()
        .map(|day| day.iter().filter(|on| **on).count());
    assert!(
        sizes.clone().all(|size| (255..=275).contains(&size)),
        "{sizes:?}"
    );

    let site = Site::new("year");
    let state = site.at.path().join("state");
    let domain = |name: &String| Domain::parse(name).expect("a domain");
    let path = |name: &String| mail::Path::new(format!("someone@{name}").as_bytes());
    let mut asked = Asked {
        domains: year.names.iter().map(domain).collect(),
        paths: year.names.iter().map(path).collect(),
        lists: Vec::new(),
    };
    let mut numbers = Numbers::new(SEED);
    for day in 0..DAYS {
        // Timers do not strike on the second.
        let minutes = 6 * 60 + i64::try_from(numbers.below(40)).expect("small");
        let at = BEGIN + i64::try_from(day).expect("small") * DAY + minutes * MINUTE;
        let (digest, doubt) = import(&state, &year.file(day), Timestamp::from_unix_ms(at));
        assert_eq!(doubt, None, "day {day}");
        asked.note(&year, day, at, digest);
        // As a process that started now would read it.
        let today = directory(read_register(&state).expect("the register"));
        asked.compare(&today, at);
    }
    // Read from disk at the end of the year, it tells of every moment what stood
    // then; just before each import, too.
    let last = directory(read_register(&state).expect("the register"));
    for (at, _, _) in &asked.lists {
        asked.compare(&last, at - 1);
        asked.compare(&last, at + DAY / 2);
    }
    // A grace ends to the millisecond.
    let leaving: BTreeSet<i64> = back.iter().map(|(left, _)| asked.lists[*left].0).collect();
    for left in leaving {
        asked.compare(&last, left + 45 * DAY - 1);
        asked.compare(&last, left + 45 * DAY);
    }
    the_command_tells_it_too(&site);
}

/// The ambulance trust by the command line, which has read nothing but the disk.
fn the_command_tells_it_too(site: &Site) {
    for (day, standing, left) in [
        ("2023-12-31", "never-listed", Value::Null),
        ("2024-04-16", "accredited", Value::Null),
        ("2024-04-17", "in-grace", "2024-04-16".into()),
        ("2024-05-18", "in-grace", "2024-04-16".into()),
        ("2024-05-19", "returned", "2024-04-16".into()),
    ] {
        let told = site.json(&["check", AMBULANCE, "--at", day]);
        assert_eq!(told["standing"], standing, "{day}");
        assert_eq!(told["secure"], standing != "never-listed", "{day}");
        let day_of = |at: &Value| at.as_str().map_or(Value::Null, |at| at[..10].into());
        assert_eq!(day_of(&told["left"]), left, "{day}");
    }
    let history = site.json(&["history", AMBULANCE]);
    let events = history["events"].as_array().expect("events");
    let days: Vec<&str> = events
        .iter()
        .map(|event| &event["at"].as_str().expect("a time")[..10])
        .collect();
    assert_eq!(days, ["2024-01-01", "2024-04-16", "2024-05-18"]);
    let diff = site.json(&["diff", "2024-04-16", "2024-04-17"]);
    assert_eq!(diff["removed"], Value::from(vec![AMBULANCE]));
    assert_eq!(diff["added"], Value::Array(Vec::new()));
    assert_eq!(site.json(&["status"])["imports"], DAYS);
}

//! A year of published lists as one such year was: 49 changes, 32 domains
//! removed, of which 22 came back after 2 to 156 days in 13 events, half of
//! them within 34 days, and an ambulance trust away from 16 April to 18 May.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::support::numbers::Numbers;

/// How many lists there are, one a day from 1 January 2024.
pub(crate) const DAYS: usize = 365;

/// The ambulance trust: the first of the names.
pub(crate) const AMBULANCE: &str = "ambulance.example";

/// How many domains are on the first list.
const AT_FIRST: usize = 262;

/// Absences: how many days, and how many domains go and come together.
const ABSENCES: [(usize, usize); 12] = [
    (2, 1),
    (4, 1),
    (7, 2),
    (12, 1),
    (19, 1),
    (34, 3),
    (41, 1),
    (58, 2),
    (77, 1),
    (98, 1),
    (120, 4),
    (156, 3),
];

/// When the ambulance trust goes, 16 April, and when it is back, 18 May.
const AMBULANCE_AWAY: (usize, usize) = (106, 138);

/// How many go together and stay away. The first of them was away before.
const GONE: [usize; 8] = [1, 1, 2, 1, 1, 1, 2, 1];

/// How many come anew together.
const NEW: [usize; 15] = [1, 2, 1, 1, 3, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1];

/// A year of lists.
pub(crate) struct Year {
    /// The domains, as they are known when they are read.
    pub(crate) names: Vec<String>,
    /// Of each day, whether each domain is on its list.
    pub(crate) on: Vec<Vec<bool>>,
    seed: u64,
}

impl Year {
    /// The year of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        let mut numbers = Numbers::new(seed);
        let count = AT_FIRST + NEW.iter().sum::<usize>();
        let names: Vec<String> = (0..count).map(name).collect();
        let first: Vec<bool> = (0..count).map(|domain| domain < AT_FIRST).collect();
        let mut on = vec![first; DAYS];
        let mut used = BTreeSet::from([0, AMBULANCE_AWAY.0, AMBULANCE_AWAY.1]);
        // The ambulance trust has an event of its own.
        let mut touched = BTreeSet::from([0]);
        let mut set = |domain: usize, days: std::ops::Range<usize>, to: bool| {
            for day in &mut on[days] {
                day[domain] = to;
            }
        };
        set(0, AMBULANCE_AWAY.0..AMBULANCE_AWAY.1, false);
        let mut back_first = None;
        for (days, domains) in ABSENCES {
            let left = loop {
                // Late enough to be back within the year; the shortest early
                // enough for its domain to go once more.
                let latest = if days == 2 { 100 } else { DAYS - days };
                let left = numbers.below(latest);
                if !used.contains(&left) && !used.contains(&(left + days)) {
                    break left;
                }
            };
            used.extend([left, left + days]);
            for _ in 0..domains {
                let domain = untouched(&mut numbers, &mut touched);
                back_first = back_first.or(Some((domain, left + days)));
                set(domain, left..left + days, false);
            }
        }
        let mut again = back_first;
        for domains in GONE {
            let after = again.map_or(0, |(_, back)| back);
            let left = unused(&mut numbers, &mut used, after);
            for _ in 0..domains {
                let domain = match again.take() {
                    Some((domain, _)) => domain,
                    None => untouched(&mut numbers, &mut touched),
                };
                set(domain, left..DAYS, false);
            }
        }
        let mut new = AT_FIRST..count;
        for domains in NEW {
            let day = unused(&mut numbers, &mut used, 0);
            for domain in new.by_ref().take(domains) {
                set(domain, day..DAYS, true);
            }
        }
        Self { names, on, seed }
    }

    /// The file of a day as it would be published: rows in any order, names in
    /// mixed case, spaces behind them, and now and then another encoding.
    pub(crate) fn file(&self, day: usize) -> Vec<u8> {
        let mut numbers = Numbers::new(self.seed ^ u64::try_from(day).expect("small"));
        let mut rows: Vec<usize> = (0..self.names.len())
            .filter(|domain| self.on[day][*domain])
            .collect();
        for end in (1..rows.len()).rev() {
            rows.swap(end, numbers.below(end + 1));
        }
        let mut text = String::from(
            "Organisation Name,System Type,Domain name ,Data processed outside of the UK? \
             (Y/N),SPF (Softfail/Hardfail)\r\n",
        );
        for domain in rows {
            let name = &self.names[domain];
            let name = match numbers.below(12) {
                0 => name.to_uppercase(),
                1 => format!("{name} "),
                2 => format!("{}.", name.replace("surgery", "Surgery")),
                _ => name.clone(),
            };
            let _ = write!(
                text,
                "\"Organisation {}, St Mary\u{2019}s\",Office 365,{name},N,Hardfail\r\n",
                domain / 2
            );
        }
        match numbers.below(4) {
            0 => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            1 => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
            2 => text.replace("\r\n", "\n").into_bytes(),
            _ => text.into_bytes(),
        }
    }
}

/// Every ninth is below the one before it, as with trusts and their parts.
fn name(domain: usize) -> String {
    const KINDS: [&str; 4] = ["hospital", "care", "surgery", "hospice"];
    const ENDS: [&str; 3] = ["nhs.example", "org.example", "test"];
    match domain {
        0 => AMBULANCE.to_owned(),
        _ if domain.is_multiple_of(9) => format!("part.{}", name(domain - 1)),
        _ => format!("{}{domain}.{}", KINDS[domain % 4], ENDS[domain % 3]),
    }
}

/// A domain of the first list that nothing happens to yet.
fn untouched(numbers: &mut Numbers, touched: &mut BTreeSet<usize>) -> usize {
    loop {
        let domain = numbers.below(AT_FIRST);
        if touched.insert(domain) {
            return domain;
        }
    }
}

/// A day after `after` on which nothing happens yet.
fn unused(numbers: &mut Numbers, used: &mut BTreeSet<usize>, after: usize) -> usize {
    loop {
        let day = numbers.below(DAYS);
        if day > after && used.insert(day) {
            return day;
        }
    }
}

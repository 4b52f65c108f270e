//! Domains that we often write to, learned from mail that left.
//!
//! A slip that sends a letter to `littelwick.example` instead of the firm that
//! gets one every week looks like no listed domain; only our own habit tells.
//! So of each domain is known on which days mail left for it, and nothing else:
//! no address, no number of messages, no time of day. It is forgotten when the
//! days are over.
//!
//! What is learned makes nothing secure and changes no class. It is only what
//! an unknown domain may be mistaken for ([`super::LookAlikes`]).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::entries::{self, RegisterError};
use crate::mail::Domain;
use crate::timestamp::Timestamp;

/// How many days are looked back.
const DAYS: u32 = 90;

/// On how many of those days mail must have left for a domain to be one that we
/// often write to. A slip does not happen so often: somebody asks where the
/// letter is.
const OFTEN: u32 = 10;

/// How many domains are kept in mind.
const MOST: usize = 4096;

/// On which days mail left for which domain.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Correspondents {
    days: BTreeMap<Domain, Days>,
}

/// Days as bits: the lowest is the last day.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Days {
    /// The last day, counted from 1 January 1970 (UTC).
    last: i64,
    bits: u128,
}

/// A line of the file.
#[derive(Serialize, Deserialize)]
struct Line {
    v: u32,
    domain: Domain,
    last: i64,
    /// The bits, hexadecimal.
    days: String,
}

impl Days {
    /// With a day that is the last one, or was before.
    fn with(self, day: i64) -> Self {
        let ahead = day.saturating_sub(self.last);
        let (last, bits) = if ahead > 0 {
            (day, shifted(self.bits, ahead, u128::checked_shl) | 1)
        } else {
            let back = ahead.saturating_neg();
            (self.last, self.bits | shifted(1, back, u128::checked_shl))
        };
        Self { last, bits }
    }

    /// On how many of the [`DAYS`] days up to this one.
    fn count(self, day: i64) -> u32 {
        let gone = day.saturating_sub(self.last).max(0);
        let window = shifted(u128::MAX >> (128 - DAYS), gone, u128::checked_shr);
        (self.bits & window).count_ones()
    }
}

/// Shifted by days; nothing is left after 128.
fn shifted(bits: u128, days: i64, shift: fn(u128, u32) -> Option<u128>) -> u128 {
    let days = u32::try_from(days).unwrap_or(u32::MAX);
    shift(bits, days).unwrap_or(0)
}

fn day_of(at: Timestamp) -> i64 {
    at.days_since(Timestamp::from_unix_ms(0))
}

impl Correspondents {
    /// Mail left for a domain. Where 4096 are in mind already, the one that is
    /// written to the least gives way.
    pub fn note(&mut self, domain: &Domain, at: Timestamp) {
        let day = day_of(at);
        if let Some(days) = self.days.get_mut(domain) {
            *days = days.with(day);
            return;
        }
        if self.days.len() >= MOST {
            let least = self.days.iter();
            let least = least.min_by_key(|(_, days)| (days.count(day), days.last));
            if let Some(least) = least.map(|(domain, _)| domain.clone()) {
                self.days.remove(&least);
            }
        }
        let days = Days { last: day, bits: 1 };
        self.days.insert(domain.clone(), days);
    }

    /// The domains that we often write to: on 10 of the last 90 days or more;
    /// in order.
    pub fn often(&self, at: Timestamp) -> impl Iterator<Item = &Domain> {
        let day = day_of(at);
        let often = self.days.iter();
        often
            .filter(move |(_, days)| days.count(day) >= OFTEN)
            .map(|(domain, _)| domain)
    }

    /// Forgets what is over.
    pub fn forget(&mut self, at: Timestamp) {
        let day = day_of(at);
        self.days.retain(|_, days| days.count(day) > 0);
    }

    /// Reads what [`Correspondents::to_text`] wrote.
    ///
    /// # Errors
    /// At the first line that is none of it.
    pub fn read(text: &str) -> Result<Self, RegisterError> {
        let mut all = Self::default();
        entries::read(text, |line: Line| {
            if line.v != 1 {
                return Err(format!("format {} is from a later version", line.v));
            }
            let bits = u128::from_str_radix(&line.days, 16);
            let bits = bits.map_err(|_| String::from("its days are no hexadecimal number"))?;
            if all.days.len() < MOST {
                let last = line.last;
                all.days.insert(line.domain, Days { last, bits });
            }
            Ok(())
        })?;
        Ok(all)
    }

    /// One line of JSON a domain.
    pub fn to_text(&self) -> String {
        let lines = self.days.iter().map(|(domain, days)| Line {
            v: 1,
            domain: domain.clone(),
            last: days.last,
            days: format!("{:x}", days.bits),
        });
        let lines = lines.filter_map(|line| serde_json::to_string(&line).ok());
        lines.fold(String::new(), |text, line| text + &line + "\n")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn on(day: i64) -> Timestamp {
        Timestamp::from_unix_ms(43_200_000).after_days(day)
    }

    fn domain(number: usize) -> Domain {
        Domain::parse(&format!("d{number}.example")).unwrap()
    }

    #[test]
    fn ten_days_make_a_habit_and_many_messages_a_day_do_not() {
        let mut all = Correspondents::default();
        let one = domain(1);
        for _ in 0..500 {
            all.note(&one, on(100));
        }
        for day in 101..109 {
            all.note(&one, on(day));
        }
        assert_eq!(all.often(on(108)).count(), 0);
        all.note(&one, on(109));
        assert_eq!(all.often(on(109)).collect::<Vec<_>>(), [&one]);
        // The first of the ten days is over.
        assert_eq!(all.often(on(189)).count(), 1);
        assert_eq!(all.often(on(190)).count(), 0);
        all.forget(on(198));
        assert_ne!(all, Correspondents::default());
        all.forget(on(199));
        assert_eq!(all, Correspondents::default());
    }

    #[test]
    fn the_least_written_to_gives_way_when_there_are_too_many() {
        let mut all = Correspondents::default();
        for day in 0..10 {
            all.note(&domain(0), on(day));
        }
        for number in 1..=MOST {
            all.note(&domain(number), on(20 + i64::try_from(number).unwrap() % 3));
        }
        assert_eq!(all.days.len(), MOST);
        assert_eq!(all.often(on(22)).collect::<Vec<_>>(), [&domain(0)]);
    }

    #[test]
    fn a_line_that_is_wrong_is_named() {
        for line in [
            "x",
            r#"{"v":2,"domain":"a.example","last":1,"days":"1"}"#,
            r#"{"v":1,"domain":"a.example","last":1,"days":"x"}"#,
            r#"{"v":1,"domain":"","last":1,"days":"1"}"#,
        ] {
            let good = r#"{"v":1,"domain":"b.example","last":1,"days":"1"}"#;
            let error = Correspondents::read(&format!("{good}\n{line}\n")).unwrap_err();
            assert_eq!(error.line, 2, "{line}");
        }
    }

    proptest! {
        #[test]
        fn days_are_counted_as_a_set_of_days_would(
            noted in proptest::collection::vec((0_i64..300, 0_usize..3), 0..120), now in 0_i64..400,
        ) {
            let mut all = Correspondents::default();
            let mut noted_by_day = noted.clone();
            // Almost in order, as clocks are.
            noted_by_day.sort_by_key(|(day, _)| day / 3);
            for (day, number) in &noted_by_day {
                all.note(&domain(*number), on(*day));
            }
            let read = Correspondents::read(&all.to_text()).unwrap();
            prop_assert_eq!(&read, &all);
            let last = noted.iter().map(|(day, _)| *day).max().unwrap_or(0).max(now);
            let expected: Vec<Domain> = (0..3).map(domain).enumerate().filter(|(number, _)| {
                let days: BTreeSet<i64> = noted.iter().filter(|one| one.1 == *number)
                    .map(|one| one.0).filter(|day| *day > last - i64::from(DAYS)).collect();
                days.len() >= usize::try_from(OFTEN).unwrap()
            }).map(|(_, domain)| domain).collect();
            prop_assert_eq!(read.often(on(last)).cloned().collect::<Vec<_>>(), expected);
        }

        #[test]
        fn no_text_breaks_it(text in ".*") {
            let _ = Correspondents::read(&text);
        }
    }
}

//! How old the list that counts is, and when that is too old.

use std::mem::discriminant;

use super::register::Register;
use crate::timestamp::Timestamp;

/// From how many days without a new list on there is a warning.
const STALE_DAYS: i64 = 7;

/// From how many days without a new list on there is an alarm.
const OLD_DAYS: i64 = 30;

/// After how many days is said again that a list is too old.
const AGAIN_DAYS: i64 = 1;

/// How old the list is that counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Age {
    /// There is no list.
    NoList,
    /// It is a file that nobody imported: how old it is, nobody knows.
    NoHistory,
    /// Taken over lately.
    Fresh,
    /// Taken over so many days ago that there is a warning, 7 or more.
    Stale(i64),
    /// Taken over so many days ago that there is an alarm, 30 or more.
    Old(i64),
}

impl Age {
    /// The age of a register's last list at a moment.
    pub fn of(register: &Register, now: Timestamp) -> Self {
        let Some((at, ..)) = register.imports().next_back() else {
            return Self::NoList;
        };
        if at.unix_ms() == 0 {
            return Self::NoHistory;
        }
        match now.days_since(at) {
            days if days >= OLD_DAYS => Self::Old(days),
            days if days >= STALE_DAYS => Self::Stale(days),
            _ => Self::Fresh,
        }
    }

    /// Whether it is time to raise an alarm, and not only to warn.
    pub fn is_alarm(self) -> bool {
        matches!(self, Self::NoList | Self::Old(_))
    }

    /// What is wrong with it and how to mend that; nothing of a fresh list.
    pub fn complaint(self) -> Option<String> {
        match self {
            Self::Fresh => None,
            Self::NoList => Some(String::from(
                "there is no accredited list: nobody but our own and nhs.net counts as secure; \
                 gatepost recipients import takes one over",
            )),
            Self::NoHistory => Some(String::from(
                "the list is a file without history (recipients.accredited-list); import it to \
                 have dates, grace and alarms",
            )),
            Self::Stale(days) | Self::Old(days) => Some(format!(
                "the last list was taken over {days} days ago; fetch and import it anew"
            )),
        }
    }
}

/// Decides when the age of the list is to be said: at once when it becomes
/// another matter, and of one that is too old once a day.
#[derive(Clone, Copy, Debug, Default)]
pub struct AgeReminder {
    said: Option<(Age, Timestamp)>,
}

impl AgeReminder {
    /// Whether this age is to be said at this moment; it then counts as said.
    pub fn is_due(&mut self, age: Age, now: Timestamp) -> bool {
        let due = self.said.is_none_or(|(said, at)| {
            // How a site is set up is no news.
            let again = matches!(age, Age::NoList | Age::Stale(_) | Age::Old(_));
            discriminant(&said) != discriminant(&age) || again && now.days_since(at) >= AGAIN_DAYS
        });
        if due {
            self.said = Some((age, now));
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{AccreditedList, Act, Entry};

    const HOUR_MS: i64 = 3_600_000;

    fn hour(number: i64) -> Timestamp {
        Timestamp::from_unix_ms(number * HOUR_MS)
    }

    /// A register with a list that was taken over at an hour.
    fn register(number: i64) -> Register {
        let list = AccreditedList::parse(b"Organisation,Domain name\nA,a.example\n").unwrap();
        let mut register = Register::default();
        let (import, _) = register.compare(&list, "test");
        let by = String::from("test");
        let act = Act::Imported(Box::new(import));
        let at = hour(number);
        register.add(Entry { v: 1, at, by, act }).unwrap();
        register
    }

    #[test]
    fn a_list_is_stale_after_seven_days_and_old_after_thirty() {
        let register = register(1);
        let age = |hours: i64| Age::of(&register, hour(1 + hours));
        assert_eq!((age(0), age(7 * 24 - 1)), (Age::Fresh, Age::Fresh));
        assert_eq!(
            (age(7 * 24), age(30 * 24 - 1)),
            (Age::Stale(7), Age::Stale(29))
        );
        assert_eq!(age(30 * 24), Age::Old(30));
        // A clock that went back makes nothing old.
        assert_eq!(Age::of(&register, hour(0)), Age::Fresh);
        assert_eq!(Age::of(&Register::default(), hour(1)), Age::NoList);
        let mut unknown = Register::default();
        let list = AccreditedList::parse(b"Organisation,Domain name\nA,a.example\n").unwrap();
        unknown.start_with(&list);
        assert_eq!(Age::of(&unknown, hour(1)), Age::NoHistory);
    }

    #[test]
    fn what_is_too_old_is_said_when_it_becomes_so_and_once_a_day() {
        let register = register(1);
        let mut reminder = AgeReminder::default();
        let said: Vec<(i64, Age)> = (0..33 * 24)
            .map(|number| (number, Age::of(&register, hour(1 + number))))
            .filter(|(number, age)| reminder.is_due(*age, hour(1 + *number)))
            .collect();
        let expected: Vec<(i64, Age)> = [(0, Age::Fresh)]
            .into_iter()
            .chain((7..30).map(|day| (day * 24, Age::Stale(day))))
            .chain((30..33).map(|day| (day * 24, Age::Old(day))))
            .collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn that_a_list_has_no_history_is_said_once_and_that_there_is_none_every_day() {
        for (age, times) in [(Age::NoHistory, 1), (Age::NoList, 3), (Age::Fresh, 1)] {
            let mut reminder = AgeReminder::default();
            let said = (0..72).filter(|number| reminder.is_due(age, hour(*number)));
            assert_eq!(said.count(), times, "{age:?}");
        }
    }
}

//! Days as workbooks count them.
//!
//! Source: ECMA-376 part 1, 18.17.4.1. Day 1 is 1 January 1900, and day 60 is
//! 29 February 1900, which never was; or day 0 is 1 January 1904.

use std::fmt::Write;

use jiff::Span;
use jiff::civil::{Date, date};

/// From when a workbook counts its days.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(in crate::extract) enum Epoch {
    /// The usual one.
    #[default]
    Since1900,
    /// Of old programs for the Macintosh.
    Since1904,
}

/// The last day of the year 9999.
const LAST: f64 = 2_958_466.0;

/// A number of days as dd/mm/yyyy, hh:mm, or both; `None` if it is none.
pub(super) fn moment(value: f64, epoch: Epoch, with_date: bool, with_time: bool) -> Option<String> {
    if !(0.0..LAST).contains(&value) {
        return None;
    }
    // Half a second more is the next one: times are fractions that seldom fit.
    let seconds = whole((value.fract() * 86_400.0).round())?;
    let (days, seconds) = match seconds {
        86_400 => (whole(value.trunc())?.checked_add(1)?, 0),
        seconds => (whole(value.trunc())?, seconds),
    };
    let mut written = String::new();
    if with_date {
        let day = day(days, epoch)?;
        written = format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year());
    }
    if with_time && (!with_date || seconds > 0) {
        if with_date {
            written.push(' ');
        }
        let hours = seconds.checked_div(3_600)?;
        let hours = if with_date {
            hours
        } else {
            hours.saturating_add(days.saturating_mul(24))
        };
        let minutes = seconds.checked_div(60)?.checked_rem(60)?;
        let _ = write!(written, "{hours:02}:{minutes:02}");
        let left = seconds.checked_rem(60)?;
        if left > 0 {
            let _ = write!(written, ":{left:02}");
        }
    }
    Some(written)
}

fn day(days: i64, epoch: Epoch) -> Option<Date> {
    let from = match epoch {
        Epoch::Since1904 => date(1904, 1, 1),
        // The day that never was moves all before it.
        Epoch::Since1900 if days < 60 => date(1899, 12, 31),
        Epoch::Since1900 => date(1899, 12, 30),
    };
    from.checked_add(Span::new().try_days(days).ok()?).ok()
}

/// A whole number as one.
fn whole(value: f64) -> Option<i64> {
    format!("{value:.0}").parse().ok()
}

/// A date as XML writes it (`1970-05-31T00:00:00`) as people do; another text
/// as it is.
pub(super) fn from_iso(value: &str) -> String {
    let value = value.trim().trim_end_matches('Z');
    let (day, time) = value.split_once('T').unwrap_or((value, ""));
    let Ok(day) = day.parse::<Date>() else {
        return value.to_owned();
    };
    let written = format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year());
    match time {
        "" | "00:00:00" => written,
        time => format!("{written} {time}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(value: f64) -> Option<String> {
        moment(value, Epoch::Since1900, true, true)
    }

    #[test]
    fn days_are_counted_as_workbooks_do() {
        assert_eq!(day(1.0).as_deref(), Some("01/01/1900"));
        assert_eq!(day(59.0).as_deref(), Some("28/02/1900"));
        assert_eq!(day(61.0).as_deref(), Some("01/03/1900"));
        assert_eq!(day(25_569.0).as_deref(), Some("01/01/1970"));
        assert_eq!(day(2_958_465.0).as_deref(), Some("31/12/9999"));
        assert_eq!(day(2_958_466.0), None);
        assert_eq!(day(-1.0), None);
        let later = moment(24_107.0, Epoch::Since1904, true, false);
        assert_eq!(later.as_deref(), Some("01/01/1970"));
    }

    #[test]
    fn times_are_fractions() {
        assert_eq!(day(25_569.75).as_deref(), Some("01/01/1970 18:00"));
        assert_eq!(day(25_569.999_999_9).as_deref(), Some("02/01/1970"));
        let clock = moment(1.5, Epoch::Since1900, false, true);
        assert_eq!(clock.as_deref(), Some("36:00"));
    }

    #[test]
    fn dates_of_xml_read_as_dates() {
        assert_eq!(from_iso("1970-05-31T00:00:00"), "31/05/1970");
        assert_eq!(from_iso("1970-05-31T08:15:00Z"), "31/05/1970 08:15:00");
        assert_eq!(from_iso("943"), "943");
    }
}

//! A moment, handed in from outside: the core never asks for the time.
//!
//! **What is not here:** the clock; see [`crate::clock`], in the shell.

use std::fmt;

use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A day of 24 hours, in milliseconds.
const DAY_MS: i64 = 86_400_000;

/// Milliseconds since 1 January 1970, UTC.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment that lies `unix_ms` milliseconds after the epoch, clamped to
    /// the years 1 to 9998, which every format can write down.
    pub fn from_unix_ms(unix_ms: i64) -> Self {
        Self(unix_ms.clamp(-62_135_596_800_000, 253_370_764_799_999))
    }

    /// Milliseconds since the epoch.
    pub fn unix_ms(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch; moments before it count as the epoch.
    pub fn unix_seconds(self) -> u64 {
        u64::try_from(self.0.div_euclid(1000)).unwrap_or(0)
    }

    /// The moment so many days of 24 hours later.
    #[must_use]
    pub fn after_days(self, days: i64) -> Self {
        Self::from_unix_ms(self.0.saturating_add(days.saturating_mul(DAY_MS)))
    }

    /// How many whole days of 24 hours have gone by since an earlier moment; below
    /// zero since a later one.
    pub fn days_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(DAY_MS)
    }

    /// The form that a `Date:` header has (RFC 5322 section 3.3), in UTC.
    pub fn mail_date(self) -> String {
        rfc2822::to_string(&self.jiff().to_zoned(TimeZone::UTC)).unwrap_or_default()
    }

    /// The form that people read: `21 November 2026 at 14:05 UTC`.
    pub fn words(self) -> String {
        self.jiff().strftime("%-d %B %Y at %H:%M UTC").to_string()
    }

    /// The day alone, in UTC: `21 November 2026`.
    pub fn day(self) -> String {
        self.jiff().strftime("%-d %B %Y").to_string()
    }

    fn jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or_default()
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 with milliseconds, in UTC: `2026-11-21T14:05:00.000Z`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:.3}", self.jiff())
    }
}

impl From<Timestamp> for String {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.to_string()
    }
}

/// A text that is no RFC 3339 moment.
#[derive(Debug, thiserror::Error)]
#[error("not an RFC 3339 time such as 2026-11-21T14:05:00Z")]
pub struct TimestampError(#[source] jiff::Error);

impl TryFrom<String> for Timestamp {
    type Error = TimestampError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let parsed: jiff::Timestamp = text.parse().map_err(TimestampError)?;
        Ok(Self(parsed.as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_and_read_back_to_the_millisecond() {
        let at = Timestamp::from_unix_ms(1_795_270_321_042);
        assert_eq!(at.to_string(), "2026-11-21T14:12:01.042Z");
        assert_eq!(Timestamp::try_from(at.to_string()).unwrap(), at);
        assert_eq!(at.mail_date(), "Sat, 21 Nov 2026 14:12:01 +0000");
        assert_eq!(at.words(), "21 November 2026 at 14:12 UTC");
    }

    #[test]
    fn extreme_values_are_clamped_not_lost() {
        let far = Timestamp::from_unix_ms(i64::MAX);
        assert!(far.to_string().starts_with("9998-12-31"));
        assert_eq!(Timestamp::from_unix_ms(i64::MIN).unix_seconds(), 0);
    }
}

//! Times written as ten digits, as negative evidence.
//!
//! Three forms: `YYYYMMDDnn`, a date with a counter as in the serial of a DNS
//! zone (RFC 1912 section 2.2) or with the hour; `YYMMDDHHMM`; seconds since
//! 1970 (POSIX.1-2017, 4.16), ten digits since 2001.
//!
//! False friends, seen from here: many CHI numbers read as `YYMMDDHHMM`, so
//! this counts only against a number without a label.
//!
//! Specimens: 2002082901, a zone's serial; 1408827441, seconds in 2014.

/// Whether ten digits, as values 0 to 9 or in ASCII, begin with a date of 1900
/// to 2099: `YYYYMMDD` and two digits.
pub(crate) fn reads_as_date_and_more(digits: &[u8; 10]) -> bool {
    let [first, second, third, fourth, _] = pairs(digits);
    matches!(first, 19 | 20) && is_date(second, third, fourth)
}

/// Whether ten digits, as values 0 to 9 or in ASCII, are a date and a time of
/// day: `YYMMDDHHMM`.
pub(crate) fn reads_as_minute(digits: &[u8; 10]) -> bool {
    let [first, second, third, fourth, fifth] = pairs(digits);
    is_date(first, second, third) && fourth < 24 && fifth < 60
}

/// Whether ten digits, as values 0 to 9 or in ASCII, lie from 1,000,000,000 to
/// 2,099,999,999: September 2001 to July 2036 in seconds since 1970.
pub(crate) fn reads_as_epoch(digits: &[u8; 10]) -> bool {
    let [first, second, ..] = digits.map(|digit| digit & 0x0F);
    first == 1 || (first, second) == (2, 0)
}

/// The digits two by two as numbers.
fn pairs(digits: &[u8; 10]) -> [u8; 5] {
    let mut pairs = [0; 5];
    for (pair, two) in pairs.iter_mut().zip(digits.chunks_exact(2)) {
        // The low half of an ASCII digit is its value.
        let value = |number: u8, digit: &u8| {
            let digit = digit & 0x0F;
            number.saturating_mul(10).saturating_add(digit)
        };
        *pair = two.iter().fold(0, value);
    }
    pairs
}

/// Whether a day exists; of a year only the last two digits are told, so 29
/// February counts in each fourth year.
fn is_date(year: u8, month: u8, day: u8) -> bool {
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_with_a_counter_or_an_hour_are_seen() {
        for digits in [b"2002082901", b"1999123123", b"2024022900"] {
            assert!(reads_as_date_and_more(digits));
            assert!(reads_as_date_and_more(&digits.map(|digit| digit - b'0')));
        }
        for digits in [b"2002133201", b"2023022999", b"9434765919"] {
            assert!(!reads_as_date_and_more(digits));
        }
    }

    #[test]
    fn dates_with_a_time_of_day_are_seen() {
        assert!(reads_as_minute(b"2607231459"));
        for digits in [b"2607232499", b"2607231460", b"9434765919"] {
            assert!(!reads_as_minute(digits));
        }
    }

    #[test]
    fn seconds_of_our_years_are_seen() {
        for digits in [b"1000000000", b"1408827441", b"2099999999"] {
            assert!(reads_as_epoch(digits));
        }
        for digits in [b"0999999999", b"2100000000", b"9434765919"] {
            assert!(!reads_as_epoch(digits));
        }
    }
}

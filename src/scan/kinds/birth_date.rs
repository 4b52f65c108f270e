//! The date of birth.
//!
//! Forms: `04/03/1962`, `4.3.62`, `4 Mar 1962`, `4th of March 1962`,
//! `1962-03-04` (ISO 8601) and, after a label or under a heading only,
//! `19620304` and `04031962`. The day comes before the month, as in Britain.
//! The date must exist and the year lie in 1900 to 2099. Of years with two
//! digits 00 to 29 count as 2000 to 2029 and the rest as 1930 to 1999: no
//! clock is asked, so a birth in 1925 written `25` is given as 2025.
//!
//! A date of its own is an appointment or a letter's head, so a label must
//! stand directly before it.
//!
//! Signs: a real date, a label directly before. It counts in combinations.
//!
//! False friends: "born" in a history of someone else; dates of tests after a
//! heading; American dates, whose month comes first.

use super::boundary::{byte_before, is_word_byte};
use super::label::Labels;
use super::shape::Shape;
use crate::scan::evidence::Sign;

pub(crate) static LABELS: Labels = Labels::new(&[
    "date of birth",
    "d.o.b",
    "dob",
    "birth date",
    "birth dt",
    "birthday",
    "born",
    "d of b",
]);

/// Reads a labelled date at its first run of digits.
#[inline]
pub(crate) fn at_run(view: &[u8], start: usize, end: usize) -> Option<Shape> {
    if could_begin(view, start, end) {
        labelled(view, start, end)
    } else {
        None
    }
}

/// Whether the length of a run and what follows are a date's: a second number
/// with the same joint behind it, or a month's name. Nearly all other numbers
/// are dismissed by this.
#[inline]
pub(crate) fn could_begin(view: &[u8], start: usize, end: usize) -> bool {
    let length = end.saturating_sub(start);
    let next = end.saturating_add(1);
    let (Some(joint), Some(beyond)) = (view.get(end), view.get(next)) else {
        return length == 8;
    };
    let named = |at: usize| month_at(view, at).is_some() || starts_with(view, at, b"of ");
    match (length, *joint) {
        (8, _) => true,
        // With blanks between, single digits are a row of numbers.
        (1, b' ') if beyond.is_ascii_digit() => false,
        (1 | 2, b'/' | b'-' | b'.' | b' ') | (4, b'-' | b'/' | b'.') if beyond.is_ascii_digit() => {
            view.get(digits_end(view, next, 2)) == Some(joint)
        }
        (1 | 2, b'/' | b'-' | b'.' | b' ') => named(next),
        (1 | 2, letter) if letter.is_ascii_alphabetic() => {
            named(end) || (b"snrtSNRT".contains(&letter) && b"tdhTDH".contains(beyond))
        }
        _ => false,
    }
}

fn labelled(view: &[u8], start: usize, end: usize) -> Option<Shape> {
    // Most dates of a text have no label: that is soon seen.
    if !LABELS.directly_before(view, start) {
        return None;
    }
    let (to, value) = read(view, start, end)?;
    Some(Shape {
        start,
        end: to,
        value: value.text(),
        signs: vec![Sign::RealDate, Sign::LabelDirect],
    })
}

/// Reads a date without a label, at its first run of digits: for a column or
/// field that is known to hold dates of birth. Gives the offset behind it and
/// the date as `yyyy-mm-dd`.
pub(crate) fn date_at(view: &[u8], start: usize, end: usize) -> Option<(usize, String)> {
    let before = byte_before(view, start);
    let is_joint = matches!(before, Some(b'/' | b'-' | b'.'));
    if before.is_some_and(is_word_byte)
        || (is_joint && byte_before(view, start.checked_sub(1)?).is_some_and(is_word_byte))
    {
        return None;
    }
    let (to, date) = read(view, start, end)?;
    Some((to, date.text()))
}

/// A date that exists.
#[derive(Clone, Copy, Debug)]
struct Date {
    year: u16,
    month: u16,
    day: u16,
}

impl Date {
    fn new(year: u16, month: u16, day: u16) -> Option<Self> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        let exists = (1900..=2099).contains(&year) && (1..=days).contains(&day);
        exists.then_some(Self { year, month, day })
    }

    fn text(self) -> String {
        let Self { year, month, day } = self;
        let last = |number: u16| char::from_digit(u32::from(number % 10), 10).unwrap_or('0');
        // Written out: a table may have a date in every row.
        let letters = [
            last(year / 1000),
            last(year / 100),
            last(year / 10),
            last(year),
            '-',
            last(month / 10),
            last(month),
            '-',
            last(day / 10),
            last(day),
        ];
        letters.into_iter().collect()
    }
}

/// Reads a date; the number of digits tells its form.
fn read(view: &[u8], start: usize, end: usize) -> Option<(usize, Date)> {
    match end.saturating_sub(start) {
        1 | 2 => day_first(view, start, end),
        4 => year_first(view, start, end),
        8 => compact(view, start, end),
        _ => None,
    }
}

fn day_first(view: &[u8], start: usize, end: usize) -> Option<(usize, Date)> {
    let day = number(view, start, end)?;
    let (month, year_at) = match *view.get(end)? {
        joint @ (b'/' | b'-' | b'.' | b' ') if is_digit(view, end.saturating_add(1)) => {
            let from = end.saturating_add(1);
            let to = digits_end(view, from, 2);
            if view.get(to) != Some(&joint) {
                return None;
            }
            (number(view, from, to)?, to.saturating_add(1))
        }
        b' ' | b'-' | b'/' | b'.' | b'a'..=b'z' | b'A'..=b'Z' => named_month(view, end)?,
        _ => return None,
    };
    let to = digits_end(view, year_at, 4);
    let year = number(view, year_at, to)?;
    let year = match to.saturating_sub(year_at) {
        4 => year,
        2 if year < 30 => year.saturating_add(2000),
        2 => year.saturating_add(1900),
        _ => return None,
    };
    ends(view, to).then_some((to, Date::new(year, month, day)?))
}

/// Reads `th of March ` after a day: the month, and where the year begins.
fn named_month(view: &[u8], at: usize) -> Option<(u16, usize)> {
    let mut at = at;
    for ordinal in [b"st", b"nd", b"rd", b"th"] {
        if starts_with(view, at, ordinal) {
            at = at.saturating_add(2);
            break;
        }
    }
    at = skip_joint(view, at);
    if starts_with(view, at, b"of ") {
        at = at.saturating_add(3);
    }
    let (month, rest) = month_at(view, at)?;
    let letters = view.get(at..)?.iter().take(10);
    let length = letters
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let rest_at = at.saturating_add(3);
    let is_whole = length == rest.len().saturating_add(3) && starts_with(view, rest_at, rest);
    let is_sept = length == 4 && starts_with(view, at, b"sept");
    if length != 3 && !is_whole && !is_sept {
        return None;
    }
    at = at.saturating_add(length);
    // "4 Mar. 1962", "4 March, 1962", "4-Mar-62", "4 Mar '62", "4MAR1962".
    at = skip_joint(view, at);
    at = skip_joint(view, at);
    if view.get(at) == Some(&b'\'') {
        at = at.saturating_add(1);
    }
    Some((month, at))
}

/// The month whose first three letters stand here, and its other letters.
fn month_at(view: &[u8], at: usize) -> Option<(u16, &'static [u8])> {
    let [first, second, third] = *view.get(at..at.saturating_add(3))? else {
        return None;
    };
    let month: (u16, &[u8]) = match &[first, second, third].map(|byte| byte.to_ascii_lowercase()) {
        b"jan" => (1, b"uary"),
        b"feb" => (2, b"ruary"),
        b"mar" => (3, b"ch"),
        b"apr" => (4, b"il"),
        b"may" => (5, b""),
        b"jun" => (6, b"e"),
        b"jul" => (7, b"y"),
        b"aug" => (8, b"ust"),
        b"sep" => (9, b"tember"),
        b"oct" => (10, b"ober"),
        b"nov" => (11, b"ember"),
        b"dec" => (12, b"ember"),
        _ => return None,
    };
    Some(month)
}

fn year_first(view: &[u8], start: usize, end: usize) -> Option<(usize, Date)> {
    let joint = *view.get(end)?;
    if !matches!(joint, b'-' | b'/' | b'.') {
        return None;
    }
    let month_at = end.saturating_add(1);
    let month_end = digits_end(view, month_at, 2);
    if view.get(month_end) != Some(&joint) {
        return None;
    }
    let day_at = month_end.saturating_add(1);
    let to = digits_end(view, day_at, 2);
    let date = Date::new(
        number(view, start, end)?,
        number(view, month_at, month_end)?,
        number(view, day_at, to)?,
    )?;
    ends(view, to).then_some((to, date))
}

/// Eight digits: the year first, else the day.
fn compact(view: &[u8], start: usize, end: usize) -> Option<(usize, Date)> {
    if !ends(view, end) {
        return None;
    }
    let part = |from: usize, to: usize| {
        let at = |offset: usize| start.saturating_add(offset);
        number(view, at(from), at(to))
    };
    let date = Date::new(part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let date = date.or(Date::new(part(4, 8)?, part(2, 4)?, part(0, 2)?))?;
    Some((end, date))
}

/// Whether a date may end here: no further digits or letters, but a time may
/// follow (`T00:00`, ISO 8601).
fn ends(view: &[u8], at: usize) -> bool {
    match view.get(at) {
        None => true,
        Some(b'/' | b'-' | b'.') => !is_digit(view, at.saturating_add(1)),
        Some(b'T') => is_digit(view, at.saturating_add(1)),
        Some(byte) => !is_word_byte(*byte),
    }
}

fn number(view: &[u8], start: usize, end: usize) -> Option<u16> {
    let digits = view.get(start..end).filter(|digits| !digits.is_empty())?;
    digits.iter().try_fold(0_u16, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| byte.wrapping_sub(b'0'))?;
        number.checked_mul(10)?.checked_add(u16::from(digit))
    })
}

/// The end of the digits at `at`, at most `most` of them.
fn digits_end(view: &[u8], at: usize, most: usize) -> usize {
    let rest = view.get(at..).unwrap_or(b"").iter().take(most);
    at.saturating_add(rest.take_while(|byte| byte.is_ascii_digit()).count())
}

fn is_digit(view: &[u8], at: usize) -> bool {
    view.get(at).is_some_and(u8::is_ascii_digit)
}

fn starts_with(view: &[u8], at: usize, word: &[u8]) -> bool {
    view.get(at..at.saturating_add(word.len()))
        .is_some_and(|bytes| bytes.eq_ignore_ascii_case(word))
}

fn skip_joint(view: &[u8], at: usize) -> usize {
    match view.get(at) {
        Some(b' ' | b'-' | b'/' | b'.' | b',') => at.saturating_add(1),
        _ => at,
    }
}

#[cfg(test)]
mod tests {
    use super::super::suite::{found, none};
    use super::*;

    #[test]
    fn the_forms_people_write_give_one_date() {
        for text in [
            "DOB 04/03/1962",
            "dob: 4/3/62",
            "D.O.B. 04.03.1962",
            "Date of birth: 04-03-1962",
            "born on 4 March 1962.",
            "born 4th of March, 1962",
            "born on the 4th March 1962",
            "DOB: 04-Mar-1962",
            "DOB 4 Mar '62",
            "DOB=04MAR1962",
            "DOB 4 Mar. 1962",
            "DOB04/03/1962",
            "dob 04 03 1962",
            "date_of_birth,1962/03/04",
            "DOB: 19620304",
            "DOB: 04031962",
            "{\"birthDate\":\"1962-03-04\"}",
            "<birthDate value=\"1962-03-04\"/>",
            "birthDate 1962-03-04T00:00:00Z",
            "Date of birth (dd/mm/yyyy): 04/03/1962",
        ] {
            assert_eq!(found(at_run, text).value, "1962-03-04", "{text}");
        }
        let shape = found(at_run, "x DOB 04/03/1962, y");
        assert_eq!((shape.start, shape.end), (6, 16));
    }

    #[test]
    fn leap_days_and_the_pivot() {
        assert_eq!(found(at_run, "DOB 29/02/2000").value, "2000-02-29");
        none(at_run, "DOB 29/02/1900");
        assert_eq!(found(at_run, "DOB 01/01/30").value, "1930-01-01");
        assert_eq!(found(at_run, "DOB 01/01/29").value, "2029-01-01");
    }

    #[test]
    fn without_a_label_or_a_real_date_there_is_none() {
        for text in [
            "04/03/1962",
            "seen 04/03/1962",
            "DOB 31/02/1962",
            "DOB 04/13/1962",
            "DOB 00/03/1962",
            "DOB 04/03/1862",
            "DOB 04/03/19621",
            "DOB 04/03/196",
            "DOB 04/03-1962",
            "DOB 4 Marching 1962",
            "DOB 12 34 56",
            "DOB 99999999",
            "DOB unknown, seen 04/03/1962",
        ] {
            none(at_run, text);
        }
    }

    #[test]
    fn a_cell_needs_no_label() {
        let cell = |text: &str, end| date_at(text.as_bytes(), 0, end);
        assert_eq!(cell("04/03/1962,x", 2), Some((10, "1962-03-04".to_owned())));
        assert_eq!(cell("19620304", 8), Some((8, "1962-03-04".to_owned())));
        assert_eq!(cell("12345678", 8), None);
        assert_eq!(date_at(b"1/04/03/1962", 2, 4), None);
    }
}

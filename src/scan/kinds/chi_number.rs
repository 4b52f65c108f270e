//! The CHI number.
//!
//! Issued to every patient in Scotland (Community Health Index; NHS Data
//! Dictionary, COMMUNITY HEALTH INDEX NUMBER): the date DDMMYY, two digits, a
//! digit for the sex (even female, odd male), a check digit by modulus 11;
//! written as 6-4. Since the first of January ran out of numbers, some may
//! carry a check digit by modulus 10 (Luhn): accepted for the prefix `0101`
//! unless `rules/identifiers/nhs-number.toml` says otherwise.
//!
//! False friends: dates with four digits more (`2002082901`, the serial of a
//! zone); American telephones whose first six digits are a date.
//!
//! The date need not be the patient's birthday, so it says nothing else here.
//! Spreadsheets lose the leading zero: nine digits count under a CHI label.

/// Words that make nine digits a CHI number without its leading zero.
pub(crate) const LABELS: [&str; 6] = [
    "chi",
    "chi no",
    "chi number",
    "chi num",
    "chi id",
    "community health index",
];

/// Whether the first six digits are a date. Years have two digits, so 29
/// February counts when either century has it.
pub fn has_date(digits: &[u8; 10]) -> bool {
    let [d1, d2, m1, m2, y1, y2, ..] = *digits;
    let pair = |tens: u8, units: u8| tens.saturating_mul(10).saturating_add(units);
    let (day, month, year) = (pair(d1, d2), pair(m1, m2), pair(y1, y2));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        // 1900 had no 29 February, 2000 had.
        2 if year % 4 == 0 => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

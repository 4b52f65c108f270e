//! What all kinds promise: no panic, what the grammar makes is found, a wrong
//! check is not.

use super::shape::Shape;
use super::{
    birth_date, driving_licence, iban, nino, passport, payment_card, postcode, staff_number,
};

pub(crate) type Reader = fn(&[u8], usize, usize) -> Option<Shape>;

pub(crate) const READERS: [(&str, Reader); 8] = [
    ("nino", nino::at_run),
    ("postcode", postcode::at_run),
    ("birth date", birth_date::at_run),
    ("passport", passport::at_run),
    ("driving licence", driving_licence::at_run),
    ("payment card", payment_card::at_run),
    ("iban", iban::at_run),
    ("staff number", staff_number::at_run),
];

/// The maximal runs of digits.
pub(crate) fn runs(view: &[u8]) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut at = 0;
    while at < view.len() {
        let start = at;
        while at < view.len() && view[at].is_ascii_digit() {
            at += 1;
        }
        if at > start {
            runs.push((start, at));
        } else {
            at += 1;
        }
    }
    runs
}

pub(crate) fn all(reader: Reader, view: &[u8]) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for (start, end) in runs(view) {
        if let Some(shape) = reader(view, start, end) {
            assert!(shape.start <= start && start < shape.end && shape.end <= view.len());
            assert!(!shape.value.is_empty() && !shape.signs.is_empty());
            shapes.push(shape);
        }
    }
    shapes
}

/// The only shape of a text.
pub(crate) fn found(reader: Reader, text: &str) -> Shape {
    let mut shapes = all(reader, text.as_bytes());
    assert_eq!(shapes.len(), 1, "{text}");
    shapes.remove(0)
}

/// Asserts that a text holds none.
pub(crate) fn none(reader: Reader, text: &str) {
    assert_eq!(all(reader, text.as_bytes()).len(), 0, "{text}");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{book_number, label, phone, time_stamp};
    use super::*;

    /// Bytes from an alphabet in which shapes are frequent.
    fn likely_bytes() -> impl Strategy<Value = Vec<u8>> {
        const ALPHABET: &[u8] = b"0123456789012349999 --/.:,+()AABBCCGMNDOQZborn\n\"'@=_\x80\x81";
        let pieces = prop_oneof![
            8 => prop::sample::select(ALPHABET).prop_map(|byte| vec![byte]),
            1 => prop::sample::select(vec![
                "DOB ", "passport no ", "NI ", "GMC", "NMC PIN ", "iban ", "tel ", "isbn ", "value=\"",
                "GB29", "DE89", "MORGA", "4111", "March", "19620304", "0044", "+44 ", "978-", "GIR ",
                "www.", "://", " no", "M1 1AA", "JG103759A",
            ])
            .prop_map(|text| text.as_bytes().to_vec()),
        ];
        prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat())
    }

    fn touch_everything(view: &[u8]) {
        let runs = runs(view);
        for (_, reader) in READERS {
            all(reader, view);
        }
        for (start, end) in runs {
            birth_date::date_at(view, start, end);
            let farther = view.len().min(end + 4);
            for end in [end, farther] {
                phone::covers(view, start, end);
                book_number::covers(view, start, end);
            }
            let word = &view[start..end];
            if let Ok(ten) = <&[u8; 10]>::try_from(word) {
                time_stamp::reads_as_date_and_more(ten);
                time_stamp::reads_as_epoch(ten);
            }
        }
    }

    /// What may stand around a value without being part of it.
    const AROUND: [(&str, &str); 8] = [
        ("", ""),
        (" ", " "),
        ("(", ")"),
        ("x, ", ", y"),
        ("\n", "\n"),
        ("\"", "\""),
        ("is ", "."),
        ("\t", "\t"),
    ];

    fn luhn_digit(stem: &[u8]) -> u8 {
        let mut sum = 0_u32;
        for (index, digit) in stem.iter().rev().enumerate() {
            let doubled = u32::from(*digit) * if index % 2 == 0 { 2 } else { 1 };
            sum += doubled / 10 + doubled % 10;
        }
        u8::try_from((10 - sum % 10) % 10).unwrap()
    }

    fn iban_of(country: &str, body: &str) -> String {
        let digits: String = format!("{body}{country}00")
            .chars()
            .map(|character| character.to_digit(36).unwrap().to_string())
            .collect();
        let rest = digits.bytes().fold(0_u32, |rest, byte| {
            (rest * 10 + u32::from(byte - b'0')) % 97
        });
        format!("{country}{:02}{body}", 98 - rest)
    }

    fn grouped(text: &str, sizes: &[usize], joint: &str) -> String {
        let mut groups = Vec::new();
        let mut rest = text;
        for size in sizes.iter().cycle() {
            if rest.len() <= *size {
                break;
            }
            groups.push(&rest[..*size]);
            rest = &rest[*size..];
        }
        groups.push(rest);
        groups.join(joint)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

        #[test]
        fn nothing_panics_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            touch_everything(&bytes);
        }

        #[test]
        fn nothing_panics_on_likely_bytes(bytes in likely_bytes()) {
            touch_everything(&bytes);
        }

        #[test]
        fn nothing_panics_on_any_span(bytes in likely_bytes(), start in 0_usize..300, end in 0_usize..300) {
            for (_, reader) in READERS {
                let _ = reader(&bytes, start, end);
            }
            birth_date::date_at(&bytes, start, end);
            phone::covers(&bytes, start, end);
            book_number::covers(&bytes, start, end);
            label::directly_before(&bytes, start, &["dob", "ni"]);
        }

        #[test]
        fn ninos_are_found(
            prefix in "[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]", digits in "[0-9]{6}", suffix in "[A-D]",
            layout in 0_usize..4, lower: bool, around in prop::sample::select(&AROUND[..]),
        ) {
            prop_assume!(!["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].contains(&prefix.as_str()));
            let value = format!("{prefix}{digits}{suffix}");
            let mut text = match layout {
                0 => value.clone(),
                1 => grouped(&value, &[2], " "),
                2 => grouped(&value, &[2], "-"),
                _ => format!("{prefix} {digits}{suffix}"),
            };
            if lower {
                text = text.to_ascii_lowercase();
            }
            let text = format!("{}{text}{}", around.0, around.1);
            prop_assert_eq!(found(nino::at_run, &text).value, value);
        }

        #[test]
        fn postcodes_are_found(
            area in prop::sample::select(vec!["B", "M", "W", "LS", "EC", "SW", "BT", "ZE", "JE"]),
            district in "([0-9]|[1-9][0-9]|[0-9][ABEHW])", inward in "[0-9][ABD-HJLNP-UW-Z]{2}", blank: bool,
            around in prop::sample::select(&AROUND[..]),
        ) {
            let last = district.as_bytes()[district.len() - 1];
            prop_assume!(!last.is_ascii_alphabetic() || area.len() == 2 || b"ABEHW".contains(&last));
            let joint = if blank { " " } else { "" };
            let text = format!("{}{area}{district}{joint}{inward}{}", around.0, around.1);
            let shape = found(postcode::at_run, &text);
            prop_assert_eq!(shape.value, format!("{area}{district}{inward}"));
        }

        #[test]
        fn birth_dates_are_found(
            day in 1_u16..=28, month in 1_usize..=12, year in 1900_u16..=2099, form in 0_usize..7,
            label in prop::sample::select(vec!["DOB ", "D.O.B: ", "date of birth is ", "\"birthDate\":\"", "born on "]),
        ) {
            const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
            let name = NAMES[month - 1];
            let date = match form {
                0 => format!("{day:02}/{month:02}/{year}"),
                1 => format!("{day}.{month}.{year}"),
                2 => format!("{day} {name} {year}"),
                3 => format!("{day:02}-{name}-{year}"),
                4 => format!("{year}-{month:02}-{day:02}"),
                5 => format!("{year}{month:02}{day:02}"),
                _ => format!("{day}th {name} {year}"),
            };
            let expected = format!("{year}-{month:02}-{day:02}");
            let shape = found(birth_date::at_run, &format!("{label}{date}."));
            prop_assert_eq!(&shape.value, &expected);
            prop_assert_eq!(all(birth_date::at_run, format!("seen {date}.").as_bytes()).len(), 0);
            let end = date.bytes().take_while(u8::is_ascii_digit).count();
            prop_assert_eq!(birth_date::date_at(date.as_bytes(), 0, end), Some((date.len(), expected)));
        }

        #[test]
        fn passports_are_found(number in "([A-Z]{2}[0-9]{7}|[0-9]{9})", label in prop::sample::select(vec!["passport ", "Passport No: ", "passport_number="])) {
            let shape = found(passport::at_run, &format!("{label}{number};"));
            prop_assert_eq!(&shape.value, &number);
            prop_assert_eq!(all(passport::at_run, number.as_bytes()).len(), 0);
        }

        #[test]
        fn driver_numbers_are_found(
            surname in "([A-Z]{5}|[A-Z]{4}9|[A-Z]{3}99|[A-Z]{2}999|[A-Z]9999)", decade in "[0-9]",
            month in "(0[1-9]|1[0-2]|5[1-9]|6[0-2])", day in "(0[1-9]|1[0-9]|2[0-8])", year in "[0-9]",
            tail in "[A-Z][A-Z9][0-9][A-Z]{2}", blanks: bool, around in prop::sample::select(&AROUND[..]),
        ) {
            let value = format!("{surname}{decade}{month}{day}{year}{tail}");
            let text = if blanks {
                format!("{surname} {decade}{month}{day}{year} {tail}")
            } else {
                value.clone()
            };
            let text = format!("{}{text}{}", around.0, around.1);
            prop_assert_eq!(found(driving_licence::at_run, &text).value, value);
        }

        #[test]
        fn cards_are_found_and_wrong_check_digits_are_not(
            prefix in prop::sample::select(vec![("4", 16), ("51", 16), ("2300", 16), ("37", 15), ("6011", 16), ("36", 14), ("3530", 16), ("6759", 19), ("62", 16)]),
            fill in prop::collection::vec(0_u8..10, 19), layout in 0_usize..3, wrong in 1_u8..10,
            around in prop::sample::select(&AROUND[..]),
        ) {
            let (prefix, length) = prefix;
            let mut digits: Vec<u8> = prefix.bytes().map(|byte| byte - b'0').collect();
            digits.extend(&fill);
            digits.truncate(length - 1);
            digits.push(luhn_digit(&digits));
            let text = |digits: &[u8]| {
                let run: String = digits.iter().map(|digit| char::from(digit + b'0')).collect();
                let sizes: &[usize] = match length { 15 => &[4, 6, 5], 14 => &[4, 6, 4], _ => &[4] };
                let shown = match layout { 0 => run.clone(), 1 => grouped(&run, sizes, " "), _ => grouped(&run, sizes, "-") };
                (run, format!("{}{shown}{}", around.0, around.1))
            };
            let (run, right) = text(&digits);
            prop_assert_eq!(found(payment_card::at_run, &right).value, run);
            digits[length - 1] = (digits[length - 1] + wrong) % 10;
            // The first sixteen of nineteen digits may pass on their own.
            prop_assume!(length != 19 || layout == 0);
            prop_assert_eq!(all(payment_card::at_run, text(&digits).1.as_bytes()).len(), 0);
        }

        #[test]
        fn ibans_are_found_and_wrong_check_digits_are_not(
            country in prop::sample::select(vec![("GB", 22), ("DE", 22), ("NO", 15), ("FR", 27), ("MT", 31), ("RU", 33)]),
            fill in "[A-Z0-9]{40}", blanks: bool, wrong in 1_u32..96, around in prop::sample::select(&AROUND[..]),
        ) {
            let (country, length) = country;
            let value = iban_of(country, &fill[..length - 4]);
            let text = |value: &str| {
                let shown = if blanks { grouped(value, &[4], " ") } else { value.to_owned() };
                format!("{}{shown}{}", around.0, around.1)
            };
            let first: Vec<_> = all(iban::at_run, text(&value).as_bytes());
            prop_assert!(first.iter().any(|shape| shape.value == value));
            let check: u32 = value[2..4].parse().unwrap();
            let other = (check - 2 + wrong) % 97 + 2;
            let altered = format!("{country}{other:02}{}", &value[4..]);
            prop_assert!(all(iban::at_run, text(&altered).as_bytes()).iter().all(|shape| shape.value != altered));
        }

        #[test]
        fn staff_numbers_are_found(gmc in "[0-9]{7}", pin in "[0-9]{2}[A-Z][0-9]{4}[A-Z]") {
            prop_assert_eq!(found(staff_number::at_run, &format!("Dr A, GMC no {gmc}.")).value, gmc);
            prop_assert_eq!(found(staff_number::at_run, &format!("Nurse B (NMC PIN {pin})")).value, pin);
        }
    }

    #[test]
    fn a_shape_does_not_show_its_value() {
        let shape = found(nino::at_run, "JG103759A");
        assert!(!format!("{shape:?}").contains("103759"));
    }
}

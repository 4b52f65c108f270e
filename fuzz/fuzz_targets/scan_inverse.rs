//! The inverse: a number, a layout and what stands around it are chosen by the
//! bytes; a labelled number must be found, and nothing that isn't valid.
#![no_main]

use gatepost::extract::extract;
use gatepost::limits::Limits;
use gatepost::mail::Message;
use gatepost::scan::Scanner;
use libfuzzer_sys::fuzz_target;

const SEPARATORS: [&str; 12] = [
    " ", "-", ".", "/", "\u{a0}", "\u{2011}", "\u{2013}", "\u{202f}", "  ", "", "\u{200b}", "\t",
];
const LABELS: [&str; 6] = ["NHS No ", "NHS number: ", "NHS Number is ", "nhs_number=", "NHSNo:", "CHI no "];

fuzz_target!(|bytes: &[u8]| {
    let [label, separator, digits @ ..] = bytes else { return };
    if digits.len() < 8 {
        return;
    }
    let first = [4, 6, 7, 9][usize::from(digits[0] % 4)];
    let mut number = vec![first];
    number.extend(digits[..8].iter().map(|byte| byte % 10));
    let sum: u32 = number.iter().zip((2..=10).rev()).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    let check = (11 - sum % 11) % 11;
    if check == 10 || number.iter().all(|digit| *digit == first) {
        return;
    }
    let number: String = number.iter().map(ToString::to_string).collect::<String>() + &check.to_string();
    if number == "9876543210" {
        return;
    }
    let separator = SEPARATORS[usize::from(*separator) % SEPARATORS.len()];
    let label = LABELS[usize::from(*label) % LABELS.len()];
    let around: String = String::from_utf8_lossy(&digits[8..])
        .chars()
        .filter(|letter| letter.is_alphabetic() || *letter == '\n')
        .take(200)
        .collect();
    let shown = [&number[..3], &number[3..6], &number[6..]].join(separator);
    let raw = format!(
        "Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{around} {label}{shown}, {around}\r\n"
    );
    let limits = Limits::default();
    let (texts, _) = extract(&Message::parse(raw.clone().into_bytes(), &limits), &limits);
    static SCANNER: std::sync::LazyLock<Scanner> = std::sync::LazyLock::new(Scanner::built_in);
    let found = SCANNER.scan(&texts).findings;
    assert!(
        found.iter().any(|finding| *finding.value.reveal() == number),
        "{raw:?}"
    );
});

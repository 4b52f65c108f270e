//! The inverse: a number, a layout, an encoding, a carrier and what stands
//! around are chosen by the bytes; a labelled number must be found.
#![no_main]

use std::sync::LazyLock;

use base64::Engine as _;
use gatepost::extract::{InProcess, extract};
use gatepost::limits::Limits;
use gatepost::mail::Message;
use gatepost::scan::Scanner;
use libfuzzer_sys::fuzz_target;

const SEPARATORS: [&str; 14] = [
    " ", "-", ".", "/", "\u{a0}", "\u{2011}", "\u{2013}", "\u{202f}", "  ", "", "\u{200b}", "\t", "|", "\r\n> > ",
];
const LABELS: [&str; 8] = [
    "NHS No ", "NHS number: ", "NHS Number is ", "nhs_number=", "NHSNo:", "CHI no ", "H&C Number: ", "N.H.S. No. ",
];
static SCANNER: LazyLock<Scanner> = LazyLock::new(Scanner::built_in);

fuzz_target!(|bytes: &[u8]| {
    let [label, separator, script, encoding, carrier, digits @ ..] = bytes else { return };
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
    let around = around.replace('\n', "\r\n");
    let shown = [&number[..3], &number[3..6], &number[6..]].join(separator);
    let shown: String = shown.chars().map(|letter| in_script(letter, *script)).collect();
    let html = carrier % 3 == 1;
    let text = format!("{around} {label}{shown}, {around}");
    let text = if html {
        format!("<p>{}</p>", text.replace('&', "&amp;").replace('>', "&gt;").replace("\r\n", "<br>\r\n"))
    } else {
        text
    };
    let (charset, coded) = match encoding / 4 % 3 {
        0 => ("utf-8", text.into_bytes()),
        1 => ("utf-16le", text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        _ => ("utf-16be", text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
    };
    let (transfer, body) = match encoding % 4 {
        0 if charset == "utf-8" => ("8bit", coded),
        1 => ("quoted-printable", quoted_printable(&coded, *encoding)),
        _ => ("base64", wrapped(&base64::engine::general_purpose::STANDARD.encode(&coded))),
    };
    let kind = if html { "text/html" } else { "text/plain" };
    let head = format!("Content-Type: {kind}; charset={charset}\r\nContent-Transfer-Encoding: {transfer}\r\n\r\n");
    let mut raw = b"Subject: x\r\nMIME-Version: 1.0\r\n".to_vec();
    if carrier % 3 == 2 {
        raw.extend(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee attached\r\n--b\r\nContent-Disposition: attachment\r\n");
        raw.extend(head.bytes());
        raw.extend(&body);
        raw.extend(b"\r\n--b--\r\n");
    } else {
        raw.extend(head.bytes());
        raw.extend(&body);
        raw.extend(b"\r\n");
    }
    let limits = Limits::default();
    let message = Message::parse(raw.clone(), &limits);
    let texts = extract(&message, &limits, &InProcess).texts;
    let found = SCANNER.scan(&texts).findings;
    assert!(
        found.iter().any(|finding| *finding.value.reveal() == number),
        "{}",
        String::from_utf8_lossy(&raw)
    );
});

/// A digit in another script.
fn in_script(letter: char, script: u8) -> char {
    let Some(digit) = letter.to_digit(10) else { return letter };
    let zero = [0x30, 0x30, 0x30, 0xFF10, 0x0660, 0x1D7CE][usize::from(script) % 6];
    char::from_u32(zero + digit).unwrap_or(letter)
}

/// Every byte or some escaped, soft breaks anywhere.
fn quoted_printable(bytes: &[u8], how: u8) -> Vec<u8> {
    let mut out = Vec::new();
    let mut column = 0;
    for byte in bytes {
        let plain = byte.is_ascii_alphanumeric() && how & 0x40 == 0;
        let piece = if plain { char::from(*byte).to_string() } else { format!("={byte:02X}") };
        if column + piece.len() > 10 + usize::from(how % 60) {
            out.extend(b"=\r\n");
            column = 0;
        }
        column += piece.len();
        out.extend(piece.bytes());
    }
    out
}

fn wrapped(text: &str) -> Vec<u8> {
    let lines: Vec<&[u8]> = text.as_bytes().chunks(76).collect();
    lines.join(&b"\r\n"[..])
}

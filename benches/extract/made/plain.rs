//! Texts and records: nothing is packed.

use std::fmt::Write as _;

use super::{COLUMNS, cell};

pub(super) fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

pub(super) fn html(text: &str) -> String {
    let mut out = String::from("<html><body>\n");
    for line in text.lines() {
        let _ = writeln!(out, "<p class=\"line\">{line}<br></p>");
    }
    out + "</body></html>\n"
}

pub(super) fn rtf(text: &str) -> String {
    let mut out = String::from("{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}}\n");
    for line in text.lines() {
        let _ = writeln!(out, "\\pard\\f0\\fs22 {line}\\par");
    }
    out + "}"
}

pub(super) fn json(text: &str) -> String {
    let lines = text.lines();
    let lines: Vec<String> = lines
        .map(|line| format!("{{\"resourceType\":\"Observation\",\"note\":\"{line}\"}}"))
        .collect();
    format!("[{}]", lines.join(",\n"))
}

pub(super) fn xml(text: &str) -> String {
    let mut out = String::from("<?xml version=\"1.0\"?>\n<lines>\n");
    for line in text.lines() {
        let _ = writeln!(out, "<line kind=\"prose\">{line}</line>");
    }
    out + "</lines>\n"
}

pub(super) fn ics(text: &str) -> String {
    let mut out = String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
    for line in text.lines() {
        let _ = write!(
            out,
            "BEGIN:VEVENT\r\nSUMMARY:{line}\r\n  and more\r\nEND:VEVENT\r\n"
        );
    }
    out + "END:VCALENDAR\r\n"
}

pub(super) fn csv(rows: usize) -> String {
    let mut out = String::new();
    for row in 0..rows {
        for column in 0..COLUMNS {
            let _ = match cell(row, column) {
                Ok(text) => write!(out, "\"{text}\","),
                Err(number) => write!(out, "{number},"),
            };
        }
        out.push_str("\r\n");
    }
    out
}

//! Files of each format with the same prose in them, written by hand or by the
//! libraries that are there anyway.

mod archives;
mod documents;
mod pdf;
mod plain;
mod sheets;

use archives::{bzip2, gzip, seven_zip, tar, zipped};
use documents::{odt, pptx};
use plain::{csv, html, ics, json, rtf, utf_16, xml};
use sheets::ods;

use crate::support::prose;

pub(crate) use documents::docx;
pub(crate) use pdf::{pdf, pdf_with};
pub(crate) use sheets::{xls, xlsx};

/// A file and how many bytes are in it once it is unpacked.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) format: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) unpacked: usize,
}

/// Sheets have this many columns: texts and numbers in turn.
const COLUMNS: usize = 8;

/// One file of each format, of about `size` bytes of text.
pub(crate) fn all(size: usize) -> Vec<Made> {
    let text = prose::text(size, 11);
    let plain = |format, bytes: Vec<u8>| Made {
        format,
        unpacked: bytes.len(),
        bytes,
    };
    let packed = |format, bytes| Made {
        format,
        unpacked: text.len(),
        bytes,
    };
    let rows = size / 80;
    let mut made = vec![
        plain("txt", text.clone().into_bytes()),
        plain("utf-16", utf_16(&text)),
        plain("csv", csv(rows).into_bytes()),
        plain("html", html(&text).into_bytes()),
        plain("rtf", rtf(&text).into_bytes()),
        plain("json", json(&text).into_bytes()),
        plain("xml", xml(&text).into_bytes()),
        plain("ics", ics(&text).into_bytes()),
        plain("eml", prose::message(size, 11)),
        plain("tar", tar(&text)),
        packed("zip", zipped(&[("letter.txt", text.clone())])),
        packed("gz", gzip(&text)),
        packed("bz2", bzip2(&text)),
        packed("7z", seven_zip(&text)),
    ];
    for (format, (bytes, unpacked)) in [
        ("pdf", pdf(size / 2500)),
        ("docx", docx(&text)),
        ("pptx", pptx(&text)),
        ("odt", odt(&text)),
        ("ods", ods(rows)),
        ("xlsx", xlsx(rows)),
        ("xls", xls(rows.min(65_000))),
    ] {
        made.push(Made {
            format,
            bytes,
            unpacked,
        });
    }
    made
}

/// How many cells a sheet of so many rows has.
pub(crate) fn cells(rows: usize) -> usize {
    rows * COLUMNS
}

/// The cell of a sheet: text in even columns, a number in odd ones.
fn cell(row: usize, column: usize) -> Result<String, usize> {
    if column.is_multiple_of(2) {
        Ok(format!("row {row} of {column}"))
    } else {
        Err(row * 7 + column)
    }
}

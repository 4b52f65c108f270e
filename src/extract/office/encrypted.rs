//! Encrypted Office documents: an OLE container with the package as one
//! encrypted stream (MS-OFFCRYPTO 2.3.4).
//!
//! Trap: Excel and its kin encrypt what is only protected against changes
//! with a password that they all know, and open it silently (2.4.2.3): it is
//! as readable as plain text. Everything else is said as encrypted, documents
//! under rights management (2.2) too. Streams' names don't count case.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use crate::extract::office::{decrypt, strings};
use crate::extract::sink::{Sink, Spot};
use crate::mail::GapReason;

/// Reads the file.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let opened = cfb::CompoundFile::open(Cursor::new(Cow::Borrowed(bytes)))
        .or_else(|_| cfb::CompoundFile::open(Cursor::new(Cow::Owned(filled(bytes)))));
    let Ok(mut container) = opened else {
        // The names of its streams say that it is encrypted.
        sink.gap(Spot::default(), GapReason::Encrypted);
        return;
    };
    let streams: Vec<_> = container
        .read_root_storage()
        .filter(cfb::Entry::is_stream)
        .map(|entry| (entry.name().to_ascii_lowercase(), entry.path().to_owned()))
        .collect();
    let mut info = Vec::new();
    let mut package = Vec::new();
    for (name, path) in streams {
        let Ok(stream) = container.open_stream(&path) else {
            sink.gap(Spot::default(), GapReason::Broken);
            continue;
        };
        // A stream is a part of the file: none is longer.
        let most = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let mut content = Vec::new();
        if stream.take(most).read_to_end(&mut content).is_err() {
            sink.gap(Spot::default(), GapReason::Truncated);
        }
        match name.as_str() {
            "encryptioninfo" => info = content,
            "encryptedpackage" => package = content,
            // Properties may stand beside the package in the clear.
            _ => sink.text(Spot::default(), strings::of(&content)),
        }
    }
    match decrypt::package(&info, &package) {
        Some(bytes) => sink.file(Spot::default(), "", "", bytes),
        None => sink.gap(Spot::default(), GapReason::Encrypted),
    }
}

/// The bytes of a container with zeros behind: some writers leave out the last
/// sectors that its table counts (MS-CFB 2.3), 128 for each sector of it.
fn filled(bytes: &[u8]) -> Vec<u8> {
    let mut filled = bytes.to_vec();
    let table = 128 * 512;
    filled.resize(bytes.len().next_multiple_of(table).saturating_add(512), 0);
    filled
}

#[cfg(test)]
mod tests {
    use crate::extract::suite;

    #[test]
    fn what_needs_a_password_is_said_as_encrypted() {
        for name in [
            "protected_normal_case.docx",
            "protected_upper_case.docx",
            "testEXCEL_protected_passtika.xlsx",
        ] {
            let Some(bytes) = suite::corpus(&format!("tika/{name}")) else {
                return;
            };
            let reading = suite::read(&bytes);
            assert_eq!(suite::gaps(&reading), ["encrypted office"], "{name}");
        }
    }

    #[test]
    fn the_password_that_everybody_knows_is_tried() {
        let Some(bytes) = suite::corpus("tika/protect.xlsx") else {
            return;
        };
        let gaps = suite::gaps(&suite::read(&bytes));
        assert!(
            !gaps.iter().any(|gap| gap.contains("encrypted")),
            "{gaps:?}"
        );
    }
}

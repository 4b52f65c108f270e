//! Encrypted Office documents: an OLE container with the package as one
//! encrypted stream (MS-OFFCRYPTO 2.3.4).
//!
//! Trap: Excel and its kin encrypt what is only protected against changes
//! with a password that they all know, and open it silently (2.4.2.3): it is
//! as readable as plain text. Everything else is said as encrypted, documents
//! under rights management (2.2) too. Streams' names don't count case.

use crate::extract::legacy::ole::{Ole, Storage};
use crate::extract::office::decrypt;
use crate::extract::sink::{Sink, Spot};
use crate::extract::strings;
use crate::mail::GapReason;

/// Reads the file.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let spot = Spot::default();
    let root = Storage::root();
    let Some(mut ole) = Ole::open(bytes) else {
        // The names of its streams say that it is encrypted.
        sink.gap(spot, GapReason::Encrypted);
        return;
    };
    // Some writers leave out the last sectors that the table of a container
    // counts: one that is cut off says so by what is in it.
    let mut part = |name: &str| ole.stream(&root, name).unwrap_or_default().0;
    let (info, package) = (part("EncryptionInfo"), part("EncryptedPackage"));
    match decrypt::package(&info, &package) {
        Some(bytes) => sink.file(spot, "", "", bytes),
        None => sink.gap(spot, GapReason::Encrypted),
    }
    // Properties may stand beside the package in the clear, and anything else
    // with them.
    for name in ole.streams(&root) {
        if !OWN.iter().any(|own| own.eq_ignore_ascii_case(&name)) {
            let (content, why) = ole.stream(&root, &name).unwrap_or_default();
            if let Some(why) = why {
                sink.gap(spot, why);
            }
            sink.text(spot, strings::words(&content));
        }
    }
}

/// The streams of the encryption.
const OWN: [&str; 2] = ["EncryptionInfo", "EncryptedPackage"];

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

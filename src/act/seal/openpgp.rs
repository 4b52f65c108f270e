//! Encryption by OpenPGP: `SEIPDv1` with AES-256, no compression, real key ids.
//!
//! Version 2 of the encryption container is what sequoia chooses when all
//! certificates advertise it, and most mail programs can't read it, so version
//! 1 is demanded here (RFC 9580 section 5.13.1).

use std::io::Write;

use sequoia_openpgp::anyhow;
use sequoia_openpgp::serialize::stream::{Armorer, Encryptor, LiteralWriter, Message, Recipient};
use sequoia_openpgp::types::{Features, SymmetricAlgorithm};

use crate::directory::UsableKey;

/// Encrypts bytes to all keys and armours them, with CRLF line ends.
///
/// # Errors
/// When there is no key, or the cryptographic library fails.
pub(super) fn encrypt(payload: &[u8], keys: &[UsableKey]) -> Result<Vec<u8>, anyhow::Error> {
    let mut armoured = Vec::new();
    let recipients: Vec<Recipient<'_>> = keys
        .iter()
        .flat_map(UsableKey::keys)
        .map(|(handle, key)| Recipient::new(Features::empty().set_seipdv1(), handle.clone(), key))
        .collect();
    let sink = Armorer::new(Message::new(&mut armoured)).build()?;
    let sink = Encryptor::for_recipients(sink, recipients)
        .symmetric_algo(SymmetricAlgorithm::AES256)
        .build()?;
    let mut literal = LiteralWriter::new(sink).build()?;
    literal.write_all(payload)?;
    literal.finalize()?;
    Ok(with_crlf(&armoured))
}

fn with_crlf(lines: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(lines.len().saturating_add(lines.len() / 64));
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(line) => {
                out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
                out.extend_from_slice(b"\r\n");
            }
            None => out.extend_from_slice(line),
        }
    }
    out
}

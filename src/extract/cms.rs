//! Signed and encrypted data of S/MIME (RFC 5652, cryptographic message
//! syntax): what is signed is read, what is encrypted is a gap.
//!
//! A signature beside a message (`smime.p7s`) holds certificates only: their
//! names are text, and it is no gap. Trap: mail programs write BER, with
//! lengths that are not said and strings in pieces.
//!
//! **What is not here:** whether a signature is right, which is nothing to a
//! gate; what headers say of encryption ([`crate::mail`]).

use super::ber::{FIRST, IDENTIFIER, SEQUENCE, SIGNED, STRING, STRINGS, element, expect, kind};
use super::sink::{Sink, Spot};
use super::strings;
use crate::mail::GapReason;

/// Reads the file.
pub(super) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let spot = Spot::default();
    let Some((kind, content)) = kind(bytes) else {
        sink.gap(spot, GapReason::Broken);
        return;
    };
    // The names in certificates.
    sink.text(spot, strings::words(bytes));
    if kind != SIGNED {
        sink.gap(spot, GapReason::Encrypted);
        return;
    }
    match signed(content) {
        Some(inner) if inner.is_empty() => {}
        Some(inner) => sink.file(spot, "", "message/rfc822", inner),
        None => sink.gap(spot, GapReason::Broken),
    }
}

/// What is signed; empty if it stands elsewhere.
fn signed(content: &[u8]) -> Option<Vec<u8>> {
    let (data, _) = expect(content, SEQUENCE)?;
    // The version and the digests, then what is signed.
    let (_, _, rest) = element(data)?;
    let (_, _, rest) = element(rest)?;
    let (inner, _) = expect(rest, SEQUENCE)?;
    let (_, rest) = expect(inner, IDENTIFIER)?;
    let Some((wrapped, _)) = expect(rest, FIRST) else {
        return Some(Vec::new());
    };
    let mut all = Vec::new();
    let mut open = vec![wrapped];
    while let Some(pieces) = open.pop() {
        let Some((tag, piece, rest)) = element(pieces) else {
            continue;
        };
        open.push(rest);
        match tag {
            STRING => all.extend_from_slice(piece),
            STRINGS => open.push(piece),
            // Version 1.5 has any element here: it is what was signed.
            _ => return Some(wrapped.to_vec()),
        }
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::ber::ENCRYPTED;
    use crate::extract::suite;

    const MESSAGE: &[u8] = b"Content-Type: text/plain\r\n\r\nNHS 943 476 5919\r\n";

    fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82], length.as_slice(), content].concat()
    }

    /// The same without a length.
    fn endless(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, 0x80], content, &[0, 0]].concat()
    }

    fn file(wrap: fn(u8, &[u8]) -> Vec<u8>, kind: &[u8], inner: &[u8]) -> Vec<u8> {
        let data = tagged(IDENTIFIER, b"\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01");
        let signed = [
            tagged(0x02, &[1]),
            tagged(0x31, b""),
            wrap(SEQUENCE, &[&data, inner].concat()),
            tagged(FIRST, b"the certificate of J. Smith"),
        ];
        let content = wrap(FIRST, &wrap(SEQUENCE, &signed.concat()));
        wrap(SEQUENCE, &[tagged(IDENTIFIER, kind), content].concat())
    }

    #[test]
    fn what_is_signed_is_read() {
        let (half, rest) = MESSAGE.split_at(40);
        let pieces = [tagged(STRING, half), tagged(STRING, rest)].concat();
        for bytes in [
            file(tagged, SIGNED, &tagged(FIRST, &tagged(STRING, MESSAGE))),
            file(endless, SIGNED, &endless(FIRST, &endless(STRINGS, &pieces))),
        ] {
            let reading = suite::read(&bytes);
            let told = suite::told(&reading);
            assert!(suite::has(&reading, "NHS 943 476 5919"), "{told:?}");
            assert!(suite::has(&reading, "J. Smith"), "{told:?}");
            assert!(suite::gaps(&reading).is_empty(), "{:?}", reading.gaps);
        }
    }

    #[test]
    fn a_signature_beside_a_message_is_no_gap_and_what_is_encrypted_is_one() {
        let beside = suite::read(&file(endless, SIGNED, b""));
        assert!(suite::gaps(&beside).is_empty(), "{:?}", beside.gaps);
        for kind in ENCRYPTED {
            let reading = suite::read(&file(tagged, kind, b""));
            assert_eq!(suite::gaps(&reading), ["encrypted smime"]);
        }
    }

    #[test]
    fn damage_is_said() {
        let whole = file(tagged, SIGNED, &tagged(FIRST, &tagged(STRING, MESSAGE)));
        for end in 0..whole.len() {
            let _ = suite::read(&whole[..end]);
        }
        let cut = suite::read(&whole[..30]);
        assert_eq!(suite::gaps(&cut), ["broken smime"]);
    }
}

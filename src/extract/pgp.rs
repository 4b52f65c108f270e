//! Messages of OpenPGP that are not in letters: only that a file is one.
//!
//! Source: RFC 9580 sections 4.2 (packets, in the old and in the new format)
//! and 5.1, 5.3, 5.6, 5.13, 5.14, 5.16. A packet begins with two bytes that may
//! stand anywhere, so what is in it must fit, and what follows it too. Signed
//! messages are packed, but not encrypted: nothing in them is read either.

use std::io::Read;

use flate2::bufread::{DeflateDecoder, ZlibDecoder};

/// Packets that hold a session key, by public key and by password.
const PUBLIC_KEY: u8 = 1;
const PASSWORD: u8 = 3;

/// Packets with encrypted data, of all ages.
const ENCRYPTED: [u8; 3] = [9, 18, 20];

/// Whether a file is a message of OpenPGP: encrypted, or packed.
pub(super) fn is_message(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    // A message to many has a key for each; one is enough to tell.
    let mut keys = 0_usize;
    loop {
        let Some(packet) = Packet::read(rest) else {
            return keys > 0 && rest.is_empty();
        };
        match packet.tag {
            PUBLIC_KEY if is_public_key(packet.body) => keys = keys.saturating_add(1),
            PASSWORD if is_password(packet.body) => keys = keys.saturating_add(1),
            10 if packet.body == b"PGP" => {}
            8 if keys == 0 => return is_packed(packet.body),
            tag if ENCRYPTED.contains(&tag) => {
                return keys > 0 || (packet.is_whole && is_protected(tag, packet.body));
            }
            _ => return false,
        }
        rest = packet.behind;
    }
}

struct Packet<'b> {
    tag: u8,
    body: &'b [u8],
    /// What follows; nothing where the length is not said.
    behind: &'b [u8],
    /// Whether a length was said and is all that is left of the file.
    is_whole: bool,
}

impl<'b> Packet<'b> {
    /// The packet that bytes begin with (section 4.2). One that is cut off, or
    /// is written in pieces, has what is there.
    fn read(bytes: &'b [u8]) -> Option<Self> {
        let (first, rest) = bytes.split_first()?;
        let is_new = first & 0x40 != 0;
        let tag = tag(*first)?;
        let (length, body) = match (is_new, first & 3, rest) {
            (true, _, [one @ 0..192, body @ ..]) | (false, 0, [one, body @ ..]) => {
                (Some(usize::from(*one)), body)
            }
            (true, _, [high @ 192..224, low, body @ ..]) => {
                let high = usize::from(high.wrapping_sub(192)).wrapping_shl(8);
                (
                    Some(high.saturating_add(usize::from(*low)).saturating_add(192)),
                    body,
                )
            }
            (true, _, [224..=254, body @ ..]) | (false, 3, body) => (None, body),
            (false, 1, [high, low, body @ ..]) => {
                (Some(usize::from(u16::from_be_bytes([*high, *low]))), body)
            }
            (true, _, [255, a, b, c, d, body @ ..]) | (false, 2, [a, b, c, d, body @ ..]) => {
                let length = u32::from_be_bytes([*a, *b, *c, *d]);
                (Some(usize::try_from(length).ok()?), body)
            }
            _ => return None,
        };
        let end = length.unwrap_or(body.len()).min(body.len());
        let is_whole = length == Some(body.len());
        let (body, behind) = body.split_at_checked(end)?;
        Some(Self {
            tag,
            body,
            behind,
            is_whole,
        })
    }
}

/// What kind of packet a first byte begins, if it may begin one.
fn tag(first: u8) -> Option<u8> {
    match first {
        0xC0.. => Some(first & 0x3F),
        0x80.. => Some((first >> 2) & 0x0F),
        _ => None,
    }
}

/// Versions 3 and 6 of section 5.1, with an algorithm for public keys.
fn is_public_key(body: &[u8]) -> bool {
    let is_algorithm = |byte: &u8| matches!(byte, 1 | 2 | 16 | 18 | 25 | 26 | 8 | 29..=36);
    match body {
        [3, rest @ ..] => rest.get(8).is_some_and(is_algorithm),
        // The length of a fingerprint with its version, or none.
        [6, 0, algorithm, ..] => is_algorithm(algorithm),
        [6, length @ (21 | 33), 4 | 6, rest @ ..] => {
            let at = usize::from(length.wrapping_sub(1));
            rest.get(at).is_some_and(is_algorithm)
        }
        _ => false,
    }
}

/// Versions 4 to 6 of section 5.3, with a cipher and a way from the password to
/// the key (section 3.7.1).
fn is_password(body: &[u8]) -> bool {
    matches!(
        body,
        [4, 1..=13, 0 | 1 | 3 | 4, ..]
            | [5, 1..=13, 1..=3, 0 | 1 | 3 | 4, ..]
            | [6, _, 1..=13, 1..=3, _, 0 | 1 | 3 | 4, ..]
    )
}

/// Encrypted data without a key before it: versions 1 and 2 of section 5.13,
/// and the forerunner of the latter.
fn is_protected(tag: u8, body: &[u8]) -> bool {
    match (tag, body) {
        (18, [1, ..]) => body.len() > 40,
        (18, [2, 1..=13, 1..=3, 0..=16, ..]) | (20, [1, 1..=13, 1..=3, 0..=56, ..]) => true,
        _ => false,
    }
}

/// Whether packed data begin with a packet when unpacked (section 5.6).
fn is_packed(body: &[u8]) -> bool {
    let mut first = [0_u8; 1];
    let unpacked = match body {
        [1, packed @ ..] => DeflateDecoder::new(packed).read_exact(&mut first),
        [2, packed @ ..] => ZlibDecoder::new(packed).read_exact(&mut first),
        [3, b'B', b'Z', b'h', b'1'..=b'9', ..] => return true,
        _ => return false,
    };
    let is_inside = |tag: u8| matches!(tag, 1..=4 | 8 | 9 | 11 | 18 | 20);
    unpacked.is_ok() && tag(first[0]).is_some_and(is_inside)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;

    use super::*;
    use crate::extract::suite::{gaps, read};

    /// A packet in the old and in the new format.
    fn packets(tag: u8, body: &[u8]) -> [Vec<u8>; 2] {
        let length = u8::try_from(body.len()).unwrap();
        [
            [&[0x80 | (tag << 2), length], body].concat(),
            [&[0xC0 | tag, length], body].concat(),
        ]
    }

    #[test]
    fn encrypted_and_packed_messages_are_told() {
        let data = [&[0xD2, 50, 1][..], &[0x9A; 49]].concat();
        let password = [
            4, 9, 3, 2, 0x8B, 0xF5, 0x28, 0x25, 0xD8, 0x54, 0x53, 0x12, 0xFF,
        ];
        let key = [&[3, 1, 2, 3, 4, 5, 6, 7, 8, 1][..], &[0xC3; 120]].concat();
        let mut literal = DeflateEncoder::new(Vec::new(), Compression::default());
        literal
            .write_all(b"\xCB\x12b\x00\0\0\0\0943 476 5919")
            .unwrap();
        let packed = [&[1][..], &literal.finish().unwrap()].concat();
        let mut files = vec![data.clone()];
        for tag in packets(PASSWORD, &password)
            .into_iter()
            .chain(packets(PUBLIC_KEY, &key))
        {
            files.push([&tag[..], &tag, &data].concat());
            // Cut off, and with a length that is not said.
            files.push([&tag[..], &[0xD2, 0xE9, 1, 7]].concat());
        }
        files.extend(packets(8, &packed));
        files.push([&[0xA3][..], &packed].concat());
        for file in files {
            assert_eq!(
                gaps(&read(&file)),
                ["encrypted pgp"],
                "{}",
                file.escape_ascii()
            );
        }
    }

    #[test]
    fn what_only_begins_alike_is_none() {
        for file in [
            b"\xA320 for the party".as_slice(),
            b"\x8C\x0D\x04\x09",
            b"\xC3\xA9t\xC3\xA9",
            b"\xA3\x01\xFF\xFF\xFF",
            b"\xD2\x04\x01abc",
            b"",
        ] {
            assert!(!is_message(file), "{}", file.escape_ascii());
        }
    }
}

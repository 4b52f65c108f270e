//! Workbooks that are encrypted with the password that everybody knows.
//!
//! Excel writes a workbook that is only protected against changes with
//! `VelvetSweatshop`, and opens it without a question: it leaks like plain
//! text. Source: MS-XLS 2.2.10 (what is encrypted), MS-OFFCRYPTO 2.3.5 (RC4
//! with SHA-1), 2.3.6 (RC4 with MD5), 2.3.7.2 (XOR).

use md5::{Digest as _, Md5};
use sha1::Sha1;

/// The password that everybody knows.
const PASSWORD: &str = "VelvetSweatshop";
/// What it makes of the XOR method: key, verifier and array (2.3.7.2).
const XOR_CHECK: [u8; 4] = [0x59, 0xB3, 0x0A, 0x9A];
const XOR_ARRAY: [u8; 16] = [
    0x87, 0x6B, 0x9A, 0xE2, 0x1E, 0xE3, 0x05, 0x62, 0x1E, 0x69, 0x96, 0x60, 0x98, 0x6E, 0x94, 0x04,
];
/// The key changes after so many bytes.
const BLOCK: usize = 1_024;

/// The stream in plain; `None` if another password is needed, or another
/// method. `pass` is the content of the record that says how.
pub(super) fn plain(stream: &[u8], pass: &[u8]) -> Option<Vec<u8>> {
    match pass {
        [0, 0, check @ ..] | check @ [_, _, _, _] if check.get(..4) == Some(&XOR_CHECK) => {
            Some(read(stream, xor))
        }
        [1, 0, 1, 0, 1, 0, rest @ ..] => {
            let method = Method::Old(rest.get(..16)?.to_vec());
            let proof = rest.get(16..48)?;
            rc4_stream(stream, &method, proof)
        }
        [1, 0, 2..=4, 0, 2, 0, rest @ ..] => {
            // Flags, then the header after its size, then the verifier.
            let size = usize::try_from(u32::from_le_bytes(*rest.get(4..)?.first_chunk()?)).ok()?;
            let header = rest.get(8..)?.get(..size)?;
            let bits = u32::from_le_bytes(*header.get(16..)?.first_chunk()?);
            let verifier = rest.get(8..)?.get(size..)?;
            let salt = verifier.get(4..20)?.to_vec();
            let bytes = usize::try_from(bits.checked_div(8)?).ok()?;
            let key_bytes = if bits == 0 { 5 } else { bytes };
            let mut proof = verifier.get(20..36)?.to_vec();
            proof.extend(verifier.get(40..60)?);
            rc4_stream(stream, &Method::New { salt, key_bytes }, &proof)
        }
        _ => None,
    }
}

/// How keys are made.
enum Method {
    /// With MD5, by a salt.
    Old(Vec<u8>),
    /// With SHA-1.
    New { salt: Vec<u8>, key_bytes: usize },
}

impl Method {
    fn key(&self, block: u32) -> Vec<u8> {
        let password: Vec<u8> = PASSWORD.encode_utf16().flat_map(u16::to_le_bytes).collect();
        match self {
            Self::Old(salt) => {
                let first = Md5::digest(&password);
                let round = [first.get(..5).unwrap_or_default(), salt].concat();
                let second = Md5::digest(round.repeat(16));
                let last = [second.get(..5).unwrap_or_default(), &block.to_le_bytes()].concat();
                Md5::digest(last).to_vec()
            }
            Self::New { salt, key_bytes } => {
                let first = Sha1::digest([salt.as_slice(), &password].concat());
                let mut key =
                    Sha1::digest([first.as_slice(), &block.to_le_bytes()].concat()).to_vec();
                key.truncate(*key_bytes);
                if *key_bytes == 5 {
                    key.resize(16, 0);
                }
                key
            }
        }
    }

    /// Whether a verifier and its digest belong together.
    fn holds(&self, proof: &[u8]) -> bool {
        let mut cipher = Rc4::of(&self.key(0));
        let plain: Vec<u8> = proof.iter().map(|byte| byte ^ cipher.next()).collect();
        let Some((verifier, digest)) = plain.split_at_checked(16) else {
            return false;
        };
        match self {
            Self::Old(_) => Md5::digest(verifier).as_slice() == digest,
            Self::New { .. } => Sha1::digest(verifier).as_slice() == digest,
        }
    }
}

fn rc4_stream(stream: &[u8], method: &Method, proof: &[u8]) -> Option<Vec<u8>> {
    if !method.holds(proof) {
        return None;
    }
    // The key stream runs over what is not encrypted, too.
    let mut keys = Vec::with_capacity(stream.len());
    for (block, piece) in (0..).zip(stream.chunks(BLOCK)) {
        let mut cipher = Rc4::of(&method.key(block));
        keys.extend(piece.iter().map(|_| cipher.next()));
    }
    Some(read(stream, |at, _, bytes| {
        let keys = keys.get(at..).unwrap_or_default();
        bytes
            .iter()
            .zip(keys)
            .map(|(byte, key)| byte ^ key)
            .collect()
    }))
}

/// Decrypts the contents of records, each by where it begins and how long its
/// record is.
fn read(stream: &[u8], decrypt: impl Fn(usize, usize, &[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut plain = Vec::with_capacity(stream.len());
    let mut rest = stream;
    while let Some(head) = rest.first_chunk::<4>() {
        let [id_low, id_high, low, high] = *head;
        let id = u16::from_le_bytes([id_low, id_high]);
        let length = usize::from(u16::from_le_bytes([low, high]));
        let content = rest.get(4..).unwrap_or_default();
        let content = content.get(..length).unwrap_or(content);
        plain.extend(head);
        let clear = match id {
            // What is read before the password is known (2.2.10).
            0x0809 | 0x002F | 0x0194 | 0x0195 | 0x00E1 | 0x0196 | 0x0138 => content.len(),
            // Where a sheet begins.
            0x0085 => 4,
            _ => 0,
        };
        let (clear, coded) = content.split_at_checked(clear).unwrap_or((content, &[]));
        plain.extend(clear);
        plain.extend(decrypt(plain.len(), length, coded));
        rest = rest
            .get(4_usize.saturating_add(content.len())..)
            .unwrap_or_default();
    }
    plain.extend(rest);
    plain
}

fn xor(at: usize, length: usize, bytes: &[u8]) -> Vec<u8> {
    let from = at.saturating_add(length);
    let keys = XOR_ARRAY.iter().cycle().skip(from & 15);
    bytes
        .iter()
        .zip(keys)
        .map(|(byte, key)| (byte ^ key).rotate_right(5))
        .collect()
}

/// The cipher RC4, byte by byte.
struct Rc4 {
    state: [u8; 256],
    first: u8,
    second: u8,
}

impl Rc4 {
    fn of(key: &[u8]) -> Self {
        let mut state = [0; 256];
        for (place, value) in state.iter_mut().zip(0..=u8::MAX) {
            *place = value;
        }
        let mut second: u8 = 0;
        for (first, key) in (0..=u8::MAX).zip(key.iter().cycle()) {
            let here = state.get(usize::from(first)).copied().unwrap_or(0);
            second = second.wrapping_add(here).wrapping_add(*key);
            state.swap(usize::from(first), usize::from(second));
        }
        Self {
            state,
            first: 0,
            second: 0,
        }
    }

    fn next(&mut self) -> u8 {
        let at = |state: &[u8; 256], place: u8| state.get(usize::from(place)).copied().unwrap_or(0);
        self.first = self.first.wrapping_add(1);
        let one = at(&self.state, self.first);
        self.second = self.second.wrapping_add(one);
        let other = at(&self.state, self.second);
        self.state
            .swap(usize::from(self.first), usize::from(self.second));
        at(&self.state, one.wrapping_add(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cipher_is_the_one_of_the_standard() {
        // RFC 6229, key 0102030405.
        let mut cipher = Rc4::of(&[1, 2, 3, 4, 5]);
        let stream: Vec<u8> = (0..4).map(|_| cipher.next()).collect();
        assert_eq!(stream, [0xB2, 0x39, 0x63, 0x05]);
    }

    #[test]
    fn a_workbook_that_everybody_can_open_is_opened() {
        // BOF, how it is encrypted, a sheet in the list, another record.
        let head = [
            0x09, 0x08, 4, 0, 0, 6, 5, 0, 0x2F, 0, 6, 0, 0, 0, 0x59, 0xB3, 0x0A, 0x9A,
        ];
        let mut stream = head.to_vec();
        for (id, clear, coded) in [
            (0x85, &b"\0\0\0\0"[..], &b"One"[..]),
            (4, b"", b"943 476 5919"),
        ] {
            let length = clear.len() + coded.len();
            stream.extend([id, 0, u8::try_from(length).unwrap(), 0]);
            stream.extend(clear);
            let from = stream.len() + length;
            let keys = XOR_ARRAY.iter().cycle().skip(from % 16);
            stream.extend(
                coded
                    .iter()
                    .zip(keys)
                    .map(|(byte, key)| byte.rotate_left(5) ^ key),
            );
        }
        let plain = plain(&stream, &head[12..]).unwrap();
        assert!(plain.starts_with(&head));
        assert!(plain.ends_with(b"\x85\0\x07\0\0\0\0\0One\x04\0\x0c\0943 476 5919"));
    }

    #[test]
    fn another_password_is_not_tried() {
        assert!(plain(&[], &[0, 0, 1, 2, 3, 4]).is_none());
        let old = [&[1, 0, 1, 0, 1, 0], &[7; 48][..]].concat();
        assert!(plain(&[], &old).is_none());
        let new = [&[1, 0, 4, 0, 2, 0], &[255; 90][..]].concat();
        assert!(plain(&[], &new).is_none());
    }
}

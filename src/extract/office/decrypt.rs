//! Decrypts a package with the password that all copies of Excel know
//! (MS-OFFCRYPTO 2.3.4.5 to 2.3.4.15): standard and agile encryption, AES.

use aes::cipher::{BlockCipherDecrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256, Block};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::extract::office::xml::{self, Element, Token};

/// The password (2.4.2.3).
const PASSWORD: &str = "VelvetSweatshop";

/// How often a key may be hashed: Office does it 100,000 times, and a file
/// that wants more than this only costs time.
const SPINS: u32 = 500_000;

/// How many keys of an agile document are tried.
const KEYS: usize = 2;

/// How the plain package is, `None` if the password is another one or the
/// encryption is of another kind.
pub(in crate::extract::office) fn package(info: &[u8], package: &[u8]) -> Option<Vec<u8>> {
    let (size, encrypted) = package.split_first_chunk::<8>()?;
    let size = usize::try_from(u64::from_le_bytes(*size)).unwrap_or(usize::MAX);
    let (version, rest) = info.split_first_chunk::<4>()?;
    let rest = rest.get(4..)?;
    let mut plain = match version {
        [2..=4, 0, 2, 0] => standard(rest, encrypted)?,
        [4, 0, 4, 0] => agile(rest, encrypted)?,
        _ => return None,
    };
    plain.truncate(size);
    Some(plain)
}

/// Standard encryption (2.3.4.5 to 2.3.4.9): AES in ECB mode, SHA-1.
fn standard(info: &[u8], encrypted: &[u8]) -> Option<Vec<u8>> {
    let (header_size, info) = info.split_first_chunk::<4>()?;
    let header_size = usize::try_from(u32::from_le_bytes(*header_size)).ok()?;
    let header = info.get(..header_size)?;
    let key_bytes = match word(header, 8)? {
        0x660E => 16,
        0x660F => 24,
        0x6610 => 32,
        _ => return None,
    };
    let verifier = info.get(header_size..)?;
    let salt = verifier.get(4..20)?;
    let own = verifier.get(20..36)?;
    let hashed = verifier.get(40..72)?;
    let spun = Hash::Sha1.spun(salt, 50_000);
    let last = Hash::Sha1.of(&[&spun, &[0; 4]]);
    let mut key = Vec::new();
    for pad in [0x36_u8, 0x5C] {
        let mut block = [pad; 64];
        for (byte, last) in block.iter_mut().zip(&last) {
            *byte ^= last;
        }
        key.extend(Hash::Sha1.of(&[&block]));
    }
    let cipher = Cipher::new(key.get(..key_bytes)?)?;
    let own = cipher.blocks(own, None);
    let hashed = cipher.blocks(hashed, None);
    let is_right = hashed.get(..20)? == Hash::Sha1.of(&[&own]);
    is_right.then(|| cipher.blocks(encrypted, None))
}

/// What an agile document says of a key (2.3.4.10).
#[derive(Debug, Default)]
struct KeyInfo {
    salt: Vec<u8>,
    hash: Option<Hash>,
    key_bytes: usize,
    spins: u32,
    verifier: Vec<u8>,
    verifier_hash: Vec<u8>,
    key: Vec<u8>,
}

impl KeyInfo {
    fn of(element: &Element<'_>) -> Self {
        let text = |name: &str| element.attribute(name).unwrap_or_default();
        let bytes = |name: &str| STANDARD.decode(text(name)).unwrap_or_default();
        let is_known =
            text("cipherAlgorithm") == "AES" && text("cipherChaining") == "ChainingModeCBC";
        Self {
            salt: bytes("saltValue"),
            hash: Hash::named(text("hashAlgorithm")).filter(|_| is_known),
            key_bytes: text("keyBits").parse::<usize>().unwrap_or(0) / 8,
            spins: text("spinCount").parse().unwrap_or(u32::MAX),
            verifier: bytes("encryptedVerifierHashInput"),
            verifier_hash: bytes("encryptedVerifierHashValue"),
            key: bytes("encryptedKeyValue"),
        }
    }

    /// The key of the package, if the password is the right one (2.3.4.11 to
    /// 2.3.4.13).
    fn package_key(&self) -> Option<Vec<u8>> {
        let hash = self.hash?;
        if self.spins > SPINS {
            return None;
        }
        let spun = hash.spun(&self.salt, self.spins);
        let decrypted = |purpose: [u8; 8], encrypted: &[u8]| {
            let key = fitted(hash.of(&[&spun, &purpose]), self.key_bytes);
            let iv = fitted(self.salt.clone(), 16);
            Some(Cipher::new(&key)?.blocks(encrypted, Some(&iv)))
        };
        let own = decrypted(
            [0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79],
            &self.verifier,
        )?;
        let hashed = decrypted(
            [0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E],
            &self.verifier_hash,
        )?;
        // The verifier is as long as the salt; its block may be longer.
        let own = own.get(..self.salt.len()).unwrap_or(&own);
        let expected = hash.of(&[own]);
        if hashed.get(..expected.len())? != expected {
            return None;
        }
        decrypted([0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6], &self.key)
    }
}

/// Agile encryption: what it is stands in XML; the package is encrypted in
/// segments of 4,096 bytes (2.3.4.15).
fn agile(info: &[u8], encrypted: &[u8]) -> Option<Vec<u8>> {
    let mut data = KeyInfo::default();
    let mut keys = Vec::new();
    // Damage shows as a wrong password.
    let _ = xml::walk(info, |token| {
        let Token::Open(element) = token else { return };
        match element.name {
            "keyData" => data = KeyInfo::of(element),
            "encryptedKey" if keys.len() < KEYS => keys.push(KeyInfo::of(element)),
            _ => {}
        }
    });
    let hash = data.hash?;
    let key = keys.iter().find_map(KeyInfo::package_key)?;
    let cipher = Cipher::new(key.get(..data.key_bytes)?)?;
    let mut plain = Vec::with_capacity(encrypted.len());
    for (number, segment) in (0_u32..).zip(encrypted.chunks(4096)) {
        let iv = fitted(hash.of(&[&data.salt, &number.to_le_bytes()]), 16);
        plain.extend(cipher.blocks(segment, Some(&iv)));
    }
    Some(plain)
}

/// Bytes of a given length: cut off, or filled up with 0x36 (2.3.4.11).
fn fitted(mut bytes: Vec<u8>, length: usize) -> Vec<u8> {
    // No key is longer than 32 bytes; a file may say anything.
    bytes.resize(length.min(64), 0x36);
    bytes
}

/// A number of four bytes (little endian).
fn word(bytes: &[u8], place: usize) -> Option<u32> {
    let bytes = bytes.get(place..)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*bytes))
}

/// The hash functions that Office uses.
#[derive(Clone, Copy, Debug)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn named(name: &str) -> Option<Self> {
        match name {
            "SHA1" | "SHA-1" => Some(Self::Sha1),
            "SHA256" | "SHA-256" => Some(Self::Sha256),
            "SHA384" | "SHA-384" => Some(Self::Sha384),
            "SHA512" | "SHA-512" => Some(Self::Sha512),
            _ => None,
        }
    }

    fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        match self {
            Self::Sha1 => {
                let mut hash = <sha1::Sha1 as sha1::Digest>::new();
                for part in parts {
                    sha1::Digest::update(&mut hash, part);
                }
                sha1::Digest::finalize(hash).to_vec()
            }
            Self::Sha256 => sha2_of::<sha2::Sha256>(parts),
            Self::Sha384 => sha2_of::<sha2::Sha384>(parts),
            Self::Sha512 => sha2_of::<sha2::Sha512>(parts),
        }
    }

    /// The hash of salt and password, hashed again and again with a counter.
    fn spun(self, salt: &[u8], spins: u32) -> Vec<u8> {
        let password: Vec<u8> = PASSWORD.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut hash = self.of(&[salt, &password]);
        for spin in 0..spins {
            hash = self.of(&[&spin.to_le_bytes(), &hash]);
        }
        hash
    }
}

fn sha2_of<D: sha2::Digest>(parts: &[&[u8]]) -> Vec<u8> {
    let mut hash = D::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().to_vec()
}

/// AES with a key of any length.
enum Cipher {
    Short(Aes128),
    Middle(Aes192),
    Long(Aes256),
}

impl Cipher {
    fn new(key: &[u8]) -> Option<Self> {
        match key.len() {
            16 => Aes128::new_from_slice(key).ok().map(Self::Short),
            24 => Aes192::new_from_slice(key).ok().map(Self::Middle),
            32 => Aes256::new_from_slice(key).ok().map(Self::Long),
            _ => None,
        }
    }

    /// Decrypts whole blocks: each by itself, or chained from a first block
    /// on. What is left at the end is no block and is dropped.
    fn blocks(&self, encrypted: &[u8], chain: Option<&[u8]>) -> Vec<u8> {
        let mut plain = Vec::with_capacity(encrypted.len());
        let mut before: Vec<u8> = chain.unwrap_or_default().to_vec();
        for chunk in encrypted.as_chunks::<16>().0 {
            let mut block = Block::from(*chunk);
            match self {
                Self::Short(cipher) => cipher.decrypt_block(&mut block),
                Self::Middle(cipher) => cipher.decrypt_block(&mut block),
                Self::Long(cipher) => cipher.decrypt_block(&mut block),
            }
            for (byte, before) in block.iter_mut().zip(&before) {
                *byte ^= before;
            }
            if chain.is_some() {
                before.copy_from_slice(chunk);
            }
            plain.extend_from_slice(&block);
        }
        plain
    }
}

#[cfg(test)]
mod tests {
    use aes::cipher::BlockCipherEncrypt;

    use super::*;

    fn encrypted(key: &[u8], iv: &[u8], plain: &[u8]) -> Vec<u8> {
        let cipher = Aes256::new_from_slice(key).unwrap();
        let mut before = iv.to_vec();
        let mut out = Vec::new();
        for chunk in plain.chunks(16) {
            let mut block = Block::default();
            for (place, byte) in block.iter_mut().enumerate() {
                *byte = chunk.get(place).unwrap_or(&0) ^ before[place];
            }
            cipher.encrypt_block(&mut block);
            before = block.to_vec();
            out.extend_from_slice(&block);
        }
        out
    }

    /// An agile document of two segments, its key hashed so often.
    fn agile_document(spins: u32, plain: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let (salt, own, key) = ([7_u8; 16], [8_u8; 16], [9_u8; 32]);
        let spun = Hash::Sha512.spun(&salt, spins.min(1_000));
        let part = |purpose: [u8; 8], plain: &[u8]| {
            let part_key = fitted(Hash::Sha512.of(&[&spun, &purpose]), 32);
            STANDARD.encode(encrypted(&part_key, &salt, plain))
        };
        let own_part = part([0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79], &own);
        let hash = Hash::Sha512.of(&[&own]);
        let hash_part = part([0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E], &hash);
        let key_part = part([0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6], &key);
        let salt_part = STANDARD.encode(salt);
        let common = format!(
            "saltValue='{salt_part}' keyBits='256' hashAlgorithm='SHA512' cipherAlgorithm='AES' cipherChaining='ChainingModeCBC'"
        );
        let mut info = vec![4, 0, 4, 0, 0x40, 0, 0, 0];
        info.extend(
            format!(
                "<encryption><keyData {common}/><p:encryptedKey spinCount='{spins}' {common} encryptedVerifierHashInput='{own_part}' \
                 encryptedVerifierHashValue='{hash_part}' encryptedKeyValue='{key_part}'/></encryption>"
            )
            .bytes(),
        );
        let mut file = u64::try_from(plain.len()).unwrap().to_le_bytes().to_vec();
        for (number, segment) in (0_u32..).zip(plain.chunks(4096)) {
            let iv = fitted(Hash::Sha512.of(&[&salt, &number.to_le_bytes()]), 16);
            file.extend(encrypted(&key, &iv, segment));
        }
        (info, file)
    }

    #[test]
    fn agile_encryption_is_undone() {
        let plain: Vec<u8> = (0..5_001_u32)
            .map(|number| number.to_le_bytes()[0])
            .collect();
        let (info, file) = agile_document(1_000, &plain);
        assert_eq!(package(&info, &file), Some(plain));
    }

    #[test]
    fn a_key_that_costs_hours_is_left_alone() {
        let (info, file) = agile_document(u32::MAX, b"x");
        assert_eq!(package(&info, &file), None);
    }

    #[test]
    fn damaged_headers_are_no_panic() {
        let (info, file) = agile_document(10, b"x");
        for end in 0..info.len().min(200) {
            assert_eq!(package(&info[..end], &file), None);
        }
        let standard = [
            &[4, 0, 2, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x7F][..],
            &[0; 80],
        ]
        .concat();
        assert_eq!(package(&standard, &[0; 40]), None);
    }
}

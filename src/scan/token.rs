//! Keyed tokens: how one value is recognised again without being written down.
//!
//! A plain hash of a ten-digit number is reversed in minutes, so tokens are
//! HMAC-SHA-256 under a secret key of the site (RFC 2104). Destroying the key
//! makes all tokens meaningless.

use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::sensitive::Sensitive;

/// The site's secret key for tokens.
#[derive(Clone, Debug)]
pub struct TokenKey(Sensitive<Vec<u8>>);

/// A token: 16 bytes in hexadecimal.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Token(String);

impl TokenKey {
    /// A key of any length; 32 bytes are usual.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Sensitive::new(bytes))
    }

    /// The token of a value; `kind` keeps values of different meaning apart.
    pub fn token(&self, kind: &str, value: &[u8]) -> Token {
        Token(hex(self.mac(kind, value).get(..16).unwrap_or(&[])))
    }

    /// A reference that people can read out over a telephone, such as
    /// `7K3F-92QD`: eight characters of Crockford's base 32.
    pub fn reference(&self, value: &[u8]) -> String {
        const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let mut out = String::new();
        for (index, byte) in self.mac("reference", value).iter().take(8).enumerate() {
            if index == 4 {
                out.push('-');
            }
            let letter = ALPHABET.get(usize::from(byte % 32)).copied();
            out.push(char::from(letter.unwrap_or(b'0')));
        }
        out
    }

    /// The bytes of a key for another purpose: who has it learns neither this
    /// key nor the one of any other purpose.
    pub(super) fn derived(&self, purpose: &str) -> Vec<u8> {
        self.mac("derive", purpose.as_bytes())
    }

    fn mac(&self, kind: &str, value: &[u8]) -> Vec<u8> {
        // HMAC takes keys of any length, so this can't fail.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.reveal()) else {
            return Vec::new();
        };
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(value);
        mac.finalize().into_bytes().to_vec()
    }
}

impl Token {
    /// The token's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        // Writing to a string can't fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_depend_on_key_kind_and_value() {
        let key = TokenKey::new(vec![1; 32]);
        let token = key.token("nhs-number", b"9434765919");
        assert_eq!(token, key.token("nhs-number", b"9434765919"));
        assert_ne!(token, key.token("recipient", b"9434765919"));
        let other = TokenKey::new(vec![2; 32]);
        assert_ne!(token, other.token("nhs-number", b"9434765919"));
        assert_eq!(token.as_str().len(), 32);
    }

    #[test]
    fn references_hold_no_more_than_eight_characters() {
        let reference = TokenKey::new(vec![1; 32]).reference(b"x");
        assert_eq!(reference.len(), 9);
    }
}

//! DKIM key records (RFC 6376 section 3.6.1, RFC 8463): the key that a
//! selector's signatures are checked with.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::pkey::{Id, PKey, Public};
use openssl::rsa::Rsa;

use super::tags::Tags;

/// A public key, as far as its strength goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Key {
    /// RSA, with the bits of its modulus.
    Rsa(u32),
    /// Ed25519 (RFC 8463), always 256 bits.
    Ed25519,
}

/// A record with a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DkimRecord {
    /// The key.
    pub key: Key,
    /// Whether the domain only tries DKIM out (`t=y`): receivers then treat
    /// signed mail like unsigned mail.
    pub testing: bool,
}

/// Why a record gives no key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DkimError {
    /// The key was taken back (`p=` with nothing behind it).
    #[error("the key was taken back")]
    Revoked,
    /// It is no list of tags, of another version, or without a key.
    #[error("it is no record of a key")]
    Malformed,
    /// The key is of a kind that signatures of mail don't use.
    #[error("its key is of an unknown kind")]
    UnknownKind,
    /// The key can't be read.
    #[error("its key can't be read")]
    Key,
    /// The key is for something else than mail (`s=`).
    #[error("its key is not for mail")]
    Service,
}

impl DkimRecord {
    /// Reads a text record found under `SELECTOR._domainkey.DOMAIN`.
    ///
    /// # Errors
    /// See [`DkimError`].
    pub fn parse(text: &str) -> Result<Self, DkimError> {
        let tags = Tags::read(text);
        if !tags.whole() {
            return Err(DkimError::Malformed);
        }
        if let Some(version) = tags.value("v") {
            let first = tags
                .first()
                .is_some_and(|(name, _)| name.eq_ignore_ascii_case("v"));
            if version != "DKIM1" || !first {
                return Err(DkimError::Malformed);
            }
        }
        let packed: String = tags
            .value("p")
            .ok_or(DkimError::Malformed)?
            .split_ascii_whitespace()
            .collect();
        if packed.is_empty() {
            return Err(DkimError::Revoked);
        }
        let services = tags.value("s").unwrap_or("*").split(':');
        if !services
            .map(str::trim)
            .any(|name| name == "*" || name == "email")
        {
            return Err(DkimError::Service);
        }
        let bytes = STANDARD.decode(packed).map_err(|_| DkimError::Key)?;
        let key = match tags.value("k").unwrap_or("rsa") {
            "rsa" => rsa(&bytes)?,
            "ed25519" => ed25519(&bytes)?,
            _ => return Err(DkimError::UnknownKind),
        };
        let flags = tags.value("t").unwrap_or_default().split(':');
        Ok(Self {
            key,
            testing: flags.map(str::trim).any(|flag| flag == "y"),
        })
    }
}

/// Some records hold the key alone instead of the key with its kind; verifiers
/// take both.
fn rsa(bytes: &[u8]) -> Result<Key, DkimError> {
    let key: Rsa<Public> = Rsa::public_key_from_der(bytes)
        .or_else(|_| Rsa::public_key_from_der_pkcs1(bytes))
        .map_err(|_| DkimError::Key)?;
    let bits = key.size().saturating_mul(8);
    let unused = u32::try_from(key.n().num_bits()).unwrap_or(bits);
    Ok(Key::Rsa(unused.min(bits)))
}

fn ed25519(bytes: &[u8]) -> Result<Key, DkimError> {
    PKey::public_key_from_raw_bytes(bytes, Id::ED25519)
        .map(|_| Key::Ed25519)
        .map_err(|_| DkimError::Key)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn packed(bits: u32) -> String {
        let key = Rsa::generate(bits).expect("a key");
        STANDARD.encode(key.public_key_to_der().expect("its bytes"))
    }

    #[test]
    fn the_key_and_its_strength_are_read() {
        let text = format!("v=DKIM1; k=rsa; p={}", packed(1024));
        let record = DkimRecord::parse(&text).expect("a record");
        assert_eq!((record.key, record.testing), (Key::Rsa(1024), false));
        // Without a version, in pieces, under test.
        let text = packed(2048);
        let (begin, end) = text.split_at(100);
        let record = DkimRecord::parse(&format!("t=s:y; p={begin} {end};")).expect("a record");
        assert_eq!((record.key, record.testing), (Key::Rsa(2048), true));
        let text = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
        let record = DkimRecord::parse(text).expect("the record of RFC 8463");
        assert_eq!(record.key, Key::Ed25519);
    }

    #[test]
    fn what_gives_no_key_says_why() {
        for (text, error) in [
            ("v=DKIM1; p=", DkimError::Revoked),
            ("v=DKIM1; k=rsa", DkimError::Malformed),
            ("k=rsa; v=DKIM1; p=AAAA", DkimError::Malformed),
            ("v=DKIM1; p=AAAA; p=BBBB", DkimError::Malformed),
            ("v=spf1 -all", DkimError::Malformed),
            ("v=DKIM1; p=AAAA", DkimError::Key),
            ("v=DKIM1; p=!!", DkimError::Key),
            ("v=DKIM1; k=ed25519; p=AAAA", DkimError::Key),
            ("v=DKIM1; k=dsa; p=AAAA", DkimError::UnknownKind),
            ("v=DKIM1; s=tlsrpt; p=AAAA", DkimError::Service),
        ] {
            assert_eq!(DkimRecord::parse(text), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_an_answer(text in "(v=DKIM1; )?(p=)?[A-Za-z0-9+/= ;:]{0,200}") {
            let _ = DkimRecord::parse(&text);
        }
    }
}

//! Recipients' OpenPGP certificates, by address.
//!
//! Certificates are read and checked when they are loaded; which of their
//! encryption keys can be used is asked for a moment, since keys expire.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use sequoia_openpgp::cert::CertParser;
use sequoia_openpgp::packet::Key;
use sequoia_openpgp::packet::key::{PublicParts, UnspecifiedRole};
use sequoia_openpgp::parse::Parse;
use sequoia_openpgp::policy::StandardPolicy;
use sequoia_openpgp::types::RevocationStatus;
use sequoia_openpgp::{Cert, KeyHandle};
use serde::{Deserialize, Serialize};

use crate::mail::Address;
use crate::timestamp::Timestamp;

/// Whether we can encrypt to a recipient: a fact for rules.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum KeyState {
    /// There is no certificate for the address.
    None,
    /// There are certificates, but none can be used.
    Unusable {
        /// Why the newest can't, for people: "expired on 1 May 2026".
        why: String,
    },
    /// There is a certificate with a valid encryption key.
    Usable {
        /// Its fingerprint in hexadecimal; in facts, which are recorded, its
        /// keyed token, since a key server would tell the address.
        fingerprint: String,
    },
}

/// A certificate of one recipient.
#[derive(Clone, Debug)]
pub struct Certificate {
    cert: Arc<Cert>,
    /// The file it came from, for people.
    pub file: Arc<str>,
}

/// The encryption keys of a certificate that are valid at a moment.
#[derive(Clone, Debug)]
pub struct UsableKey {
    fingerprint: String,
    keys: Vec<(KeyHandle, Key<PublicParts, UnspecifiedRole>)>,
}

impl UsableKey {
    /// The certificate's fingerprint in hexadecimal.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The keys, with the handle by which a message names each. Never empty.
    pub fn keys(&self) -> &[(KeyHandle, Key<PublicParts, UnspecifiedRole>)] {
        &self.keys
    }
}

/// All certificates, by address.
#[derive(Clone, Debug, Default)]
pub struct KeyStore {
    by_address: BTreeMap<String, Vec<Certificate>>,
    count: usize,
}

/// A file that is no OpenPGP certificate.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The bytes can't be parsed.
    #[error("no OpenPGP certificate: {0}; export it again, with or without armour")]
    Parse(String),
    /// The file holds a secret key.
    #[error("this file holds a secret key; keep it away from here and export the public key only")]
    Secret,
    /// There is nothing in it.
    #[error("no certificate in it; export it again")]
    Empty,
}

impl KeyStore {
    /// Adds all certificates of a file: one, or a keyring.
    ///
    /// # Errors
    /// See [`KeyError`]; then nothing of the file was added.
    pub fn add_file(&mut self, file: &str, bytes: &[u8]) -> Result<(), KeyError> {
        let parser = CertParser::from_bytes(bytes).map_err(|error| parse_error(&error))?;
        let mut certs = Vec::new();
        for cert in parser {
            let cert = cert.map_err(|error| parse_error(&error))?;
            if cert.is_tsk() {
                return Err(KeyError::Secret);
            }
            certs.push(Arc::new(cert));
        }
        if certs.is_empty() {
            return Err(KeyError::Empty);
        }
        for cert in certs {
            self.count = self.count.saturating_add(1);
            for address in addresses(&cert) {
                let known = self.by_address.entry(address).or_default();
                known.push(Certificate {
                    cert: Arc::clone(&cert),
                    file: file.into(),
                });
            }
        }
        Ok(())
    }

    /// How many certificates there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether an address can be encrypted to.
    pub fn look_up(&self, address: &Address, at: Timestamp) -> KeyState {
        let mut why = None;
        for certificate in self.certificates(address) {
            match usable(certificate, address, at) {
                Ok(key) => {
                    return KeyState::Usable {
                        fingerprint: key.fingerprint,
                    };
                }
                Err(reason) => {
                    why.get_or_insert(reason);
                }
            }
        }
        why.map_or(KeyState::None, |why| KeyState::Unusable { why })
    }

    /// The keys to encrypt to an address with.
    pub fn usable(&self, address: &Address, at: Timestamp) -> Option<UsableKey> {
        self.certificates(address)
            .into_iter()
            .find_map(|certificate| usable(certificate, address, at).ok())
    }

    /// The certificates of an address, the newest first.
    fn certificates(&self, address: &Address) -> Vec<&Certificate> {
        let known = self.by_address.get(address.key().reveal());
        let mut certificates: Vec<&Certificate> = known.into_iter().flatten().collect();
        certificates.sort_by_key(|certificate| {
            std::cmp::Reverse((
                certificate.cert.primary_key().key().creation_time(),
                certificate.cert.fingerprint(),
            ))
        });
        certificates
    }
}

/// The addresses that a certificate's user ids name, normalised.
fn addresses(cert: &Cert) -> Vec<String> {
    let mut addresses: Vec<String> = cert
        .userids()
        .filter_map(|id| id.userid().email().ok().flatten().map(str::to_owned))
        .filter_map(|email| Address::parse(&email).ok())
        .map(|address| address.key().into_revealed())
        .collect();
    addresses.sort();
    addresses.dedup();
    addresses
}

/// The valid encryption keys of a certificate, or why there is none.
fn usable(
    certificate: &Certificate,
    address: &Address,
    at: Timestamp,
) -> Result<UsableKey, String> {
    let policy = StandardPolicy::new();
    let time = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(at.unix_seconds()));
    let valid = certificate
        .cert
        .with_policy(&policy, time)
        .map_err(|error| format!("refused by the cryptographic policy ({error})"))?;
    if let Some(end) = valid.primary_key().key_expiration_time()
        && time.is_some_and(|time| end <= time)
    {
        return Err(format!("expired on {}", date(end)));
    }
    valid
        .alive()
        .map_err(|error| format!("not valid now ({error})"))?;
    if let RevocationStatus::Revoked(_) = valid.revocation_status() {
        return Err(String::from("revoked"));
    }
    let wanted = address.key();
    let named = valid.userids().revoked(false).any(|id| {
        let email = id.userid().email().ok().flatten();
        email
            .and_then(|email| Address::parse(email).ok())
            .is_some_and(|found| found.key() == wanted)
    });
    if !named {
        return Err(String::from(
            "the address in it is revoked or no longer valid",
        ));
    }
    let alive = || valid.keys().supported().alive().revoked(false);
    let mut keys: Vec<_> = alive()
        .for_transport_encryption()
        .map(|key| key.key().clone())
        .collect();
    if keys.is_empty() {
        keys = alive()
            .for_storage_encryption()
            .map(|key| key.key().clone())
            .collect();
    }
    // What SEIPDv1 to a version 6 key gives, next to no program can read.
    keys.retain(|key| key.version() == 4);
    if keys.is_empty() {
        return Err(String::from("no valid encryption key in it"));
    }
    Ok(UsableKey {
        fingerprint: certificate.cert.fingerprint().to_hex(),
        keys: keys
            .into_iter()
            .map(|key| {
                let key = key.role_into_unspecified();
                (KeyHandle::from(key.keyid()), key)
            })
            .collect(),
    })
}

/// The day of a moment, for people.
fn date(moment: SystemTime) -> String {
    let since = moment
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let unix_ms = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_unix_ms(unix_ms).day()
}

fn parse_error(error: &sequoia_openpgp::anyhow::Error) -> KeyError {
    KeyError::Parse(error.to_string())
}

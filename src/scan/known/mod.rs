//! Known patients: whether a number is one of the organisation's own.
//!
//! The index holds a token of 64 bits for each number, sorted: HMAC-SHA-256
//! under a key that is derived from the site's own (`token.key`), cut to its
//! first eight bytes. Look-up is a binary search. The derived key is used for
//! nothing else, so tokens of the audit log can't be matched with the index.
//!
//! **Why not a plain hash.** There are fewer than 417 million possible
//! numbers and a SHA-256 takes 0.13 µs: a list of hashes is read back in a
//! minute. **With
//! `token.key` this index is read back just as fast**, so it is patient data
//! and never "anonymised": mode 0600, and no backup that holds both files.
//!
//! **Why not an exact bitmap** over the stems of all issued ranges. It was
//! measured beside this, on one of two shared cores with SHA instructions:
//!
//! | numbers | 10 thousand | 1 million | 5 million |
//! |---|---|---|---|
//! | tokens: file, bytes | 80 068 | 8 000 068 | 40 000 068 |
//! | tokens: built in | 3 ms | 0.3 s | 1.4 s |
//! | tokens: authenticated and loaded in | 0.1 ms | 11 ms | 56 ms |
//! | tokens: look-up | 0.3 µs | 0.9 µs | 1.3 µs |
//! | bitmap: file, bytes | 52 065 625 | 52 065 625 | 52 065 625 |
//! | bitmap: built in | 10 ms | 65 ms | 0.3 s |
//! | bitmap: authenticated in | 43 ms | 46 ms | 46 ms |
//! | bitmap: look-up | 0.01 µs | 0.05 µs | 0.06 µs |
//!
//! The bitmap's look-up is 20 times faster, and it doesn't matter: a message
//! has a few numbers and takes a millisecond. What matters: a bitmap IS the
//! list, on disk, in a backup, in a core dump, without any key; it is larger
//! than the tokens of all but the largest organisations (they cross at 6.5
//! million numbers); it has no room for numbers outside the ranges that it was
//! laid out for. Sealing it would need a cipher and leave it in clear in memory.
//!
//! **Errors.** What was put in is always found. Another number is found by
//! chance with probability count / 2^64: at 5 million 3 in 10^13.
//!
//! **Read, not mapped.** A mapped file that somebody cuts short kills the
//! process that reads it, and what was authenticated could be changed later.
//!
//! The file, integers little-endian: `gpknown\n`, version (4 bytes, 1), key id
//! (8), built at (8, milliseconds since 1970), count (8), the tokens in
//! ascending order (8 each), HMAC-SHA-256 over all before (32).
//!
//! **What is not here:** files and exports ([`crate::load`], [`crate::cli`]),
//! and what rules make of it ([`crate::policy`]).

mod cell;
mod heading;

pub use cell::{Cell, Wrong, read_cell};
pub use heading::{names_chi, names_numbers, plain};

use std::fmt;

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::token::TokenKey;
use crate::timestamp::Timestamp;

/// How many numbers an index holds at most: more than people live in the
/// United Kingdom.
pub const MAX_NUMBERS: usize = 100_000_000;

/// How many bytes a file of an index has at most.
pub const MAX_BYTES: usize = HEADER + 8 * MAX_NUMBERS + SEAL;

const MAGIC: [u8; 8] = *b"gpknown\n";
const VERSION: u32 = 1;
const HEADER: usize = 36;
const SEAL: usize = 32;

/// The index in memory.
#[derive(Clone)]
pub struct KnownPatients {
    tokens: Vec<u64>,
    keyed: Hmac<Sha256>,
    built: Timestamp,
}

/// Why bytes are no index that can be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KnownError {
    /// They begin as no index does.
    #[error("it is no index of patients")]
    NotAnIndex,
    /// Another version of gatepost wrote them.
    #[error("its format is version {0}, and only version {VERSION} is known here")]
    Version(u32),
    /// The site's key is not the one that it was made with.
    #[error("it was made with another token.key")]
    OtherKey,
    /// Bytes are missing or too many.
    #[error("it has {found} bytes and should have {expected}")]
    Length {
        /// How many there should be.
        expected: u64,
        /// How many there are.
        found: u64,
    },
    /// Something in it is not what was written.
    #[error("it was changed or damaged after it was written")]
    Changed,
}

impl KnownPatients {
    /// Reads an index and checks that all of it is what was written with this
    /// key. Takes 12 ms a million numbers.
    ///
    /// # Errors
    /// See [`KnownError`].
    pub fn from_bytes(bytes: &[u8], key: &TokenKey) -> Result<Self, KnownError> {
        let mut rest = bytes;
        if take::<8>(&mut rest) != Some(MAGIC) {
            return Err(KnownError::NotAnIndex);
        }
        let found = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let short = KnownError::Length {
            expected: u64::try_from(HEADER.saturating_add(SEAL)).unwrap_or(u64::MAX),
            found,
        };
        let version = u32::from_le_bytes(take(&mut rest).ok_or(short)?);
        if version != VERSION {
            return Err(KnownError::Version(version));
        }
        let keys = Keys::of(key);
        if take(&mut rest).ok_or(short)? != keys.id {
            return Err(KnownError::OtherKey);
        }
        let built = i64::from_le_bytes(take(&mut rest).ok_or(short)?);
        let count = u64::from_le_bytes(take(&mut rest).ok_or(short)?);
        let expected = length(count);
        if expected != found {
            return Err(KnownError::Length { expected, found });
        }
        let tokens_end = rest.len().saturating_sub(SEAL);
        let (stored, seal) = rest.split_at_checked(tokens_end).ok_or(short)?;
        let sealed = bytes.get(..bytes.len().saturating_sub(SEAL)).unwrap_or(&[]);
        let mut mac = keys.seal;
        mac.update(sealed);
        if mac.verify_slice(seal).is_err() {
            return Err(KnownError::Changed);
        }
        let (tokens, _) = stored.as_chunks::<8>();
        Ok(Self {
            tokens: tokens.iter().copied().map(u64::from_le_bytes).collect(),
            keyed: keys.tokens,
            built: Timestamp::from_unix_ms(built),
        })
    }

    /// The file of an index of these numbers, each as ten digits from 0 to 9,
    /// in any order; one that comes twice is kept once.
    pub fn build(
        numbers: impl IntoIterator<Item = [u8; 10]>,
        key: &TokenKey,
        built: Timestamp,
    ) -> Vec<u8> {
        let keys = Keys::of(key);
        let numbers = numbers.into_iter();
        let mut tokens: Vec<u64> = numbers.map(|digits| token(&keys.tokens, &digits)).collect();
        tokens.sort_unstable();
        tokens.dedup();
        let count = u64::try_from(tokens.len()).unwrap_or(u64::MAX);
        let bytes = usize::try_from(length(count)).unwrap_or(0);
        let mut out = Vec::with_capacity(bytes);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&VERSION.to_le_bytes());
        out.extend_from_slice(&keys.id);
        out.extend_from_slice(&built.unix_ms().to_le_bytes());
        out.extend_from_slice(&count.to_le_bytes());
        for token in tokens {
            out.extend_from_slice(&token.to_le_bytes());
        }
        let mut mac = keys.seal;
        mac.update(&out);
        out.extend_from_slice(&mac.finalize().into_bytes());
        out
    }

    /// Whether a number, as ten digits from 0 to 9, is one of the
    /// organisation's own. Takes about a microsecond.
    pub fn contains(&self, digits: &[u8; 10]) -> bool {
        let token = token(&self.keyed, digits);
        self.tokens.binary_search(&token).is_ok()
    }

    /// How many numbers are in it.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether none is in it.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// When it was built.
    pub fn built(&self) -> Timestamp {
        self.built
    }
}

impl fmt::Debug for KnownPatients {
    /// The count alone: tokens and key would tell the numbers.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "KnownPatients({} numbers)", self.len())
    }
}

/// The keys of one site's index.
struct Keys {
    /// Tells this key from others, and nothing of it.
    id: [u8; 8],
    tokens: Hmac<Sha256>,
    seal: Hmac<Sha256>,
}

impl Keys {
    fn of(key: &TokenKey) -> Self {
        let mut id = [0; 8];
        let derived = key.derived("known-patients id");
        for (slot, byte) in id.iter_mut().zip(derived) {
            *slot = byte;
        }
        Self {
            id,
            tokens: keyed(key, "known-patients tokens"),
            seal: keyed(key, "known-patients seal"),
        }
    }
}

/// An HMAC under the key for a purpose; RFC 2104 fills keys up with zeros to
/// the 64 bytes of a block.
fn keyed(key: &TokenKey, purpose: &str) -> Hmac<Sha256> {
    let mut block = [0; 64];
    for (slot, byte) in block.iter_mut().zip(key.derived(purpose)) {
        *slot = byte;
    }
    <Hmac<Sha256> as Mac>::new(&block.into())
}

fn token(keyed: &Hmac<Sha256>, digits: &[u8; 10]) -> u64 {
    let mut mac = keyed.clone();
    mac.update(digits);
    let bytes: [u8; 32] = mac.finalize().into_bytes().into();
    let first = bytes.first_chunk::<8>().copied().unwrap_or_default();
    u64::from_le_bytes(first)
}

/// How long the file of so many numbers is.
fn length(count: u64) -> u64 {
    let around = u64::try_from(HEADER.saturating_add(SEAL)).unwrap_or(u64::MAX);
    count.saturating_mul(8).saturating_add(around)
}

/// Takes the next bytes; `None` when fewer are left.
fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*first)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn key(seed: u8) -> TokenKey {
        TokenKey::new(vec![seed; 32])
    }

    fn index(numbers: &[[u8; 10]], key: &TokenKey) -> Vec<u8> {
        let built = Timestamp::from_unix_ms(1_795_300_000_000);
        KnownPatients::build(numbers.iter().copied(), key, built)
    }

    fn any_number() -> impl Strategy<Value = [u8; 10]> {
        proptest::array::uniform10(0_u8..10)
    }

    proptest! {
        #[test]
        fn what_was_put_in_is_found_and_nothing_else(
            numbers in proptest::collection::vec(any_number(), 0..200),
            others in proptest::collection::vec(any_number(), 0..50),
        ) {
            let bytes = index(&numbers, &key(1));
            let known = KnownPatients::from_bytes(&bytes, &key(1)).expect("an index");
            let distinct: BTreeSet<_> = numbers.iter().collect();
            prop_assert_eq!(known.len(), distinct.len());
            prop_assert_eq!(bytes.len(), HEADER + 8 * distinct.len() + SEAL);
            for number in &numbers {
                prop_assert!(known.contains(number));
            }
            for other in &others {
                prop_assert_eq!(known.contains(other), distinct.contains(other));
            }
        }

        #[test]
        fn any_flipped_bit_is_refused(
            numbers in proptest::collection::vec(any_number(), 0..20),
            at: prop::sample::Index,
            bit in 0_u8..8,
        ) {
            let mut bytes = index(&numbers, &key(1));
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            prop_assert!(KnownPatients::from_bytes(&bytes, &key(1)).is_err());
        }

        #[test]
        fn any_other_length_is_refused(
            numbers in proptest::collection::vec(any_number(), 0..20),
            at: prop::sample::Index,
            more in 1_usize..40,
        ) {
            let bytes = index(&numbers, &key(1));
            let cut = &bytes[..at.index(bytes.len())];
            prop_assert!(KnownPatients::from_bytes(cut, &key(1)).is_err());
            let longer = [bytes.as_slice(), &vec![0; more]].concat();
            prop_assert!(KnownPatients::from_bytes(&longer, &key(1)).is_err());
        }

        #[test]
        fn arbitrary_bytes_are_refused(bytes: Vec<u8>, count: u64) {
            prop_assert!(KnownPatients::from_bytes(&bytes, &key(1)).is_err());
            // With a header that is right, and any count.
            let mut bytes = [&index(&[], &key(1))[..28], &bytes[..]].concat();
            bytes.splice(28..28, count.to_le_bytes());
            prop_assert!(KnownPatients::from_bytes(&bytes, &key(1)).is_err());
        }
    }

    #[test]
    fn each_trouble_has_its_own_words() {
        let number = [9, 4, 3, 4, 7, 6, 5, 9, 1, 9];
        let bytes = index(&[number], &key(1));
        let refused = |bytes: &[u8], key: &TokenKey| {
            KnownPatients::from_bytes(bytes, key).expect_err("refused")
        };
        assert_eq!(refused(&bytes, &key(2)), KnownError::OtherKey);
        assert_eq!(refused(b"", &key(1)), KnownError::NotAnIndex);
        assert_eq!(refused(b"NHS Number\n", &key(1)), KnownError::NotAnIndex);
        let mut newer = bytes.clone();
        newer[8] = 2;
        assert_eq!(refused(&newer, &key(1)), KnownError::Version(2));
        let (expected, found) = (76, 75);
        assert_eq!(
            refused(&bytes[..75], &key(1)),
            KnownError::Length { expected, found }
        );
        let mut changed = bytes.clone();
        changed[40] ^= 1;
        assert_eq!(refused(&changed, &key(1)), KnownError::Changed);
    }

    #[test]
    fn neither_the_file_nor_debug_output_holds_a_number() {
        let number = [9, 4, 3, 4, 7, 6, 5, 9, 1, 9];
        let bytes = index(&[number], &key(1));
        for needle in [b"9434765919".as_slice(), &number] {
            assert!(memchr::memmem::find(&bytes, needle).is_none());
        }
        let known = KnownPatients::from_bytes(&bytes, &key(1)).expect("an index");
        assert_eq!(format!("{known:?}"), "KnownPatients(1 numbers)");
        assert_eq!(known.built(), Timestamp::from_unix_ms(1_795_300_000_000));
        // Under another key the same number has another token.
        let other = index(&[number], &key(2));
        assert_ne!(bytes[36..44], other[36..44]);
    }
}

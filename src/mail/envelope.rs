//! The envelope: who really sends, and to whom it really goes.

use super::address::Address;
use crate::sensitive::Sensitive;

/// A path of the envelope: the exact bytes that the MTA gave, and what they
/// mean.
///
/// The bytes are kept since a milter can remove a recipient only by the exact
/// string; they are never normalised.
#[derive(Clone, Debug)]
pub struct Path {
    raw: Sensitive<Vec<u8>>,
    address: Option<Address>,
}

impl Path {
    /// A path as MAIL or RCPT gave it.
    pub fn new(raw: &[u8]) -> Self {
        let address = std::str::from_utf8(raw)
            .ok()
            .and_then(|text| Address::parse(text).ok());
        Self {
            raw: Sensitive::new(raw.to_vec()),
            address,
        }
    }

    /// The exact bytes.
    pub fn raw(&self) -> &Sensitive<Vec<u8>> {
        &self.raw
    }

    /// The address; `None` when the bytes are no address that a decision can
    /// rest on.
    pub fn address(&self) -> Option<&Address> {
        self.address.as_ref()
    }

    /// Whether this is the null path `<>` of bounces (RFC 5321 section 4.5.5).
    pub fn is_null(&self) -> bool {
        let raw = self.raw.reveal().trim_ascii();
        raw.is_empty() || raw == b"<>"
    }
}

/// Sender and recipients of one message (RFC 5321 section 2.3.1), in the
/// order in which they came.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// The path that MAIL gave.
    pub sender: Path,
    /// The paths that RCPT gave, each once a command.
    pub recipients: Vec<Path>,
}

impl Envelope {
    /// An envelope of the given paths.
    pub fn new<'a>(sender: &[u8], recipients: impl IntoIterator<Item = &'a [u8]>) -> Self {
        Self {
            sender: Path::new(sender),
            recipients: recipients.into_iter().map(Path::new).collect(),
        }
    }
}

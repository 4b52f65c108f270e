//! PGP/MIME (RFC 3156) with protected headers (RFC 9788, policy
//! `hcp_baseline`): the subject outside is `[...]`.
//!
//! Headers outside are kept by a short list of names; all others move inside
//! or vanish. A kept header that holds a found identifier is scrubbed.

use super::openpgp;
use crate::directory::UsableKey;
use crate::mail::{Header, Message, addresses};
use crate::policy::TagWords;
use crate::scan::Finding;
use crate::scan::token::hex;

/// A sealed message, as edits of the original: which headers stay, which are
/// added after them, and the new body.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// For each header of the original, whether it stays as it is.
    pub kept: Vec<bool>,
    /// The headers that are added.
    pub added: Vec<Header>,
    /// The whole body, 7-bit, with CRLF line ends.
    pub body: Vec<u8>,
}

/// Why a message can't be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// An address itself holds an identifier, and addresses can't be hidden.
    #[error("a sender's or recipient's address holds an identifier, which encryption can't hide")]
    AddressIdentifies,
    /// One of the recipients has no key.
    #[error("a recipient of the sealed copy has no usable key")]
    NoKey,
    /// The system gave no random numbers.
    #[error("the system gave no random numbers: {0}")]
    Random(getrandom::Error),
    /// The cryptographic library failed.
    #[error("the message could not be encrypted: {0}")]
    Crypto(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Headers that stay outside, when they hold no identifier.
const OUTSIDE: [&str; 12] = [
    "auto-submitted",
    "autocrypt",
    "cc",
    "date",
    "from",
    "in-reply-to",
    "message-id",
    "received",
    "references",
    "reply-to",
    "sender",
    "to",
];

/// Headers that are repeated inside (RFC 9788 section 2.1).
const INSIDE: [&str; 8] = [
    "from",
    "to",
    "cc",
    "reply-to",
    "date",
    "message-id",
    "in-reply-to",
    "references",
];

impl Sealed {
    /// The sealed message as a whole, for the hand-over port.
    pub fn whole(&self, message: &Message) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.body.len().saturating_add(4096));
        let kept = message.headers().iter().zip(&self.kept);
        let kept = kept.filter_map(|(header, kept)| kept.then_some(header));
        for header in kept.chain(&self.added) {
            push_header(&mut out, header.name(), header.value().reveal());
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(&self.body);
        out
    }
}

/// Seals a message to the holders of `keys`, one for each recipient. No header
/// that stays outside holds the value of any finding.
///
/// # Errors
/// See [`SealError`]; nothing of the message has been changed then.
pub fn seal(
    message: &Message,
    findings: &[Finding],
    keys: &[UsableKey],
    tags: &TagWords,
) -> Result<Sealed, SealError> {
    if keys.is_empty() || keys.iter().any(|key| key.keys().is_empty()) {
        return Err(SealError::NoKey);
    }
    let outside = outside(message, findings)?;
    let outer_boundary = boundary(b"")?;
    let payload = payload(message, &outside, tags)?;
    let armoured =
        openpgp::encrypt(&payload, keys).map_err(|error| SealError::Crypto(error.into()))?;
    let mut added = outside.added;
    added.push(Header::new("Subject", b" [...]"));
    added.push(Header::new("MIME-Version", b" 1.0"));
    added.push(Header::new(
        "Content-Type",
        format!(
            " multipart/encrypted;\r\n protocol=\"application/pgp-encrypted\";\r\n boundary=\"{outer_boundary}\""
        )
        .as_bytes(),
    ));
    let mut body = format!(
        "This message is encrypted (PGP/MIME, RFC 3156).\r\n\
         --{outer_boundary}\r\n\
         Content-Type: application/pgp-encrypted\r\n\
         Content-Description: PGP/MIME version identification\r\n\r\n\
         Version: 1\r\n\r\n\
         --{outer_boundary}\r\n\
         Content-Type: application/octet-stream; name=\"encrypted.asc\"\r\n\
         Content-Description: OpenPGP encrypted message\r\n\
         Content-Disposition: inline; filename=\"encrypted.asc\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(&armoured);
    body.extend_from_slice(format!("\r\n--{outer_boundary}--\r\n").as_bytes());
    Ok(Sealed {
        kept: outside.kept,
        added,
        body,
    })
}

struct Outside {
    kept: Vec<bool>,
    added: Vec<Header>,
}

impl Outside {
    /// The headers of a name as they go out.
    fn of<'a>(&'a self, message: &'a Message, name: &str) -> Vec<&'a Header> {
        let kept = message.headers().iter().zip(&self.kept);
        let kept = kept.filter_map(|(header, kept)| kept.then_some(header));
        kept.chain(&self.added)
            .filter(|header| header.is(name))
            .collect()
    }
}

/// Which headers stay outside, and the scrubbed ones in place of those that
/// hold an identifier.
fn outside(message: &Message, findings: &[Finding]) -> Result<Outside, SealError> {
    let mut kept = Vec::with_capacity(message.headers().len());
    let mut added = Vec::new();
    for header in message.headers() {
        let lower = header.name().to_ascii_lowercase();
        if !OUTSIDE.contains(&lower.as_str()) {
            kept.push(false);
            continue;
        }
        let holds = holds_value(header.text().reveal(), findings)
            || holds_value(&String::from_utf8_lossy(header.value().reveal()), findings);
        kept.push(!holds);
        if !holds {
            continue;
        }
        match lower.as_str() {
            "from" | "to" | "cc" | "reply-to" | "sender" => {
                added.push(bare_addresses(header, findings)?);
            }
            "message-id" => {
                let id = format!(" <{}@gatepost.invalid>", boundary(b"")?);
                added.push(Header::new(header.name(), id.as_bytes()));
            }
            _ => {}
        }
    }
    Ok(Outside { kept, added })
}

/// An address header without its display names.
fn bare_addresses(header: &Header, findings: &[Finding]) -> Result<Header, SealError> {
    let list: Vec<String> = addresses(header.text().reveal())
        .iter()
        .map(|address| format!("<{}@{}>", address.local().reveal(), address.domain()))
        .collect();
    let value = format!(" {}", list.join(",\r\n "));
    if holds_value(&value, findings) {
        return Err(SealError::AddressIdentifies);
    }
    Ok(Header::new(header.name(), value.as_bytes()))
}

/// Whether a header's digits, whatever stands between them, hold a value.
fn holds_value(text: &str, findings: &[Finding]) -> bool {
    let folded = crate::text::Text::new(text.to_owned());
    let digits: String = folded
        .folded()
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .map(|byte| char::from(*byte))
        .collect();
    findings
        .iter()
        .any(|finding| digits.contains(finding.value.reveal().as_str()))
}

/// What is encrypted: one MIME entity that holds the protected headers and, as
/// its only part, the original body with its own `Content-*` headers.
fn payload(message: &Message, outside: &Outside, tags: &TagWords) -> Result<Vec<u8>, SealError> {
    let boundary = boundary(message.body())?;
    let mut out = Vec::with_capacity(message.raw().reveal().len().saturating_add(4096));
    push_header(
        &mut out,
        "Content-Type",
        format!(
            " multipart/mixed; boundary=\"{boundary}\";\r\n hp=\"cipher\"; protected-headers=\"v1\""
        )
        .as_bytes(),
    );
    if let Some(subject) = message.header("subject") {
        let value = subject.value().reveal();
        let stripped = tags.strip(value);
        push_header(&mut out, "Subject", stripped.as_deref().unwrap_or(value));
    }
    push_header(&mut out, "HP-Outer", b" Subject: [...]");
    for name in INSIDE {
        let inside = message.headers().iter().filter(|header| header.is(name));
        for header in inside {
            push_header(&mut out, header.name(), header.value().reveal());
        }
        for header in outside.of(message, name) {
            let mut value = format!(" {}:", header.name()).into_bytes();
            value.extend_from_slice(header.value().reveal());
            push_header(&mut out, "HP-Outer", &value);
        }
    }
    out.extend_from_slice(format!("\r\n--{boundary}\r\n").as_bytes());
    for header in message.headers() {
        if header.name().to_ascii_lowercase().starts_with("content-") {
            push_header(&mut out, header.name(), header.value().reveal());
        }
    }
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(message.body());
    out.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    Ok(out)
}

fn push_header(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    out.extend_from_slice(name.as_bytes());
    out.push(b':');
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}

/// A boundary of 128 random bits that doesn't occur in `text`.
fn boundary(text: &[u8]) -> Result<String, SealError> {
    loop {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(SealError::Random)?;
        let boundary = format!("gatepost-{}", hex(&bytes));
        if memchr::memmem::find(text, boundary.as_bytes()).is_none() {
            return Ok(boundary);
        }
    }
}

//! Mail addresses as far as a decision needs them: whose domain is it?

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::sensitive::Sensitive;

/// An ASCII domain in lower case, without a trailing dot, internationalised
/// names in their `xn--` form (RFC 5890), or an address literal such as
/// `[192.0.2.1]` (RFC 5321 section 4.1.3).
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Domain(String);

impl TryFrom<String> for Domain {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Domain> for String {
    fn from(domain: Domain) -> Self {
        domain.0
    }
}

impl Domain {
    /// Reads a domain in any case, with or without spaces around it and a
    /// trailing dot. Letters, digits, hyphens and underscores are all that its
    /// parts may have: others mean something to programs that load our exports,
    /// as `*` does.
    ///
    /// # Errors
    /// When it is empty, over 253 bytes (RFC 1035 section 2.3.4), or no domain
    /// by UTS 46.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        const DENIED: idna::AsciiDenyList =
            idna::AsciiDenyList::new(true, "!\"#$%&'()*+,/:;<=>?@[\\]^`{|}~");
        // Spaces of other scripts are none that an MTA takes away.
        let trimmed = text.trim_ascii();
        let trimmed = trimmed.strip_suffix('.').unwrap_or(trimmed);
        if trimmed.is_empty() || trimmed.len() > 1024 {
            return Err(AddressError::Domain);
        }
        if trimmed.starts_with('[') && trimmed.ends_with(']') {
            return Ok(Self(trimmed.to_ascii_lowercase()));
        }
        let ascii = idna::domain_to_ascii_cow(trimmed.as_bytes(), DENIED)
            .map_err(|_| AddressError::Domain)?;
        if ascii.is_empty() || ascii.len() > 253 {
            return Err(AddressError::Domain);
        }
        if ascii.split('.').any(str::is_empty) {
            return Err(AddressError::Domain);
        }
        Ok(Self(ascii.into_owned()))
    }

    /// Whether its last part is a number: a day, a version or an IP address, but
    /// no domain of the public DNS (RFC 3696 section 2).
    pub fn is_numeric(&self) -> bool {
        let last = self.0.rsplit('.').next().unwrap_or("");
        last.bytes().all(|letter| letter.is_ascii_digit())
    }

    /// The domain's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// An address that was understood: local part and domain.
///
/// The local part may name a patient, so it is kept apart.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Address {
    local: Sensitive<String>,
    domain: Domain,
}

/// Why a text is no address that a decision can rest on.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AddressError {
    /// The domain is missing or no domain.
    #[error("the part after the last @ is no domain")]
    Domain,
    /// The local part is missing, too long, or none by RFC 5321 section 4.1.2.
    #[error(
        "the part before the @ is empty, over 255 bytes, or has characters that can't stand there"
    )]
    Local,
    /// The local part asks for a further hop (`a%b@c`, `b!a@c`, `a@b@c`, or
    /// Exchange's `IMCEASMTP-a+40b@c`): where it really goes is not what its
    /// domain says.
    #[error("the address names a route through another host")]
    Routed,
}

impl Address {
    /// Reads an address as an envelope or a header gives it, with or without
    /// angle brackets. An obsolete source route (RFC 5321 appendix C) is no
    /// address: some MTAs follow it.
    ///
    /// # Errors
    /// See [`AddressError`]. An address that is not understood must be treated
    /// as insecure.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let trimmed = text.trim_ascii();
        let bare = trimmed
            .strip_prefix('<')
            .and_then(|inner| inner.strip_suffix('>'))
            .unwrap_or(trimmed);
        if bare.starts_with('@') && bare.contains(':') {
            return Err(AddressError::Routed);
        }
        let (local, domain) = bare.rsplit_once('@').ok_or(AddressError::Domain)?;
        if local.is_empty() || local.len() > 255 || local.chars().any(char::is_control) {
            return Err(AddressError::Local);
        }
        // A quoted local part may hold any of these and still be one mailbox,
        // but MTAs differ in what they make of it: it is understood only if
        // nothing in it could be read as a route.
        if local.contains(['@', '%', '!', '<', '>', ',', ';'])
            || local.contains(WIDE_ROUTE)
            || is_encapsulated(local)
        {
            return Err(AddressError::Routed);
        }
        if local.contains(NOT_BARE) && !is_quoted(local) {
            return Err(AddressError::Local);
        }
        Ok(Self {
            local: Sensitive::new(local.to_owned()),
            domain: Domain::parse(domain)?,
        })
    }

    /// The local part, as it was written.
    pub fn local(&self) -> &Sensitive<String> {
        &self.local
    }

    /// The domain.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The form under which keys and registers know the address: local part
    /// in lower case, domain normalised.
    pub fn key(&self) -> Sensitive<String> {
        let local = self.local.reveal().to_lowercase();
        Sensitive::new(format!("{local}@{}", self.domain))
    }
}

/// Other forms of `@`, `%` and `!`, which become these where an MTA brings text
/// into one form (NFKC).
const WIDE_ROUTE: [char; 6] = [
    '\u{FF20}', '\u{FE6B}', '\u{FF05}', '\u{FE6A}', '\u{FF01}', '\u{FE57}',
];

/// What a local part may have in quotes alone (RFC 5322 section 3.2.3).
const NOT_BARE: [char; 9] = [' ', '"', '(', ')', '[', ']', ':', '\\', '\t'];

/// Whether a local part is one quoted string: begins and ends with a quote, with
/// none between that no backslash stands before.
fn is_quoted(local: &str) -> bool {
    let inner = local
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let Some(inner) = inner else {
        return false;
    };
    let mut escaped = false;
    for letter in inner.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return false,
            _ => {}
        }
    }
    !escaped
}

/// Whether it is another SMTP address as Exchange wraps it up (MS-OXOABK).
fn is_encapsulated(local: &str) -> bool {
    const PREFIX: &str = "IMCEASMTP-";
    let start = local.get(..PREFIX.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}

/// The addresses in an address header: generous with what stands around them,
/// since a recipient who isn't recognised only gets a copy of its own.
pub fn addresses(header: &str) -> Vec<Address> {
    header
        .split([',', ';'])
        .filter_map(|piece| {
            let inner = piece.rsplit_once('<').map_or(piece, |(_, rest)| rest);
            let inner = inner.split_once('>').map_or(inner, |(inner, _)| inner);
            // A group has a name and a colon before its first address.
            let inner = inner.rsplit_once(':').map_or(inner, |(_, rest)| rest);
            Address::parse(inner).ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn domain_of(text: &str) -> Result<String, AddressError> {
        Address::parse(text).map(|address| address.domain().to_string())
    }

    #[test]
    fn the_domain_is_found_whatever_stands_around_it() {
        for (text, domain) in [
            ("a@b.test", "b.test"),
            ("<A@B.Test>", "b.test"),
            (" a@b.test. ", "b.test"),
            ("\"a b\"@b.test", "b.test"),
            ("a@[192.0.2.1]", "[192.0.2.1]"),
            ("a@B\u{fc}cher.test", "xn--bcher-kva.test"),
            ("a+tag@b.test", "b.test"),
            ("a@b\u{3002}test", "b.test"),
            ("a@b\u{ff0e}\u{ff54}est", "b.test"),
            ("\"a\\\"b\"@b.test", "b.test"),
            ("a_b{c}~d='e`|f/g.@b.test", "b.test"),
            ("a@_b-c.test", "_b-c.test"),
        ] {
            assert_eq!(domain_of(text).as_deref(), Ok(domain), "{text}");
        }
    }

    #[test]
    fn what_could_go_elsewhere_is_no_address() {
        for text in [
            "a%gmail.com@nhs.net",
            "<@gmail.com,@two.test:a@nhs.net>",
            "gmail.com!a@nhs.net",
            "a@gmail.com@nhs.net",
            "\"a@gmail.com\"@nhs.net",
            "a\u{ff05}gmail.com@nhs.net",
            "a\u{fe6b}gmail.com@nhs.net",
            "imceasmtp-a+40gmail+2Ecom@nhs.net",
        ] {
            assert_eq!(domain_of(text), Err(AddressError::Routed), "{text}");
        }
        for text in [
            "",
            "<>",
            "a",
            "a@",
            "@b.test",
            "a@b..test",
            "a b@c.test",
            "a@b\u{0}.test",
            // A quote that does not end takes the @ with it.
            "\"a\\\"@b.test",
            "\"a\"b\"@b.test",
            "\"@b.test",
            // A comment, a quoted pair, a group, a scheme.
            "a(b)@c.test",
            "(@b.test",
            "\\a@b.test",
            "group:a@b.test",
            "[a]@b.test",
            // What only looks like the domain, or means more than one.
            "a@*.b.test",
            "a@\u{ff0a}.b.test",
            "a@b.test(c)",
            "a@b.test\u{2028}",
            "a@\u{a0}b.test",
            "a@b.test\u{3002}",
            "a@\u{202e}b.test",
            "a@b\u{200d}c.test",
            "a@xn--a.test",
        ] {
            assert!(domain_of(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_an_answer(text in "\\PC{0,300}") {
            let _ = Address::parse(&text);
        }
    }
}

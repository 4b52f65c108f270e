//! SPF records (RFC 7208): what a domain lets send for it.

use std::net::{Ipv4Addr, Ipv6Addr};

/// What is to become of a sender that a mechanism matches (RFC 7208 section
/// 4.6.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Qualifier {
    /// `+`, or nothing: it may send.
    Pass,
    /// `-`, hardfail: it must not.
    Fail,
    /// `~`, softfail: it should not.
    Softfail,
    /// `?`: nothing is said.
    Neutral,
}

impl Qualifier {
    /// What stands before `all`.
    pub fn sign(self) -> char {
        match self {
            Self::Pass => '+',
            Self::Fail => '-',
            Self::Softfail => '~',
            Self::Neutral => '?',
        }
    }
}

/// A mechanism that asks DNS (RFC 7208 section 5); `ip4` and `ip6` do not. The
/// name is as written, macros and all; none means the record's own domain.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Mechanism {
    /// The addresses of a name.
    A(Option<String>),
    /// The addresses of a domain's mail exchangers.
    Mx(Option<String>),
    /// Whether a name has an address.
    Exists(String),
    /// The reverse name of the sender; RFC 7208 says not to use it.
    Ptr,
    /// Another domain's record.
    Include(String),
}

/// A record that was read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SpfRecord {
    /// The mechanisms that ask DNS, in their order, up to `all`.
    pub asks: Vec<Mechanism>,
    /// How `all` is qualified.
    pub all: Option<Qualifier>,
    /// The domain whose record goes on, where this one has no `all`.
    pub redirect: Option<String>,
}

/// Why a record is an error to every receiver ("permerror").
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SpfError {
    /// It does not begin with `v=spf1`.
    #[error("it doesn't begin with v=spf1")]
    Version,
    /// A term is none.
    #[error("{0:?} is no term of SPF")]
    Term(String),
    /// `redirect` or `exp` stands there twice (RFC 7208 section 6).
    #[error("{0} stands there twice")]
    Twice(&'static str),
    /// More terms than a receiver would read.
    #[error("it has more than {MAX_TERMS} terms")]
    TooLong,
}

/// More terms than fit into what receivers accept many times over.
const MAX_TERMS: usize = 1000;

/// Whether a text record is an SPF record (RFC 7208 section 4.5).
pub fn is_spf(text: &str) -> bool {
    let version = text.split(' ').next().unwrap_or_default();
    version.eq_ignore_ascii_case("v=spf1")
}

impl SpfRecord {
    /// Reads a record.
    ///
    /// # Errors
    /// See [`SpfError`]. What stands after `all` is read for errors too, since
    /// receivers check the whole record first (RFC 7208 section 4.6).
    pub fn parse(text: &str) -> Result<Self, SpfError> {
        if !is_spf(text) {
            return Err(SpfError::Version);
        }
        let mut record = Self {
            asks: Vec::new(),
            all: None,
            redirect: None,
        };
        let mut explained = false;
        let terms = text.split(' ').skip(1).filter(|term| !term.is_empty());
        for (number, term) in terms.enumerate() {
            if number >= MAX_TERMS {
                return Err(SpfError::TooLong);
            }
            let read = Term::read(term).ok_or_else(|| SpfError::Term(term.to_owned()))?;
            match read {
                Term::Asks(mechanism) if record.all.is_none() => record.asks.push(mechanism),
                Term::All(qualifier) if record.all.is_none() => record.all = Some(qualifier),
                // Never reached: all matches everybody.
                Term::Asks(_) | Term::All(_) | Term::Other => {}
                Term::Redirect(_) if record.redirect.is_some() => {
                    return Err(SpfError::Twice("redirect"));
                }
                Term::Redirect(domain) => record.redirect = Some(domain),
                Term::Explanation if explained => return Err(SpfError::Twice("exp")),
                Term::Explanation => explained = true,
            }
        }
        if record.all.is_some() {
            // RFC 7208 section 6.1: ignored.
            record.redirect = None;
        }
        Ok(record)
    }
}

enum Term {
    Asks(Mechanism),
    All(Qualifier),
    Redirect(String),
    Explanation,
    /// An address, or a modifier that nobody knows yet.
    Other,
}

impl Term {
    fn read(term: &str) -> Option<Self> {
        if !term.chars().all(|letter| letter.is_ascii_graphic()) {
            return None;
        }
        // A modifier's name ends at "=" before any ":" or "/".
        let name_end = term.find(['=', ':', '/']);
        if let Some((name, value)) = name_end
            .filter(|at| term.get(*at..).is_some_and(|rest| rest.starts_with('=')))
            .and_then(|at| term.split_at_checked(at))
        {
            return Self::modifier(name, value.get(1..)?);
        }
        let (qualifier, rest) = match term.split_at_checked(1)? {
            ("+", rest) => (Qualifier::Pass, rest),
            ("-", rest) => (Qualifier::Fail, rest),
            ("~", rest) => (Qualifier::Softfail, rest),
            ("?", rest) => (Qualifier::Neutral, rest),
            _ => (Qualifier::Pass, term),
        };
        let at = rest.find([':', '/']).unwrap_or(rest.len());
        let (name, value) = rest.split_at_checked(at)?;
        let domain = value.strip_prefix(':');
        match name.to_ascii_lowercase().as_str() {
            "all" if value.is_empty() => Some(Self::All(qualifier)),
            "include" => Some(Self::Asks(Mechanism::Include(name_of(domain?)?))),
            "exists" => Some(Self::Asks(Mechanism::Exists(name_of(domain?)?))),
            "ptr" if value.is_empty() => Some(Self::Asks(Mechanism::Ptr)),
            "ptr" => name_of(domain?).map(|_| Self::Asks(Mechanism::Ptr)),
            "a" => with_lengths(value, Mechanism::A),
            "mx" => with_lengths(value, Mechanism::Mx),
            "ip4" => network::<Ipv4Addr>(domain?, 32).map(|()| Self::Other),
            "ip6" => network::<Ipv6Addr>(domain?, 128).map(|()| Self::Other),
            _ => None,
        }
    }

    fn modifier(name: &str, value: &str) -> Option<Self> {
        let mut letters = name.chars();
        let begins = letters
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic());
        if !begins
            || !letters.all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
        {
            return None;
        }
        match name.to_ascii_lowercase().as_str() {
            "redirect" => name_of(value).map(Self::Redirect),
            "exp" => name_of(value).map(|_| Self::Explanation),
            _ => Some(Self::Other),
        }
    }
}

/// A domain, perhaps with macros, which may hold slashes.
fn name_of(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// `:name/24//64`, each part of which may be left out.
fn with_lengths(value: &str, of: fn(Option<String>) -> Mechanism) -> Option<Term> {
    let (value, six) = value.split_once("//").unwrap_or((value, "0"));
    // A slash inside braces is part of a macro.
    let macros_end = value.rfind('}').map_or(0, |at| at.saturating_add(1));
    let (macros, plain) = value.split_at_checked(macros_end)?;
    let (plain, four) = plain.split_once('/').unwrap_or((plain, "0"));
    if !length(six, 128) || !length(four, 32) {
        return None;
    }
    let name = format!("{macros}{plain}");
    if name.is_empty() {
        return Some(Term::Asks(of(None)));
    }
    let name = name_of(name.strip_prefix(':')?)?;
    Some(Term::Asks(of(Some(name))))
}

fn network<A: std::str::FromStr>(text: &str, most: u8) -> Option<()> {
    let (address, bits) = text.split_once('/').unwrap_or((text, "0"));
    (address.parse::<A>().is_ok() && length(bits, most)).then_some(())
}

fn length(text: &str, most: u8) -> bool {
    text.len() <= 3
        && text.chars().all(|digit| digit.is_ascii_digit())
        && text.parse::<u8>().is_ok_and(|bits| bits <= most)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_asks_dns_is_told_from_what_does_not() {
        let record = SpfRecord::parse(
            "v=spf1 +ip4:192.0.2.0/24 ip6:2001:db8::/32 a mx:mail.test/24//64 include:_spf.x.test \
             exists:%{i}.x.test ptr ~all a:never.test",
        )
        .expect("a record");
        assert_eq!(
            record.asks,
            [
                Mechanism::A(None),
                Mechanism::Mx(Some(String::from("mail.test"))),
                Mechanism::Include(String::from("_spf.x.test")),
                Mechanism::Exists(String::from("%{i}.x.test")),
                Mechanism::Ptr,
            ]
        );
        assert_eq!(record.all, Some(Qualifier::Softfail));
    }

    #[test]
    fn a_redirect_beside_all_is_ignored() {
        let record = SpfRecord::parse("v=spf1 redirect=_spf.x.test").expect("a record");
        assert_eq!(record.redirect.as_deref(), Some("_spf.x.test"));
        let record = SpfRecord::parse("V=SPF1 redirect=_spf.x.test -all").expect("a record");
        assert_eq!((record.redirect, record.all), (None, Some(Qualifier::Fail)));
    }

    #[test]
    fn what_a_receiver_calls_an_error_is_one() {
        for text in [
            "v=spf1 ip4:192.0.2.0/33 -all",
            "v=spf1 ip4:example.test -all",
            "v=spf1 include -all",
            "v=spf1 include: -all",
            "v=spf1 includes:x.test -all",
            "v=spf1 -all:x",
            "v=spf1 a/33 -all",
            "v=spf1 a: -all",
            "v=spf1 - all",
            "v=spf1 ipv4:192.0.2.1 -all",
            "v=spf1 redirect=a.test redirect=b.test",
            "v=spf1 \u{fc}=x",
            "v=spf10 -all",
            "spf1",
        ] {
            assert!(SpfRecord::parse(text).is_err(), "{text}");
        }
        assert!(SpfRecord::parse("v=spf1").is_ok());
        assert!(SpfRecord::parse("v=spf1 moo=cow:x/y a:%{d2}/24 -all").is_ok());
    }

    proptest! {
        #[test]
        fn any_text_gives_an_answer(text in "(v=spf1 )?\\PC{0,300}") {
            let _ = SpfRecord::parse(&text);
        }
    }
}

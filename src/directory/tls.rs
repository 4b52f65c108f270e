//! Whether mail must go by TLS, and which names the other side's certificate
//! may bear.

use std::fmt;

use crate::mail::Domain;

/// Whether mail to a class of recipients must go by TLS. NHS England supports
/// no enforced TLS, gov.uk asks for it: a site decides.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Tls {
    /// When the other side offers it.
    #[default]
    Opportunistic,
    /// Always, with a name that fits; mail waits otherwise.
    Require,
}

/// What a site's decisions ask of mail to one destination.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TlsDemand {
    /// Nothing: the MTA's own settings count.
    Nothing,
    /// TLS, with a certificate that is valid and bears a name that fits.
    Required,
    /// It can't be told, since there is no list: mail must wait.
    NoList,
}

/// The names that a certificate may bear where TLS is required, in the words of
/// Postfix's `smtp_tls_secure_cert_match`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CertificateNames(Vec<String>);

impl CertificateNames {
    /// How many there may be.
    pub const MOST: usize = 50;

    /// The words that stand for a name that depends on the destination: the
    /// name of the server, the domain, a name below the domain.
    pub const WORDS: [&str; 3] = ["hostname", "nexthop", "dot-nexthop"];

    /// Reads a word, a domain, or a domain with a dot before it, which means
    /// all names below it.
    pub fn parse_one(text: &str) -> Option<String> {
        let text = text.trim();
        if Self::WORDS.contains(&text) {
            return Some(text.to_owned());
        }
        let (dot, name) = match text.strip_prefix('.') {
            Some(name) => (".", name),
            None => ("", text),
        };
        // A word that was mistyped must not pass as a name.
        let domain = Domain::parse(name).ok()?;
        let whole = domain.as_str().contains('.') && !domain.as_str().contains(['[', ':']);
        whole.then(|| format!("{dot}{domain}"))
    }

    /// The names, if there is at least one and at most [`Self::MOST`].
    pub fn new(names: Vec<String>) -> Option<Self> {
        (1..=Self::MOST)
            .contains(&names.len())
            .then_some(Self(names))
    }
}

impl Default for CertificateNames {
    /// The domain, a name below it, or the server's own name: most accredited
    /// organisations have their mail received by a provider, whose certificate
    /// never bears the organisation's name.
    fn default() -> Self {
        Self(
            ["nexthop", "dot-nexthop", "hostname"]
                .map(str::to_owned)
                .into(),
        )
    }
}

impl fmt::Display for CertificateNames {
    /// As a policy table of Postfix has them: joined by colons.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join(":"))
    }
}

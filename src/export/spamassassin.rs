//! Senders that `SpamAssassin` lets through.

use super::domains::{Export, SecureDomains};

/// How `SpamAssassin` calls it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Spelling {
    /// `welcomelist_from`, from version 4.0 on.
    Welcomelist,
    /// `whitelist_from`, in versions 3.x; 4.x still knows it.
    Whitelist,
}

/// The lines as text, for a file such as `local.cf`.
pub fn spamassassin(domains: &SecureDomains<'_>, spelling: Spelling) -> Export {
    let (word, other, versions) = match spelling {
        Spelling::Welcomelist => ("welcomelist_from", "welcomelist_auth", "4.0 and later"),
        Spelling::Whitelist => ("whitelist_from", "whitelist_auth", "3.x"),
    };
    let title = format!("Domains that count as secure, for SpamAssassin {versions}.");
    let safer = format!("Where SPF or DKIM is checked, {other} in place of {word} is safer:");
    let head = [
        title.as_str(),
        safer.as_str(),
        "anybody can write a sender's address.",
        "",
    ];
    domains.lines("#", &head, |domain| format!("{word} *@{domain}"))
}

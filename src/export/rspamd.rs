//! A map of rspamd: a domain a line.

use super::domains::{Export, SecureDomains};

/// The map as text, for a rule of the module multimap.
pub fn rspamd(domains: &SecureDomains<'_>) -> Export {
    domains.lines("#", &HEAD, ToString::to_string)
}

const HEAD: [&str; 6] = [
    "Domains that count as secure, as a map of rspamd: a domain a line, each meant",
    "exactly. For multimap, such as",
    "  SECURE_RECIPIENT { type = \"rcpt\"; filter = \"email:domain\"; map = \"FILE\"; }",
    "In a rule about senders (type = \"from\") ask for R_DKIM_ALLOW or DMARC_POLICY_ALLOW",
    "beside it: anybody can write a sender's address.",
    "",
];

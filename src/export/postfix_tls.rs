//! A table of Postfix for `smtp_tls_policy_maps`: where TLS is required.

use super::domains::{Export, SecureDomains};
use crate::directory::TlsDemand;

/// The table as text, for `texthash:` or `postmap`: the destinations to which
/// the site's settings require TLS. A block takes nothing away from that.
pub fn postfix_tls(domains: &SecureDomains<'_>) -> Export {
    let directory = domains.directory;
    let policy = directory.standpoint().tls_policy();
    let exact = directory.named().into_iter();
    let exact = exact
        .filter(|domain| directory.tls(domain, domains.at) == TlsDemand::Required)
        .map(|domain| domain.to_string());
    let below = directory.below().into_keys();
    let below = below
        .filter(|parent| directory.tls_below(parent) == TlsDemand::Required)
        .map(|parent| format!(".{parent}"));
    let names: Vec<String> = exact.chain(below).collect();
    let mut text = domains.head("#", &HEAD, names.len());
    for name in &names {
        text.extend([name.as_str(), " ", policy.as_str(), "\n"]);
    }
    Export {
        text,
        entries: names.len(),
        left_out: Vec::new(),
    }
}

const HEAD: [&str; 9] = [
    "Destinations to which mail must go by TLS, for Postfix: smtp_tls_policy_maps.",
    "",
    "Only those to which the settings recipients.tls-to-accredited or",
    "recipients.tls-to-government say \"require-always\". Nothing is written for the",
    "others: to them TLS is opportunistic, as Postfix's own settings have it.",
    "",
    "  smtp_tls_policy_maps = texthash:FILE",
    "A relayhost is asked for in place of the domains: see docs/tls-policy.md.",
    "",
];

//! A table of Postfix that answers OK for each domain: access(5).

use super::domains::{Export, SecureDomains};

/// The table as text, for `texthash:` or `postmap`.
pub fn postfix_access(domains: &SecureDomains<'_>) -> Export {
    domains.lines("#", &HEAD, |domain| format!("{domain} OK"))
}

const HEAD: [&str; 14] = [
    "Domains that count as secure, as a table of Postfix: access(5).",
    "",
    "For check_recipient_access texthash:FILE, which reads it as it is, where mail",
    "to secure domains is to be let through before later restrictions are asked.",
    "OK ends the list of restrictions that it stands in: never use it in",
    "smtpd_relay_restrictions, nor check_sender_access with it, since anybody can",
    "write a sender's address.",
    "",
    "Domains are meant exactly as written. By default Postfix takes",
    "hospital.example for sub.hospital.example too; take smtpd_access_maps out of",
    "parent_domain_matches_subdomains to have it exact:",
    "  parent_domain_matches_subdomains = debug_peer_list, fast_flush_domains,",
    "    mynetworks, permit_mx_backup_networks, qmqpd_authorized_clients, relay_domains",
    "",
];

//! Safe senders of Outlook and Exchange: `@domain` a line.

use super::domains::{Export, SecureDomains};

/// The list as text, for Outlook's "Import from File" or the values of
/// `Set-MailboxJunkEmailConfiguration -TrustedSendersAndDomains`. It has no
/// comments, since each line is taken for a sender, and lines end as Windows has
/// them.
pub fn exchange(domains: &SecureDomains<'_>) -> Export {
    let mut text = String::new();
    for domain in domains.exact.keys() {
        text.push('@');
        text.push_str(domain.as_str());
        text.push_str("\r\n");
    }
    Export {
        text,
        entries: domains.exact.len(),
        left_out: domains.left_out(),
    }
}

//! What a site has decided about recipients.

use std::collections::BTreeSet;

use super::tls::{CertificateNames, Tls};
use crate::mail::Domain;

/// How mail between two accredited organisations counts, when neither end is
/// nhs.net (secure email standard, reading of the pair rule).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum PairRule {
    /// Being listed is enough.
    #[default]
    Listed,
    /// Only mail from or to nhs.net is secure.
    Strict,
}

/// What a site has decided about recipients.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Standpoint {
    /// Our own domains.
    pub own: BTreeSet<Domain>,
    /// Whether our own domain is accredited.
    pub accredited: bool,
    /// How mail between two accredited organisations counts.
    pub pair_rule: PairRule,
    /// How long a domain that left the list still counts as accredited, in
    /// days.
    pub grace_days: u32,
    /// Whether mail to accredited domains must go by TLS.
    pub tls_to_accredited: Tls,
    /// Whether mail to government must go by TLS; else it is not secure.
    pub tls_to_government: Tls,
    /// The names that a certificate may bear where TLS is required.
    pub certificate_names: CertificateNames,
}

impl Default for Standpoint {
    fn default() -> Self {
        Self {
            own: BTreeSet::new(),
            accredited: true,
            pair_rule: PairRule::Listed,
            grace_days: 45,
            tls_to_accredited: Tls::Opportunistic,
            tls_to_government: Tls::Opportunistic,
            certificate_names: CertificateNames::default(),
        }
    }
}

impl Standpoint {
    /// What Postfix is told of a destination to which TLS is required, in the
    /// words of its `smtp_tls_policy_maps`. `secure` alone, without further
    /// attributes, is understood by every version.
    pub fn tls_policy(&self) -> String {
        format!("secure match={}", self.certificate_names)
    }
}

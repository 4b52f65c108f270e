//! What other programs are told of domains: exports of those that are secure, and
//! Postfix's map of where TLS is required.

use std::collections::{BTreeMap, BTreeSet};

use super::class::Class;
use super::classes::Member;
use super::look_up::{Directory, NHS_NET};
use super::series::Listed;
use super::tls::{Tls, TlsDemand};
use crate::mail::Domain;
use crate::timestamp::Timestamp;

impl Directory {
    /// Every domain that something is known about by its name, in order.
    pub fn named(&self) -> BTreeSet<Domain> {
        let registered = self.register.all().map(|(domain, _)| domain.clone());
        let classes = self.classes.exact().chain([NHS_NET]);
        let classes = classes.filter_map(|name| Domain::parse(name).ok());
        registered.chain(classes).collect()
    }

    /// The classes of all domains below others, and whether mail from us to
    /// them is secure, by the domain above, in order. A domain of its own
    /// entry, one on the list, or one that is blocked stands otherwise.
    pub fn below(&self) -> BTreeMap<Domain, (Class, bool, &Member)> {
        let parents = self.classes.parents();
        let parents = parents.filter_map(|name| Domain::parse(name).ok());
        parents
            .filter_map(|parent| {
                let member = self.classes.below(&parent)?;
                let class = member.class?;
                let secure = self.is_secure(class, false, member.confirmed_by.is_some());
                Some((parent, (class, secure, member)))
            })
            .collect()
    }

    /// Whether mail to a domain must go by TLS at a moment. That a domain is
    /// blocked takes nothing away: what is in the MTA's queue already must not
    /// leave in clear for it.
    pub fn tls(&self, domain: &Domain, at: Timestamp) -> TlsDemand {
        let standpoint = &self.standpoint;
        if self.is_own(domain) {
            return TlsDemand::Nothing;
        }
        let class = self.classes.get(domain).and_then(|member| member.class);
        if class == Some(Class::Government) && standpoint.tls_to_government == Tls::Require {
            return TlsDemand::Required;
        }
        if standpoint.tls_to_accredited == Tls::Opportunistic {
            return TlsDemand::Nothing;
        }
        let series = self.register.get(domain);
        let counts = match series.map_or(Listed::Never, |series| series.listed(at)) {
            Listed::Since { .. } => true,
            Listed::Left { left, .. } => at < self.grace_end(left),
            Listed::Never => domain.as_str() == NHS_NET,
        };
        if counts {
            TlsDemand::Required
        } else if self.register.snapshot(at).is_none() {
            TlsDemand::NoList
        } else {
            TlsDemand::Nothing
        }
    }

    /// Whether mail to all domains below one must go by TLS.
    pub fn tls_below(&self, parent: &Domain) -> TlsDemand {
        let class = self.classes.below(parent).and_then(|member| member.class);
        let require = self.standpoint.tls_to_government == Tls::Require;
        if class == Some(Class::Government) && require {
            TlsDemand::Required
        } else {
            TlsDemand::Nothing
        }
    }
}

//! Recipients: whose address is it, is it secure, and can we encrypt to it?
//!
//! [`Directory::look_up`] answers for one address at one moment from what was
//! loaded; it never asks the network.
//!
//! **What is not here:** what is done with a recipient; see [`crate::policy`].

mod accredited;
mod class;
mod keys;
mod register;

pub use accredited::{AccreditedList, ListError};
pub use class::{Class, Standing};
pub use keys::{Certificate, KeyError, KeyState, KeyStore, UsableKey};
pub use register::{
    Act, Approval, Block, Doubt, Entry, Import, Listed, Register, RegisterError, Series, Span,
    Trust,
};

use std::collections::BTreeSet;

use crate::mail::{Address, Domain, Path};
use crate::text::list_lines;
use crate::timestamp::Timestamp;

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

/// Everything that is known about recipients.
#[derive(Clone, Debug)]
pub struct Directory {
    own: BTreeSet<Domain>,
    own_accredited: bool,
    pair_rule: PairRule,
    accredited: AccreditedList,
    webmail: BTreeSet<Domain>,
    keys: KeyStore,
}

/// What is known about one recipient at one moment.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// Whose address it is.
    pub class: Class,
    /// Where its domain stands on the accredited list.
    pub standing: Standing,
    /// Whether mail from us to it is secure, after the pair rule.
    pub secure: bool,
    /// Whether we can encrypt to it.
    pub key: KeyState,
}

impl Directory {
    /// A directory of the organisation's own domains and standing, the
    /// accredited list and the certificates; the list of webmail services is
    /// built in.
    pub fn new(
        own: BTreeSet<Domain>,
        own_accredited: bool,
        pair_rule: PairRule,
        accredited: AccreditedList,
        keys: KeyStore,
    ) -> Self {
        let webmail = list_lines(include_str!("../../rules/lists/consumer-webmail.txt"))
            .filter_map(|line| Domain::parse(line).ok())
            .collect();
        Self {
            own,
            own_accredited,
            pair_rule,
            accredited,
            webmail,
            keys,
        }
    }

    /// What is known about the recipient of a path. A path that is no address
    /// is insecure, whatever it looks like.
    pub fn look_up(&self, path: &Path, at: Timestamp) -> Recipient {
        let Some(address) = path.address() else {
            return Recipient {
                class: Class::OtherInsecure,
                standing: Standing::NeverListed,
                secure: false,
                key: KeyState::None,
            };
        };
        let (class, standing) = self.class(address.domain());
        Recipient {
            class,
            standing,
            secure: self.is_secure(class),
            key: self.keys.look_up(address, at),
        }
    }

    /// The certificate that [`Directory::look_up`] called usable.
    pub fn usable_key(&self, address: &Address, at: Timestamp) -> Option<UsableKey> {
        self.keys.usable(address, at)
    }

    /// Whether a domain is one of our own.
    pub fn is_own(&self, domain: &Domain) -> bool {
        self.own.contains(domain)
    }

    /// The accredited list that this directory answers from.
    pub fn accredited(&self) -> &AccreditedList {
        &self.accredited
    }

    /// The certificates that this directory answers from.
    pub fn keys(&self) -> &KeyStore {
        &self.keys
    }

    fn class(&self, domain: &Domain) -> (Class, Standing) {
        let listed = self.accredited.contains(domain);
        let standing = if listed {
            Standing::Accredited
        } else {
            Standing::NeverListed
        };
        let class = if self.own.contains(domain) {
            Class::Internal
        } else if domain.as_str() == "nhs.net" {
            return (Class::NhsNet, Standing::Accredited);
        } else if listed {
            Class::Accredited
        } else if self.webmail.contains(domain) {
            Class::ConsumerWebmail
        } else {
            Class::OtherInsecure
        };
        (class, standing)
    }

    fn is_secure(&self, class: Class) -> bool {
        match class {
            Class::Internal => true,
            Class::NhsNet => self.own_accredited,
            Class::Accredited => {
                self.own_accredited && (self.pair_rule == PairRule::Listed || self.is_nhs_net())
            }
            Class::ConsumerWebmail | Class::OtherInsecure => false,
        }
    }

    fn is_nhs_net(&self) -> bool {
        self.own.iter().any(|domain| domain.as_str() == "nhs.net")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory(own_accredited: bool, pair_rule: PairRule) -> Directory {
        let list = "Organisation Name,Domain name \nA Trust,Listed.test \n";
        Directory::new(
            [Domain::parse("own.test").unwrap()].into(),
            own_accredited,
            pair_rule,
            AccreditedList::parse(list.as_bytes()).unwrap(),
            KeyStore::default(),
        )
    }

    fn look_up(directory: &Directory, address: &str) -> (Class, bool) {
        let at = Timestamp::from_unix_ms(0);
        let recipient = directory.look_up(&Path::new(address.as_bytes()), at);
        (recipient.class, recipient.secure)
    }

    #[test]
    fn classes_are_told_by_the_exact_domain() {
        let directory = directory(true, PairRule::Listed);
        for (address, class, secure) in [
            ("<a@OWN.test>", Class::Internal, true),
            ("a@nhs.net", Class::NhsNet, true),
            ("a@LISTED.test.", Class::Accredited, true),
            ("a@sub.listed.test", Class::OtherInsecure, false),
            ("a@nhs.net.evil.test", Class::OtherInsecure, false),
            ("a@gmail.com", Class::ConsumerWebmail, false),
            ("a%gmail.com@nhs.net", Class::OtherInsecure, false),
            ("a", Class::OtherInsecure, false),
        ] {
            assert_eq!(look_up(&directory, address), (class, secure), "{address}");
        }
    }

    #[test]
    fn our_own_standing_decides_too() {
        assert!(!look_up(&directory(false, PairRule::Listed), "a@nhs.net").1);
        assert!(look_up(&directory(false, PairRule::Listed), "a@own.test").1);
        assert!(!look_up(&directory(true, PairRule::Strict), "a@listed.test").1);
        assert!(look_up(&directory(true, PairRule::Strict), "a@nhs.net").1);
    }
}

//! The directory: everything that is known about recipients, and the answers from
//! it for an address or a domain at a moment.

use super::answer::{Answer, Recipient};
use super::class::{Class, Standing};
use super::classes::Classes;
use super::correspondents::Correspondents;
use super::keys::{KeyState, KeyStore, UsableKey};
use super::look_alike::LookAlikes;
use super::register::Register;
use super::series::Listed;
use super::standpoint::{PairRule, Standpoint};
use super::tls::Tls;
use crate::mail::{Address, Domain, Path};
use crate::timestamp::Timestamp;

/// Everything that is known about recipients.
#[derive(Clone, Debug)]
pub struct Directory {
    pub(super) standpoint: Standpoint,
    pub(super) register: Register,
    pub(super) classes: Classes,
    look_alikes: LookAlikes,
    /// Domains that we often write to, and that nothing else is known about.
    often: LookAlikes,
    keys: KeyStore,
}

impl Directory {
    /// A directory of what a site has decided, the register of lists and
    /// trusts, the classes and the certificates.
    pub fn new(
        standpoint: Standpoint,
        register: Register,
        classes: Classes,
        keys: KeyStore,
    ) -> Self {
        // Nobody is asked whether they meant a domain that nothing may go to.
        let meant = register.all().filter(|(_, series)| series.was_secure());
        let listed = meant.map(|(domain, _)| domain.clone());
        let own = standpoint.own.iter().cloned();
        let named = classes.exact().chain([NHS_NET, "nhs.uk"]);
        let named = named.filter_map(|name| Domain::parse(name).ok());
        let look_alikes = LookAlikes::new(own.chain(listed).chain(named));
        Self {
            standpoint,
            register,
            classes,
            look_alikes,
            often: LookAlikes::default(),
            keys,
        }
    }

    /// The same with another register.
    #[must_use]
    pub fn with_register(&self, register: Register) -> Self {
        let (standpoint, classes) = (self.standpoint.clone(), self.classes.clone());
        let often = self.often.clone();
        let new = Self::new(standpoint, register, classes, self.keys.clone());
        Self { often, ..new }
    }

    /// The same with the domains that we often write to, as they are at a moment.
    #[must_use]
    pub fn with_often(&self, all: &Correspondents, at: Timestamp) -> Self {
        let often = all.often(at).filter(|domain| self.is_learned(domain, at));
        let often = LookAlikes::new(often.cloned());
        Self {
            often,
            ..self.clone()
        }
    }

    /// Whether it is to be learned that we write to a domain: nothing is known
    /// of it, and it looks like no known one. What looks like one must never
    /// become known by being written to.
    pub fn is_learned(&self, domain: &Domain, at: Timestamp) -> bool {
        let is_name = !domain.as_str().starts_with('[');
        let is_known = self.look_alikes.has(domain) || self.look_alikes.find(domain).is_some();
        is_name && !is_known && !self.is_blocked(domain, at)
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
                looks_like: None,
            };
        };
        let answer = self.answer(address.domain(), at);
        Recipient {
            class: answer.class,
            standing: answer.standing,
            secure: answer.secure,
            key: self.keys.look_up(address, at),
            looks_like: answer.looks_like.cloned(),
        }
    }

    /// Where a domain stands at a moment, past ones too, and why.
    pub fn answer(&self, domain: &Domain, at: Timestamp) -> Answer<'_> {
        let series = self.register.get(domain);
        let member = self.classes.get(domain);
        let listed = series.map_or(Listed::Never, |series| series.listed(at));
        let grace_ends = match listed {
            Listed::Left { left, .. } => Some(self.grace_end(left)),
            Listed::Never | Listed::Since { .. } => None,
        };
        let by_list = match listed {
            Listed::Since { left: None, .. } => Standing::Accredited,
            Listed::Since { left: Some(_), .. } => Standing::Returned,
            Listed::Left { .. } if grace_ends.is_some_and(|end| at < end) => Standing::InGrace,
            Listed::Left { .. } => Standing::Lapsed,
            Listed::Never => Standing::NeverListed,
        };
        let counts = matches!(
            by_list,
            Standing::Accredited | Standing::Returned | Standing::InGrace
        );
        let trusted = series.is_some_and(|series| series.trust(at).is_some());
        let class_of = member.and_then(|member| member.class);
        let blocked = self.is_blocked(domain, at);
        let is_own = self.is_own(domain);
        let (class, standing) = if blocked && !is_own {
            (Class::Blocked, Standing::Blocked)
        } else if is_own {
            (Class::Internal, by_list)
        } else if domain.as_str() == NHS_NET {
            // Not even a broken list makes it anything else.
            (Class::NhsNet, Standing::Accredited)
        } else if counts {
            (Class::Accredited, by_list)
        } else if trusted {
            (Class::LocalTrust, Standing::LocallyTrusted)
        } else if member.is_some_and(|member| member.successor.is_some()) {
            (Class::OtherInsecure, Standing::Retired)
        } else {
            (class_of.unwrap_or(Class::OtherInsecure), by_list)
        };
        let confirmed = member.is_some_and(|member| member.confirmed_by.is_some());
        let looks_like = (class == Class::OtherInsecure && listed == Listed::Never)
            .then(|| {
                let known = self.look_alikes.find(domain);
                let often = || self.often.find(domain);
                known.or_else(|| often().filter(|often| !self.is_blocked(often, at)))
            })
            .flatten();
        Answer {
            class,
            standing,
            secure: self.is_secure(class, trusted, confirmed),
            listed,
            grace_ends,
            series,
            member,
            looks_like,
        }
    }

    /// Whether nothing may go to a domain at a moment, unless it is our own.
    fn is_blocked(&self, domain: &Domain, at: Timestamp) -> bool {
        let series = self.register.get(domain);
        let class = self.classes.get(domain).and_then(|member| member.class);
        class == Some(Class::Blocked) || series.is_some_and(|series| series.block(at).is_some())
    }

    pub(super) fn grace_end(&self, left: Timestamp) -> Timestamp {
        left.after_days(i64::from(self.standpoint.grace_days))
    }

    /// The certificate that [`Directory::look_up`] called usable.
    pub fn usable_key(&self, address: &Address, at: Timestamp) -> Option<UsableKey> {
        self.keys.usable(address, at)
    }

    /// Whether a domain is one of our own.
    pub fn is_own(&self, domain: &Domain) -> bool {
        self.standpoint.own.contains(domain)
    }

    /// The register that this directory answers from.
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// The classes that this directory answers from.
    pub fn classes(&self) -> &Classes {
        &self.classes
    }

    /// What the site has decided.
    pub fn standpoint(&self) -> &Standpoint {
        &self.standpoint
    }

    /// The digest of the list that counts at a moment; empty if there is none.
    pub fn snapshot(&self, at: Timestamp) -> &str {
        self.register.snapshot(at).map_or("", |(_, digest)| digest)
    }

    /// The certificates that this directory answers from.
    pub fn keys(&self) -> &KeyStore {
        &self.keys
    }

    /// Whether mail from us to a class is secure. `trusted` is whether we trust
    /// the domain ourselves, which counts whatever the list says; `confirmed` whether the site has confirmed the
    /// entry that it falls under.
    pub(super) fn is_secure(&self, class: Class, trusted: bool, confirmed: bool) -> bool {
        let standpoint = &self.standpoint;
        match class {
            Class::Internal => true,
            Class::NhsNet => standpoint.accredited || trusted,
            Class::Accredited => {
                let listed = standpoint.pair_rule == PairRule::Listed;
                trusted || standpoint.accredited && (listed || self.is_nhs_net())
            }
            Class::Government => {
                standpoint.accredited && standpoint.tls_to_government == Tls::Require
            }
            Class::CriminalJustice => standpoint.accredited && confirmed,
            Class::LocalTrust => trusted,
            Class::Blocked | Class::ConsumerWebmail | Class::OtherInsecure => false,
        }
    }

    fn is_nhs_net(&self) -> bool {
        let mut own = self.standpoint.own.iter();
        own.any(|domain| domain.as_str() == NHS_NET)
    }
}

/// NHS.net Connect, a row of the list that counts without one.
pub(super) const NHS_NET: &str = "nhs.net";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{AccreditedList, Act, Entry};

    fn day(number: i64) -> Timestamp {
        Timestamp::from_unix_ms(0).after_days(number)
    }

    fn register(lists: &[(i64, &str)]) -> Register {
        let mut register = Register::default();
        for (number, domains) in lists {
            let text = format!(
                "Organisation Name,Domain name \nA Trust,{}\n",
                domains.replace(' ', "\nA Trust,")
            );
            let list = AccreditedList::parse(text.as_bytes()).unwrap();
            let (import, _) = register.compare(&list, "test");
            let act = Act::Imported(Box::new(import));
            let by = String::from("test");
            register
                .add(Entry {
                    v: 1,
                    at: day(*number),
                    by,
                    act,
                })
                .unwrap();
        }
        register
    }

    fn standpoint(accredited: bool, pair_rule: PairRule) -> Standpoint {
        Standpoint {
            own: [Domain::parse("own.test").unwrap()].into(),
            accredited,
            pair_rule,
            ..Standpoint::default()
        }
    }

    fn directory(accredited: bool, pair_rule: PairRule) -> Directory {
        let register = register(&[(0, "Listed.test")]);
        let (classes, _) = Classes::read(&[]);
        Directory::new(
            standpoint(accredited, pair_rule),
            register,
            classes,
            KeyStore::default(),
        )
    }

    fn look_up(directory: &Directory, address: &str) -> (Class, bool) {
        let recipient = directory.look_up(&Path::new(address.as_bytes()), day(1));
        (recipient.class, recipient.secure)
    }

    #[test]
    fn classes_are_told_by_the_exact_domain() {
        let directory = directory(true, PairRule::Listed);
        let long = format!("a@{}", "x".repeat(65_536));
        let longer = format!("{}@listed.test", "x".repeat(65_536));
        for (address, class, secure) in [
            ("<a@OWN.test>", Class::Internal, true),
            ("a@nhs.net", Class::NhsNet, true),
            ("a@LISTED.test.", Class::Accredited, true),
            ("\"a b\"@listed.test", Class::Accredited, true),
            ("a+tag@listed.test", Class::Accredited, true),
            ("a@sub.listed.test", Class::OtherInsecure, false),
            ("a@listed.test..", Class::OtherInsecure, false),
            ("a@[192.0.2.1]", Class::OtherInsecure, false),
            ("a@[listed.test]", Class::OtherInsecure, false),
            ("a@l\u{131}sted.test", Class::OtherInsecure, false),
            ("a@\u{ff4c}isted.test", Class::Accredited, true),
            ("a@nhs.net.evil.test", Class::OtherInsecure, false),
            ("a@gmail.com", Class::ConsumerWebmail, false),
            ("a@council.gov.uk", Class::Government, false),
            ("a@x.police.uk", Class::CriminalJustice, false),
            ("a@nhs.scot", Class::LocalTrust, false),
            ("a@x.gsi.gov.uk", Class::OtherInsecure, false),
            ("a%gmail.com@nhs.net", Class::OtherInsecure, false),
            ("a", Class::OtherInsecure, false),
            (&long, Class::OtherInsecure, false),
            (&longer, Class::OtherInsecure, false),
        ] {
            let shown = address.get(..address.len().min(40)).unwrap_or("");
            assert_eq!(look_up(&directory, address), (class, secure), "{shown}");
        }
    }

    #[test]
    fn our_own_standing_decides_too() {
        assert!(!look_up(&directory(false, PairRule::Listed), "a@nhs.net").1);
        assert!(look_up(&directory(false, PairRule::Listed), "a@own.test").1);
        assert!(!look_up(&directory(true, PairRule::Strict), "a@listed.test").1);
        assert!(look_up(&directory(true, PairRule::Strict), "a@nhs.net").1);
        let mut require = standpoint(true, PairRule::Listed);
        require.tls_to_government = Tls::Require;
        let (classes, _) = Classes::read(&[]);
        let directory = Directory::new(require, Register::default(), classes, KeyStore::default());
        assert!(look_up(&directory, "a@council.gov.uk").1);
    }

    #[test]
    fn a_trust_of_ours_counts_where_the_pair_rule_would_not_and_a_block_before_it() {
        let mut register = register(&[(0, "listed.test")]);
        let mut act = |number, act| {
            let (at, by) = (day(number), String::from("test"));
            register.add(Entry { v: 1, at, by, act }).unwrap();
        };
        let domains = ["listed.test", "nhs.net", "other.test"].map(Domain::parse);
        let domains = domains.map(Result::unwrap);
        let why = || String::from("our network");
        for domain in domains.clone() {
            let until = day(10);
            act(
                1,
                Act::Trusted {
                    domain,
                    until,
                    why: why(),
                },
            );
        }
        for domain in domains.clone() {
            act(5, Act::Blocked { domain, why: why() });
        }
        let (classes, _) = Classes::read(&[]);
        let standpoint = standpoint(false, PairRule::Strict);
        let directory = Directory::new(standpoint, register, classes, KeyStore::default());
        for domain in &domains {
            let secure = |number| directory.answer(domain, day(number)).secure;
            let told = [0, 1, 4, 5, 9, 10].map(secure);
            assert_eq!(told, [false, true, true, false, false, false], "{domain}");
        }
    }

    #[test]
    fn a_domain_that_left_the_list_counts_until_its_grace_ends() {
        let register = register(&[(0, "a.test b.test"), (10, "a.test"), (100, "a.test b.test")]);
        let (classes, _) = Classes::read(&[]);
        let standpoint = standpoint(true, PairRule::Listed);
        let directory = Directory::new(standpoint, register, classes, KeyStore::default());
        let told = |number| {
            let recipient = directory.look_up(&Path::new(b"x@b.test"), day(number));
            (recipient.standing, recipient.secure)
        };
        for (number, expected) in [
            (-1, (Standing::NeverListed, false)),
            (0, (Standing::Accredited, true)),
            (9, (Standing::Accredited, true)),
            (10, (Standing::InGrace, true)),
            (54, (Standing::InGrace, true)),
            (55, (Standing::Lapsed, false)),
            (99, (Standing::Lapsed, false)),
            (100, (Standing::Returned, true)),
        ] {
            assert_eq!(told(number), expected, "day {number}");
        }
    }

    #[test]
    fn look_alikes_are_told_of_unknown_domains_only() {
        let directory = directory(true, PairRule::Listed);
        let like = |address: &str| {
            let recipient = directory.look_up(&Path::new(address.as_bytes()), day(1));
            recipient
                .looks_like
                .map(|domain| domain.as_str().to_owned())
        };
        assert_eq!(like("a@nhs.ner").as_deref(), Some("nhs.net"));
        assert_eq!(like("a@nhs.uk.com").as_deref(), Some("nhs.uk"));
        assert_eq!(like("a@gmial.com").as_deref(), Some("gmail.com"));
        assert_eq!(like("a@lsited.test").as_deref(), Some("listed.test"));
        assert_eq!(like("a@gmail.com"), None);
        let mut register = directory.register().clone();
        let domain = Domain::parse("blocked-firm.test").unwrap();
        let act = Act::Blocked {
            domain,
            why: String::from("phishing"),
        };
        let (at, by) = (day(1), String::from("test"));
        register.add(Entry { v: 1, at, by, act }).unwrap();
        let directory = directory.with_register(register);
        let path = Path::new(b"a@blocked-firn.test");
        assert_eq!(directory.look_up(&path, day(2)).looks_like, None);
        assert_eq!(like("a@other.test"), None);
    }

    #[test]
    fn a_slip_from_a_domain_that_we_often_write_to_is_told_and_no_slip_becomes_known_by_habit() {
        let mut directory = directory(true, PairRule::Listed);
        let domain = |name: &str| Domain::parse(name).unwrap();
        let mut all = Correspondents::default();
        for number in 0..20 {
            for name in ["quill.example", "nhs.ner", "own.test", "[192.0.2.1]"] {
                all.note(&domain(name), day(number));
            }
            let (learned, known) = (domain("quill.example"), domain("nhs.ner"));
            assert!(directory.is_learned(&learned, day(number)));
            assert!(!directory.is_learned(&known, day(number)));
        }
        let told = |directory: &Directory, address: &str| {
            let recipient = directory.look_up(&Path::new(address.as_bytes()), day(20));
            assert!(!recipient.secure, "{address}");
            let meant = recipient.looks_like;
            meant.map(|domain| domain.as_str().to_owned())
        };
        assert_eq!(told(&directory, "a@quilll.example"), None);
        directory = directory.with_often(&all, day(20));
        let quill = Some("quill.example");
        assert_eq!(told(&directory, "a@quilll.example").as_deref(), quill);
        assert_eq!(told(&directory, "a@quill.example.com").as_deref(), quill);
        assert_eq!(told(&directory, "a@quill.example"), None);
        assert_eq!(told(&directory, "a@nhs.ner").as_deref(), Some("nhs.net"));
        assert_eq!(told(&directory, "a@nhs.nerr"), None);
        // A new list takes nothing of it away, and a block does.
        directory = directory.with_register(Register::default());
        assert_eq!(told(&directory, "a@quilll.example").as_deref(), quill);
        let mut register = Register::default();
        let act = Act::Blocked {
            domain: domain("quill.example"),
            why: String::from("phishing"),
        };
        let (at, by) = (day(20), String::from("test"));
        register.add(Entry { v: 1, at, by, act }).unwrap();
        directory = directory.with_register(register);
        assert_eq!(told(&directory, "a@quilll.example"), None);
    }
}

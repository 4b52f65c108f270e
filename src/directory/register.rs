//! The register of recipients: every act that changed who may receive what,
//! in the order in which they were done, and what stood at any moment.
//!
//! The published list has no dates, so that since when a domain is on it, or
//! no longer, comes from the imports alone. Each act is one line of JSON; the
//! file is only ever added to. An import holds what it added and removed, so
//! that a year of daily imports is read as fast as one.
//!
//! **What is not here:** the file on disk ([`crate::load`]) and what a standing
//! means for mail ([`super::Directory`]).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::accredited::AccreditedList;
use super::acts::{Act, Entry, Import};
use super::entries::{self, RegisterError};
use super::series::{Block, Listed, Series, Span, Trust};
use crate::mail::Domain;
use crate::timestamp::Timestamp;

/// What makes a new list too unlike the last one to be taken without a named
/// approver.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Doubt {
    /// It has fewer than four fifths of the domains.
    #[error("it has {now} domains, fewer than 80 % of the last list's {before}")]
    Shrunk {
        /// How many the last list had.
        before: usize,
        /// How many this one has.
        now: usize,
    },
    /// It lacks more than a tenth of the domains.
    #[error("{removed} of the last list's {before} domains are missing, more than 10 %")]
    Removals {
        /// How many the last list had.
        before: usize,
        /// How many of those are missing.
        removed: usize,
    },
}

/// The register: all acts, and what follows from them.
#[derive(Clone, Debug, Default)]
pub struct Register {
    imports: Vec<(Timestamp, String, Import)>,
    domains: HashMap<Domain, Series>,
    current: usize,
    last: Option<Timestamp>,
    entries: usize,
}

impl Register {
    /// Reads a register, one entry a line. What stands behind the last line end
    /// was never finished, so never counted, and is passed over.
    ///
    /// # Errors
    /// At the first line that is no entry, is older than the one before, or
    /// does not follow from those before: a register that is wrong in one place
    /// is not used.
    pub fn read(text: &str) -> Result<Self, RegisterError> {
        let mut register = Self::default();
        entries::read(text, |entry| register.add(entry))?;
        Ok(register)
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// Why it does not follow from those before; then nothing is changed.
    pub fn add(&mut self, entry: Entry) -> Result<(), String> {
        if entry.v != 1 {
            return Err(format!("format {} is from a later version", entry.v));
        }
        if self.last.is_some_and(|last| entry.at < last) {
            return Err(String::from("it is older than the entry before it"));
        }
        let at = entry.at;
        match entry.act {
            Act::Imported(import) => self.import(at, entry.by, *import)?,
            Act::Trusted { domain, until, why } => {
                if until <= at {
                    return Err(String::from("the trust ends before it begins"));
                }
                self.series(domain).trusted.push(Trust {
                    from: at,
                    until,
                    by: entry.by,
                    why,
                });
            }
            Act::TrustEnded { domain, .. } => {
                for trust in &mut self.series(domain).trusted {
                    trust.until = trust.until.min(at);
                }
            }
            Act::Blocked { domain, why } => self.series(domain).blocked.push(Block {
                from: at,
                to: None,
                by: entry.by,
                why,
            }),
            Act::Unblocked { domain, .. } => {
                for block in &mut self.series(domain).blocked {
                    block.to = block.to.or(Some(at));
                }
            }
        }
        self.last = Some(at);
        self.entries = self.entries.saturating_add(1);
        Ok(())
    }

    /// Takes a list that nobody imported: it counts since ever. Only for a
    /// register without imports.
    pub fn start_with(&mut self, list: &AccreditedList) {
        let at = Timestamp::from_unix_ms(0);
        let (import, _) = self.compare(list, "");
        for (domain, organisation) in &import.added {
            let series = self.series(domain.clone());
            series.organisation.clone_from(organisation);
            series.listed.insert(0, Span { from: at, to: None });
        }
        self.current = list.len();
        self.imports.insert(0, (at, String::new(), import));
    }

    fn series(&mut self, domain: Domain) -> &mut Series {
        self.domains.entry(domain).or_default()
    }

    fn is_listed(&self, domain: &Domain) -> bool {
        let last = self
            .domains
            .get(domain)
            .and_then(|series| series.listed.last());
        last.is_some_and(|span| span.to.is_none())
    }

    fn import(&mut self, at: Timestamp, by: String, import: Import) -> Result<(), String> {
        let mut stay = import.renamed.keys();
        let known = import.added.keys().all(|domain| !self.is_listed(domain))
            && stay.all(|domain| self.is_listed(domain) && !import.removed.contains(domain))
            && import.removed.iter().all(|domain| self.is_listed(domain));
        let count = self
            .current
            .saturating_sub(import.removed.len())
            .saturating_add(import.added.len());
        if !known || count != import.domains {
            return Err(String::from(
                "what it added and removed does not follow from the entries before",
            ));
        }
        for domain in &import.removed {
            if let Some(span) = self.series(domain.clone()).listed.last_mut() {
                span.to = Some(at);
            }
        }
        for (domain, organisation) in &import.added {
            let series = self.series(domain.clone());
            series.organisation.clone_from(organisation);
            series.listed.push(Span { from: at, to: None });
        }
        for (domain, organisation) in &import.renamed {
            let series = self.series(domain.clone());
            series.organisation.clone_from(organisation);
        }
        self.current = count;
        self.imports.push((at, by, import));
        Ok(())
    }

    /// What importing a list would do now: the import, and what speaks against
    /// it.
    pub fn compare(&self, list: &AccreditedList, source: &str) -> (Import, Option<Doubt>) {
        let added: BTreeMap<Domain, String> = list
            .rows()
            .filter(|(domain, _)| !self.is_listed(domain))
            .map(|(domain, organisation)| (domain.clone(), organisation.to_owned()))
            .collect();
        let renamed: BTreeMap<Domain, String> = list
            .rows()
            .filter(|(domain, organisation)| {
                let series = self.domains.get(domain);
                self.is_listed(domain)
                    && series.is_some_and(|series| series.organisation != *organisation)
            })
            .map(|(domain, organisation)| (domain.clone(), organisation.to_owned()))
            .collect();
        let removed: BTreeSet<Domain> = self
            .listed_now()
            .filter(|domain| !list.contains(domain))
            .cloned()
            .collect();
        let (before, now) = (self.current, list.len());
        let doubt = if now.saturating_mul(10) < before.saturating_mul(8) {
            Some(Doubt::Shrunk { before, now })
        } else if removed.len().saturating_mul(10) > before {
            let removed = removed.len();
            Some(Doubt::Removals { before, removed })
        } else {
            None
        };
        let import = Import {
            digest: list.digest().to_owned(),
            source: source.to_owned(),
            domains: now,
            organisations: list.organisations(),
            added,
            renamed,
            removed,
            approved: None,
        };
        (import, doubt)
    }

    /// The domains that are on the list now, in no order.
    pub fn listed_now(&self) -> impl Iterator<Item = &Domain> {
        let domains = self.domains.keys();
        domains.filter(|domain| self.is_listed(domain))
    }

    /// All that is known about a domain.
    pub fn get(&self, domain: &Domain) -> Option<&Series> {
        self.domains.get(domain)
    }

    /// All domains that there ever was anything about, in no order.
    pub fn all(&self) -> impl Iterator<Item = (&Domain, &Series)> {
        self.domains.iter()
    }

    /// The imports, the oldest first: when, by whom, what.
    pub fn imports(&self) -> impl DoubleEndedIterator<Item = (Timestamp, &str, &Import)> {
        let imports = self.imports.iter();
        imports.map(|(at, by, import)| (*at, by.as_str(), import))
    }

    /// When the last list was taken over that counts at a moment, and its
    /// digest.
    pub fn snapshot(&self, at: Timestamp) -> Option<(Timestamp, &str)> {
        let mut latest_first = self.imports.iter().rev();
        let (from, _, import) = latest_first.find(|(from, _, _)| *from <= at)?;
        Some((*from, import.digest.as_str()))
    }

    /// How many domains are on the list now.
    pub fn len(&self) -> usize {
        self.current
    }

    /// Whether nothing was ever done.
    pub fn is_empty(&self) -> bool {
        self.entries == 0
    }

    /// How many acts there are.
    pub fn entries(&self) -> usize {
        self.entries
    }

    /// When the last act was done.
    pub fn last(&self) -> Option<Timestamp> {
        self.last
    }

    /// The domains that were on the list at a moment, in order.
    pub fn listed_at(&self, at: Timestamp) -> BTreeSet<&Domain> {
        let all = self.domains.iter();
        all.filter(|(_, series)| matches!(series.listed(at), Listed::Since { .. }))
            .map(|(domain, _)| domain)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: i64 = 86_400_000;

    fn day(number: i64) -> Timestamp {
        Timestamp::from_unix_ms(number * DAY)
    }

    fn list(domains: &[&str]) -> AccreditedList {
        let text = format!("Organisation,Domain name\nA,{}\n", domains.join("\nA,"));
        AccreditedList::parse(text.as_bytes()).unwrap()
    }

    /// As the command does it: what was read again must say the same.
    fn import(register: &mut Register, at: Timestamp, domains: &[&str]) -> Option<Doubt> {
        let (import, doubt) = register.compare(&list(domains), "test");
        let act = Act::Imported(Box::new(import));
        let entry = Entry {
            v: 1,
            at,
            by: String::from("test"),
            act,
        };
        register.add(entry).unwrap();
        doubt
    }

    fn at(register: &Register, domain: &str, moment: Timestamp) -> Listed {
        let series = register.get(&Domain::parse(domain).unwrap());
        series.map_or(Listed::Never, |series| series.listed(moment))
    }

    #[test]
    fn a_domain_that_leaves_and_returns_is_known_at_every_moment() {
        let mut register = Register::default();
        let (one, both) = (["a.test"], ["a.test", "b.test"]);
        for (number, domains) in [(10, &both[..]), (20, &one), (50, &both), (60, &both)] {
            import(&mut register, day(number), domains);
        }
        let told = |number| at(&register, "b.test", day(number));
        let since = |since, left: Option<i64>| Listed::Since {
            since: day(since),
            left: left.map(day),
        };
        let left = Listed::Left {
            since: day(10),
            left: day(20),
        };
        assert_eq!(told(9), Listed::Never);
        assert_eq!((told(10), told(19)), (since(10, None), since(10, None)));
        assert_eq!((told(20), told(49)), (left, left));
        assert_eq!(
            (told(50), told(99)),
            (since(50, Some(20)), since(50, Some(20)))
        );
        assert_eq!(register.snapshot(day(15)).unwrap().0, day(10));
        assert_eq!(register.listed_at(day(30)).len(), 1);
    }

    #[test]
    fn a_list_that_shrinks_or_loses_too_many_is_doubted() {
        let names: Vec<String> = (0..100).map(|number| format!("d{number}.test")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut register = Register::default();
        assert_eq!(import(&mut register, day(1), &names), None);
        let doubt = |domains: &[&str]| register.compare(&list(domains), "test").1;
        assert_eq!(doubt(&names[..90]), None);
        let removed = Doubt::Removals {
            before: 100,
            removed: 11,
        };
        assert_eq!(doubt(&names[..89]), Some(removed));
        let shrunk = Doubt::Shrunk {
            before: 100,
            now: 79,
        };
        assert_eq!(doubt(&names[..79]), Some(shrunk));
    }

    #[test]
    fn trust_ends_and_blocks_are_lifted() {
        let domain = Domain::parse("b.test").unwrap();
        let why = String::from("why");
        let mut register = Register::default();
        let mut act = |number, act| {
            let by = String::from("A");
            register.add(Entry {
                v: 1,
                at: day(number),
                by,
                act,
            })
        };
        let (until, early) = (day(30), day(1));
        act(
            2,
            Act::Trusted {
                domain: domain.clone(),
                until,
                why: why.clone(),
            },
        )
        .unwrap();
        let wrong = Act::Trusted {
            domain: domain.clone(),
            until: early,
            why: why.clone(),
        };
        assert!(act(3, wrong).is_err());
        act(
            10,
            Act::TrustEnded {
                domain: domain.clone(),
                why: why.clone(),
            },
        )
        .unwrap();
        act(
            11,
            Act::Blocked {
                domain: domain.clone(),
                why: why.clone(),
            },
        )
        .unwrap();
        assert!(
            act(
                5,
                Act::Unblocked {
                    domain: domain.clone(),
                    why: why.clone()
                }
            )
            .is_err()
        );
        act(
            12,
            Act::Unblocked {
                domain: domain.clone(),
                why,
            },
        )
        .unwrap();
        let series = register.get(&domain).unwrap();
        let trusted: Vec<i64> = (0..40)
            .filter(|at| series.trust(day(*at)).is_some())
            .collect();
        assert_eq!(trusted, (2..10).collect::<Vec<i64>>());
        let blocked: Vec<i64> = (0..40)
            .filter(|at| series.block(day(*at)).is_some())
            .collect();
        assert_eq!(blocked, [11]);
    }

    #[test]
    fn a_line_that_was_not_finished_never_counted() {
        let mut register = Register::default();
        import(&mut register, day(1), &["a.test"]);
        let (import, _) = Register::default().compare(&list(&["a.test"]), "test");
        let entry = Entry {
            v: 1,
            at: day(1),
            by: String::from("A"),
            act: Act::Imported(Box::new(import)),
        };
        let line = serde_json::to_string(&entry).unwrap();
        let read = Register::read(&format!("{line}\n{}", &line[..40])).unwrap();
        assert_eq!(read.len(), 1);
        let error = Register::read(&format!("{line}\n{}\n", &line[..40])).unwrap_err();
        assert_eq!(error.line, 2);
        // The same domains can't be added twice.
        assert_eq!(
            Register::read(&format!("{line}\n{line}\n"))
                .unwrap_err()
                .line,
            2
        );
    }

    proptest! {
        #[test]
        fn a_year_of_lists_is_told_right_on_every_day(
            days in proptest::collection::vec(proptest::collection::btree_set(0_usize..12, 1..12), 1..60),
        ) {
            let names: Vec<String> = (0..12).map(|number| format!("d{number}.test")).collect();
            let mut register = Register::default();
            let mut lines = String::new();
            for (number, on) in (0_i64..).zip(&days) {
                let domains: Vec<&str> = on.iter().map(|one| names[*one].as_str()).collect();
                let (import, _) = register.compare(&list(&domains), "test");
                let act = Act::Imported(Box::new(import));
                let entry = Entry { v: 1, at: day(number), by: String::new(), act };
                lines.push_str(&serde_json::to_string(&entry).unwrap());
                lines.push('\n');
                register.add(entry).unwrap();
            }
            let register = Register::read(&lines).unwrap();
            for (one, name) in names.iter().enumerate() {
                let (mut since, mut left) = (None, None);
                for (number, on) in (0_i64..).zip(&days) {
                    match (on.contains(&one), since) {
                        (true, None) => since = Some(day(number)),
                        (false, Some(_)) => {
                            left = Some((since.take().unwrap(), day(number)));
                        }
                        _ => {}
                    }
                    let expected = match (since, left) {
                        (Some(since), left) => Listed::Since { since, left: left.map(|left| left.1) },
                        (None, Some((since, left))) => Listed::Left { since, left },
                        (None, None) => Listed::Never,
                    };
                    let noon = Timestamp::from_unix_ms(number * DAY + DAY / 2);
                    prop_assert_eq!(at(&register, name, noon), expected);
                }
            }
        }
    }
}

//! Classes of recipients by domain, as dated data: what comes with gatepost
//! and what a site adds.
//!
//! An entry is a domain or, with `*.` before it, all domains below one. Of the
//! entries that fit, a site's own comes first, then the longest. An entry with
//! a successor is a retired name.
//!
//! **What is not here:** whether mail to a class is secure; see
//! [`super::Directory`].

use std::collections::HashMap;

use super::class::Class;
use crate::diagnostic::{Diagnostic, Source};
use crate::document::{Document, Table};
use crate::mail::Domain;
use crate::text::list_lines;

/// An entry of the classes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Member {
    /// The class; none for a retired name.
    pub class: Option<Class>,
    /// What is used in place of a retired name.
    pub successor: Option<String>,
    /// Why it is in this class.
    pub source: String,
    /// When somebody looked at the source, as `yyyy-mm-dd`.
    pub checked: String,
    /// Who confirmed that mail to it is secure; only a site's own entry has it.
    pub confirmed_by: Option<String>,
    /// When it must be looked at again, as `yyyy-mm-dd`; only a site's own entry
    /// has it.
    pub review: Option<String>,
}

/// The classes of domains.
#[derive(Clone, Debug, Default)]
pub struct Classes {
    built_in: Members,
    site: Members,
}

#[derive(Clone, Debug, Default)]
struct Members {
    exact: HashMap<String, Member>,
    below: HashMap<String, Member>,
}

/// What an entry may be.
const WORDS: [(&str, Class); 5] = [
    ("blocked", Class::Blocked),
    ("consumer-webmail", Class::ConsumerWebmail),
    ("criminal-justice", Class::CriminalJustice),
    ("government", Class::Government),
    ("local-trust", Class::LocalTrust),
];

impl Classes {
    /// The classes that come with gatepost, and a site's own files. With an
    /// error among the complaints they must not be used.
    pub fn read(site: &[Source]) -> (Self, Vec<Diagnostic>) {
        let mut classes = Self {
            built_in: built_in(),
            site: Members::default(),
        };
        let mut diagnostics = Vec::new();
        for source in site {
            let (members, complaints) = members(source, true);
            classes.site.exact.extend(members.exact);
            classes.site.below.extend(members.below);
            diagnostics.extend(complaints);
        }
        (classes, diagnostics)
    }

    /// The entry that a domain falls under, and as it is written there.
    pub fn get(&self, domain: &Domain) -> Option<&Member> {
        let site = self.site.get(domain);
        site.or_else(|| self.built_in.get(domain))
    }

    /// What is used in place of a retired domain: the successor of its entry, with
    /// the domain's own parts for the star (`dept.gsi.gov.uk`: `dept.gov.uk`).
    pub fn successor(&self, domain: &Domain) -> Option<String> {
        let successor = self.get(domain)?.successor.as_deref()?;
        let Some(above) = successor.strip_prefix("*.") else {
            return Some(successor.to_owned());
        };
        let name = domain.as_str();
        let fronts = name.match_indices('.').filter_map(|(dot, _)| {
            let (front, parent) = name.split_at_checked(dot)?;
            let parent = parent.strip_prefix('.')?;
            let known = self
                .site
                .below(parent)
                .or_else(|| self.built_in.below(parent));
            known?.successor.as_ref().map(|_| front)
        });
        let front = fronts.min_by_key(|front| front.len())?;
        Some(format!("{front}.{above}"))
    }

    /// The entry that the domains below one fall under, unless a longer entry
    /// says otherwise.
    pub fn below(&self, parent: &Domain) -> Option<&Member> {
        let site = self.site.below(parent.as_str());
        site.or_else(|| self.built_in.below(parent.as_str()))
    }

    /// All domains whose domains below them are named together.
    pub fn parents(&self) -> impl Iterator<Item = &str> {
        let all = self.site.below.keys().chain(self.built_in.below.keys());
        all.map(String::as_str)
    }

    /// All domains that are named without those below them, but for blocked ones.
    pub fn exact(&self) -> impl Iterator<Item = &str> {
        let all = self.site.exact.iter().chain(&self.built_in.exact);
        all.filter(|(_, member)| member.class != Some(Class::Blocked))
            .map(|(domain, _)| domain.as_str())
    }

    /// A site's own entries that must be looked at again by a day, given as
    /// `yyyy-mm-dd`, with how they are written; in order.
    pub fn to_review(&self, day: &str) -> Vec<(String, &Member)> {
        let exact = self.site.exact.iter();
        let below = self.site.below.iter();
        let exact = exact.map(|(domain, member)| (domain.clone(), member));
        let below = below.map(|(domain, member)| (format!("*.{domain}"), member));
        let mut due: Vec<_> = exact
            .chain(below)
            .filter(|(_, member)| member.review.as_deref().is_some_and(|review| review <= day))
            .collect();
        due.sort_by(|one, other| one.0.cmp(&other.0));
        due
    }
}

impl Members {
    fn get(&self, domain: &Domain) -> Option<&Member> {
        if let Some(member) = self.exact.get(domain.as_str()) {
            return Some(member);
        }
        let (_, parent) = domain.as_str().split_once('.')?;
        self.below(parent)
    }

    /// The entry of the domains below `parent`, or below the nearest above it.
    fn below(&self, mut parent: &str) -> Option<&Member> {
        loop {
            if let Some(member) = self.below.get(parent) {
                return Some(member);
            }
            (_, parent) = parent.split_once('.')?;
        }
    }

    fn insert(&mut self, name: &str, member: Member) {
        let (table, domain) = match name.strip_prefix("*.") {
            Some(parent) => (&mut self.below, parent),
            None => (&mut self.exact, name),
        };
        table.insert(domain.to_owned(), member);
    }
}

fn built_in() -> Members {
    let text = include_str!("../../rules/lists/recipient-classes.toml");
    let (mut all, _) = members(&Source::new("built-in classes", text), false);
    for domain in list_lines(include_str!("../../rules/lists/consumer-webmail.txt")) {
        let member = Member {
            class: Some(Class::ConsumerWebmail),
            successor: None,
            source: String::from("the list of mail services for the public"),
            checked: String::from("2026-11-22"),
            confirmed_by: None,
            review: None,
        };
        all.insert(domain, member);
    }
    all
}

fn members(source: &Source, own: bool) -> (Members, Vec<Diagnostic>) {
    Document::read(source, |file| {
        let mut members = Members::default();
        for table in file.tables("entry") {
            if let Some((name, member)) = member(&table, own) {
                members.insert(&name, member);
            }
        }
        members
    })
}

/// Reads an entry; a site's own says who is behind it and when to look again.
fn member(table: &Table<'_, '_>, own: bool) -> Option<(String, Member)> {
    let domain = table.required_text("domain", "\"partner.example\" or \"*.partner.example\"");
    let class = table.choice("class", &WORDS);
    let successor = table.text("successor").map(|text| text.value);
    let source = table.required_text("source", "\"why it is in this class\"");
    let checked = table.date("checked").map(|date| date.value);
    let confirmed_by = table.text("confirmed-by").map(|text| text.value);
    let review = table.date("review").map(|date| date.value);
    if class.is_some() == successor.is_some() {
        table.complain(
            "recipients::class-or-successor",
            table.span(),
            "an entry needs a class, or for a retired name a successor, and not both",
            "add the line class = \"local-trust\", for example",
        );
    }
    if own {
        table.require("checked", "2026-11-21");
        table.require("review", "2027-11-21");
    }
    table.finish();
    let domain = domain?;
    let bare = domain.value.strip_prefix("*.").unwrap_or(&domain.value);
    let Ok(parsed) = Domain::parse(bare) else {
        table.complain(
            "recipients::not-a-domain",
            domain.span,
            format!("\"{}\" is no domain", domain.value),
            "write it as after the @, such as \"partner.example\", or \"*.partner.example\" for all below it",
        );
        return None;
    };
    let stars = if bare.len() < domain.value.len() {
        "*."
    } else {
        ""
    };
    Some((
        format!("{stars}{parsed}"),
        Member {
            class,
            successor,
            source: source?.value,
            checked: checked.unwrap_or_default(),
            confirmed_by,
            review,
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get<'c>(classes: &'c Classes, domain: &str) -> Option<&'c Member> {
        classes.get(&Domain::parse(domain).unwrap())
    }

    #[test]
    fn the_built_in_entries_are_right_and_the_longest_fits() {
        let text = include_str!("../../rules/lists/recipient-classes.toml");
        let (_, complaints) = members(&Source::new("built-in classes", text), false);
        assert!(complaints.is_empty(), "{complaints:?}");
        let (classes, _) = Classes::read(&[]);
        for (domain, class) in [
            ("x.gov.uk", Some(Class::Government)),
            ("gov.uk", Some(Class::Government)),
            ("notgov.uk", None),
            ("a.b.police.uk", Some(Class::CriminalJustice)),
            ("police.uk", None),
            ("mod.gov.uk", Some(Class::CriminalJustice)),
            ("gmail.com", Some(Class::ConsumerWebmail)),
            ("x.gmail.com", None),
            ("wales.nhs.uk", None),
            ("x.wales.nhs.uk", Some(Class::LocalTrust)),
        ] {
            let found = get(&classes, domain).and_then(|member| member.class);
            assert_eq!(found, class, "{domain}");
        }
        for domain in ["x.gsi.gov.uk", "a.pnn.police.uk"] {
            assert!(
                get(&classes, domain).unwrap().successor.is_some(),
                "{domain}"
            );
        }
    }

    #[test]
    fn a_sites_own_entry_comes_first_and_says_when_to_look_again() {
        let file = "[[entry]]\ndomain = \"*.gov.uk\"\nclass = \"blocked\"\nsource = \"test\"\n\
            checked = 2026-01-01\nreview = 2026-06-01\n";
        let (classes, complaints) = Classes::read(&[Source::new("own.toml", file)]);
        assert!(complaints.is_empty(), "{complaints:?}");
        assert_eq!(
            get(&classes, "x.gov.uk").unwrap().class,
            Some(Class::Blocked)
        );
        assert_eq!(classes.to_review("2026-05-31").len(), 0);
        assert_eq!(classes.to_review("2026-06-01")[0].0, "*.gov.uk");
    }

    #[test]
    fn what_is_missing_or_wrong_is_said() {
        let file = "[[entry]]\ndomain = \"no domain\"\nsource = \"test\"\nclas = \"x\"\n";
        let (_, complaints) = Classes::read(&[Source::new("own.toml", file)]);
        let codes: Vec<&str> = complaints.iter().map(Diagnostic::code).collect();
        for code in ["recipients::class-or-successor", "recipients::not-a-domain"] {
            assert!(codes.contains(&code), "{codes:?}");
        }
        assert!(complaints.len() >= 4, "{codes:?}");
    }
}

//! The published list of accredited organisations (DCB1596), as a table.
//!
//! Columns are found by the beginning of their name in any case, never by
//! position. Domains are matched exactly: `nhs.uk` covers nothing below it.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::list_error::ListError;
use super::table::{self, Row, is_blank, shown};
use crate::mail::Domain;
use crate::scan::token::hex;

/// The accredited domains of one published file.
#[derive(Clone, Debug, Default)]
pub struct AccreditedList {
    /// Each domain with its organisation's name.
    domains: BTreeMap<Domain, String>,
    digest: String,
}

impl AccreditedList {
    /// Reads the published file as CSV: UTF-8 with or without a byte order
    /// mark, UTF-16 with one, or Windows-1252; LF or CRLF; cells parted by
    /// commas, semicolons or tabs; domains in any case with spaces around them.
    ///
    /// # Errors
    /// See [`ListError`]: a list that is wrong in one place is not used.
    pub fn parse(bytes: &[u8]) -> Result<Self, ListError> {
        let text = table::text(bytes)?;
        let (text, separator) = table::separator(&text, |headers| domain_column(headers).is_some());
        Self::of_rows(table::rows(text, separator), bytes)
    }

    /// Takes the rows of a table, each with its number from 1 and its cells.
    /// Notes of one cell may stand before the columns' names and behind the last
    /// domain. `bytes` is the file that they are from, for the digest.
    ///
    /// # Errors
    /// As [`AccreditedList::parse`].
    pub fn of_rows(
        mut rows: impl Iterator<Item = Result<Row, ListError>>,
        bytes: &[u8],
    ) -> Result<Self, ListError> {
        let found = table::headers(&mut rows, |headers| domain_column(headers).is_some())?;
        let Some((headers, first)) = found else {
            return Err(ListError::Empty);
        };
        let Some(domain_column) = domain_column(&headers) else {
            let found: Vec<&str> = headers.iter().map(|name| name.trim()).collect();
            let found = shown(&found.join(", "), 200);
            return Err(ListError::NoDomainColumn { found });
        };
        let organisation_column = column(&headers, |name| {
            name.starts_with("organisation") || name.starts_with("organization")
        });
        let mut domains = BTreeMap::new();
        let mut note = None;
        for row in first.into_iter().map(Ok).chain(rows) {
            let (line, cells) = row?;
            if is_blank(&cells) {
                continue;
            }
            let wrong = |line, what| Err(ListError::Row { line, what });
            if cells.len() < headers.len() {
                let what = format!(
                    "the row has {} cells of {}: is the file cut off? If it is a note, remove it",
                    cells.len(),
                    headers.len()
                );
                return wrong(line, what);
            }
            let field = cells.get(domain_column).map_or("", |cell| cell.trim());
            if field.is_empty() && table::filled(&cells) == 1 {
                // A note, if no domain comes behind it.
                note = note.or(Some(line));
                continue;
            }
            if field.is_empty() || note.is_some() {
                let what = String::from("the domain is missing; mend or remove the row");
                return wrong(note.unwrap_or(line), what);
            }
            let domain = Domain::parse(field).ok().filter(|domain| {
                let name = domain.as_str();
                name.contains('.') && !name.contains('[') && !domain.is_numeric()
            });
            let Some(domain) = domain else {
                let what = format!(
                    "\"{}\" is no domain; each row has one, without @, * or https://",
                    shown(field, 60)
                );
                return wrong(line, what);
            };
            let organisation = organisation_column.and_then(|column| cells.get(column));
            let organisation = organisation.map_or("", |name| name.trim());
            domains.insert(domain, shown(organisation, LONGEST_NAME));
        }
        if domains.is_empty() {
            return Err(ListError::Empty);
        }
        Ok(Self {
            domains,
            digest: hex(&Sha256::digest(bytes)),
        })
    }

    /// Each domain with the name of its organisation, in order.
    pub fn rows(&self) -> impl Iterator<Item = (&Domain, &str)> {
        let rows = self.domains.iter();
        rows.map(|(domain, organisation)| (domain, organisation.as_str()))
    }

    /// Whether exactly this domain is on the list.
    pub fn contains(&self, domain: &Domain) -> bool {
        self.domains.contains_key(domain)
    }

    /// How many domains are on the list.
    pub fn len(&self) -> usize {
        self.domains.len()
    }

    /// Whether nothing is on the list: no file was loaded.
    pub fn is_empty(&self) -> bool {
        self.domains.is_empty()
    }

    /// How many organisations are on the list.
    pub fn organisations(&self) -> usize {
        self.domains.values().collect::<BTreeSet<_>>().len()
    }

    /// SHA-256 of the file in hexadecimal; empty when no file was loaded.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

/// The longest name of an organisation that is kept, in characters; longer ones
/// are cut.
const LONGEST_NAME: usize = 200;

/// The column of the domains: one that says it is of their names, or else one
/// that is called so and nothing more ("Domain owner" is another matter).
fn domain_column(headers: &[String]) -> Option<usize> {
    column(headers, |name| name.starts_with("domainname"))
        .or_else(|| column(headers, |name| matches!(name, "domain" | "domains")))
}

/// The first column whose name is right; only its letters count, in lower case.
fn column(headers: &[String], is_right: impl Fn(&str) -> bool) -> Option<usize> {
    headers.iter().position(|name| {
        let letters = name.chars().filter(char::is_ascii_alphabetic);
        let letters: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
        is_right(&letters)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "System Type,Organisation Name,Domain name ,DMARC\r\n\
        Office 365,\"A, B Trust\", MixedCase.Test ,Reject\r\n\
        Exchange,\"A, B Trust\",two.test,Reject\r\n\
        Exchange,C Trust,Three.Test.,Reject\r\n";

    fn contains(list: &AccreditedList, domain: &str) -> bool {
        list.contains(&Domain::parse(domain).unwrap())
    }

    #[test]
    fn columns_are_found_by_name_and_domains_by_value() {
        let list = AccreditedList::parse(LIST.as_bytes()).unwrap();
        assert_eq!((list.len(), list.organisations()), (3, 2));
        assert!(contains(&list, "mixedcase.test"));
        assert!(contains(&list, "three.test"));
        assert!(!contains(&list, "sub.two.test"));
    }

    #[test]
    fn another_encoding_gives_the_same_list() {
        let mut bytes = b"\xef\xbb\xbf".to_vec();
        bytes.extend_from_slice(LIST.as_bytes());
        assert_eq!(AccreditedList::parse(&bytes).unwrap().len(), 3);
        let latin = LIST.replace("C Trust", "C\u{92} Trust");
        let latin: Vec<u8> = latin.chars().map(|letter| letter as u8).collect();
        assert_eq!(AccreditedList::parse(&latin).unwrap().len(), 3);
    }

    #[test]
    fn what_is_no_list_is_refused_with_a_reason() {
        let refused = |text: &str| AccreditedList::parse(text.as_bytes()).unwrap_err();
        assert_eq!(refused("<!DOCTYPE html><p>404"), ListError::Html);
        assert_eq!(refused("Domain name\n"), ListError::Empty);
        assert_eq!(
            refused("a,b\n1,2\n"),
            ListError::NoDomainColumn {
                found: String::from("a, b")
            }
        );
        let refused_row = |text: &str, at: u64, why: &str| {
            let error = refused(text);
            assert!(
                matches!(&error, ListError::Row { line, what } if *line == at && what.contains(why)),
                "{text:?}: {error}"
            );
        };
        refused_row(
            "Domain name\nok.test\nnot a domain\n",
            3,
            "\"not a domain\"",
        );
        for cell in [
            "*.a.test",
            "\u{ff0a}.a.test",
            "22.05.2025",
            "192.0.2.1",
            "[192.0.2.1]",
            "@a.test",
            "x@a.test",
            "https://a.test",
            "a.test/b.test",
            "a.test; b.test",
            "test",
            "xn--a.test",
            "a\u{202e}.test",
        ] {
            refused_row(
                &format!("A,Domain name\nA,ok.test\nB,{cell}\n"),
                3,
                "is no domain",
            );
        }
        // Lines are counted as an editor does, whatever ends them.
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("{end}A,Domain name{end}\"A{end}\",ok.test{end}{end}B,b{end}");
            refused_row(&text, 6, "\"b\"");
            refused_row(
                &format!("A,Domain name{end}B,a.test{end}\"B,b"),
                3,
                "cut off?",
            );
        }
        refused_row("A,Domain name\nA,\nB,ok.test\n", 2, "missing");
        refused_row("A,Domain name,B\nA,,B\n", 2, "missing");
        refused_row("A,Domain name\nA,ok.test\nSome note\n", 3, "cut off?");
        for bytes in [
            &b"%PDF-1.7\n"[..],
            b"\x1F\x8B\x08",
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
            b"PK\x03\x04",
            b"D\0o\0m\0a\0i\0n\0",
        ] {
            let error = AccreditedList::parse(bytes).unwrap_err();
            assert!(matches!(error, ListError::NotText(_)), "{error}");
        }
        let error = refused("<?xml version='1.0'?><Error>AccessDenied</Error>");
        assert_eq!(error, ListError::Html);
        // Columns that are about domains have none.
        let error = refused("Organisation,Domain owner\nA,Jo.Doe\n");
        assert!(matches!(error, ListError::NoDomainColumn { .. }), "{error}");
        let error = refused("a\u{1b}[2J,b\n").to_string();
        assert!(!error.contains('\u{1b}'), "{error:?}");
    }

    #[test]
    fn other_separators_and_notes_give_the_same_list() {
        let rows = "Organisation Name;Domain name ;DMARC\r\n\
            \"A; B Trust\";a.test;Reject\r\nC Trust;b.test;Reject\r\n";
        let tabs = rows.replace(';', "\t").replace("A\t B", "A; B");
        let commas = rows.replace(';', ",").replace("A, B", "A; B");
        let noted = |rows: &str, blank: &str| {
            format!(
                "Domain names as of May 2025{blank}\r\n{blank}\r\n{rows}{blank}\r\n\
                 Last updated: 22 May 2025{blank}\r\n* Note{blank}\r\n"
            )
        };
        let utf16: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain(tabs.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        for bytes in [
            rows.as_bytes().to_vec(),
            tabs.clone().into_bytes(),
            utf16,
            commas.clone().into_bytes(),
            format!("sep=;\r\n{rows}").into_bytes(),
            [b"\xEF\xBB\xBFsep=;\r\n", rows.as_bytes()].concat(),
            noted(rows, ";;").into_bytes(),
            noted(&tabs, "\t\t").into_bytes(),
            noted(&commas, ",,").into_bytes(),
            format!("A list\r\n\r\n{commas}").into_bytes(),
            commas.replace("\r\n", "\r").into_bytes(),
            commas.replace("a.test", "\u{a0}A.Test\u{a0}").into_bytes(),
        ] {
            let text = String::from_utf8_lossy(&bytes);
            let list =
                AccreditedList::parse(&bytes).unwrap_or_else(|error| panic!("{error}: {text}"));
            let rows: Vec<_> = list
                .rows()
                .map(|(name, whose)| (name.as_str(), whose))
                .collect();
            assert_eq!(
                rows,
                [("a.test", "A; B Trust"), ("b.test", "C Trust")],
                "{text}"
            );
        }
        // The only column may stand first in a file of semicolons.
        let list = AccreditedList::parse(b"Domain name;DMARC\na.test;Reject\n").unwrap();
        assert!(contains(&list, "a.test"));
        // A domain twice is one domain.
        assert_eq!(
            AccreditedList::parse(b"Domain\na.test\nA.TEST.\n")
                .unwrap()
                .len(),
            1
        );
    }
}

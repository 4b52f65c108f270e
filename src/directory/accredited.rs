//! The published list of accredited organisations (DCB1596), as CSV.
//!
//! Columns are found by the beginning of their name in any case, never by
//! position. Domains are matched exactly: `nhs.uk` covers nothing below it.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::mail::Domain;
use crate::scan::token::hex;

/// The accredited domains of one published file.
#[derive(Clone, Debug, Default)]
pub struct AccreditedList {
    /// Each domain with its organisation's name.
    domains: BTreeMap<Domain, String>,
    digest: String,
}

/// Why a file is no accredited list that can be trusted.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ListError {
    /// It is a web page, as when a download was answered with an error page.
    #[error("this is a web page and not a CSV file; download the list again")]
    Html,
    /// No column is named as the domain's should be.
    #[error(
        "no column's name begins with \"Domain name\" (found: {found}); save the published file as CSV with its header line"
    )]
    NoDomainColumn {
        /// The column names that were found.
        found: String,
    },
    /// Not one domain was found.
    #[error("there is not one domain in it; keep the last good file")]
    Empty,
    /// A row's domain is no domain, or a row can't be read.
    #[error("line {line}: {what}")]
    Row {
        /// The line of the file, counted from 1.
        line: u64,
        /// What is wrong and how to mend it.
        what: String,
    },
}

impl AccreditedList {
    /// Reads the published file as CSV: UTF-8 with or without a byte order
    /// mark, UTF-16 with one, or Windows-1252; LF or CRLF; domains in any case with spaces
    /// around them.
    ///
    /// # Errors
    /// See [`ListError`]: a list that is wrong in one place is not used.
    pub fn parse(bytes: &[u8]) -> Result<Self, ListError> {
        let text = decode(bytes);
        let start = text.trim_start().get(..200).unwrap_or(text.trim_start());
        let lower = start.to_ascii_lowercase();
        if lower.starts_with("<!doctype") || lower.contains("<html") {
            return Err(ListError::Html);
        }
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .from_reader(text.as_bytes());
        let rows = reader.records().map(|record| {
            let record = record.map_err(|error| row_error(&error))?;
            let line = record.position().map_or(0, csv::Position::line);
            Ok((line, record.iter().map(str::to_owned).collect()))
        });
        Self::of_rows(rows, bytes)
    }

    /// Takes the rows of a table, each with its number from 1 and its cells;
    /// the first that is not blank has the columns' names. `bytes` is the file
    /// that they are from, for the digest.
    ///
    /// # Errors
    /// As [`AccreditedList::parse`].
    pub fn of_rows(
        mut rows: impl Iterator<Item = Result<(u64, Vec<String>), ListError>>,
        bytes: &[u8],
    ) -> Result<Self, ListError> {
        let is_blank = |cells: &[String]| cells.iter().all(|cell| cell.trim().is_empty());
        let headers = loop {
            match rows.next() {
                Some(row) => {
                    let (_, cells) = row?;
                    if !is_blank(&cells) {
                        break cells;
                    }
                }
                None => return Err(ListError::Empty),
            }
        };
        let Some(domain_column) = column(&headers, &["domainname", "domain"]) else {
            let found: Vec<&str> = headers.iter().map(|name| name.trim()).collect();
            let mut found = found.join(", ");
            found.truncate(found.floor_char_boundary(200));
            return Err(ListError::NoDomainColumn { found });
        };
        let organisation_column = column(&headers, &["organisation", "organization"]);
        let mut domains = BTreeMap::new();
        for row in rows {
            let (line, cells) = row?;
            if is_blank(&cells) {
                continue;
            }
            if cells.len() < headers.len() {
                return Err(ListError::Row {
                    line,
                    what: format!(
                        "the row has {} cells of {}: is the file cut off?",
                        cells.len(),
                        headers.len()
                    ),
                });
            }
            let field = cells.get(domain_column).map_or("", |cell| cell.trim());
            let domain = Domain::parse(field)
                .ok()
                .filter(|domain| domain.as_str().contains('.') && !domain.as_str().contains('['));
            let Some(domain) = domain else {
                return Err(ListError::Row {
                    line,
                    what: String::from(
                        "the domain is missing or no domain; mend or remove the row",
                    ),
                });
            };
            let organisation = organisation_column.and_then(|column| cells.get(column));
            let organisation = organisation.map_or("", |name| name.trim());
            domains.insert(domain, organisation.to_owned());
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

/// The column whose name begins like one of these, the first of them first;
/// only letters count, in any case.
fn column(headers: &[String], beginnings: &[&str]) -> Option<usize> {
    let letters = |name: &String| -> String {
        let letters = name.chars().filter(char::is_ascii_alphabetic);
        letters.map(|letter| letter.to_ascii_lowercase()).collect()
    };
    beginnings.iter().find_map(|beginning| {
        let mut headers = headers.iter();
        headers.position(|name| letters(name).starts_with(beginning))
    })
}

fn decode(bytes: &[u8]) -> String {
    // Programs for sheets save "Unicode text" as UTF-16.
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0.into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        // Copies with Windows-1252 in organisations' names exist (2022).
        Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
    }
}

fn row_error(error: &csv::Error) -> ListError {
    ListError::Row {
        line: error.position().map_or(0, csv::Position::line),
        what: String::from("the row can't be read as CSV; mend or remove it"),
    }
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
        assert!(matches!(
            refused("Domain name\nok.test\nnot a domain\n"),
            ListError::Row { line: 3, .. }
        ));
    }
}

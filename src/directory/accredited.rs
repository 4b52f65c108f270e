//! The published list of accredited organisations (DCB1596), as CSV.
//!
//! Columns are found by the beginning of their name in any case, never by
//! position. Domains are matched exactly: `nhs.uk` covers nothing below it.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::mail::Domain;
use crate::scan::token::hex;

/// The accredited domains of one published file.
#[derive(Clone, Debug, Default)]
pub struct AccreditedList {
    domains: BTreeSet<Domain>,
    organisations: usize,
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
        "no column begins with \"Domain name\" (found: {found}); save the published file as CSV with its header line"
    )]
    NoDomainColumn {
        /// The column names that were found.
        found: String,
    },
    /// Not one domain was found.
    #[error("the list has a header line but not one domain; keep the last good file")]
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
    /// Reads the published file: UTF-8 with or without a byte order mark, or
    /// Windows-1252; LF or CRLF; domains in any case with spaces around them.
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
            .from_reader(text.as_bytes());
        let headers = reader.headers().map_err(|error| row_error(&error))?.clone();
        let column = |beginning: &str| {
            headers
                .iter()
                .position(|name| name.trim().to_ascii_lowercase().starts_with(beginning))
        };
        let Some(domain_column) = column("domain name") else {
            let found: Vec<&str> = headers.iter().map(str::trim).collect();
            let mut found = found.join(", ");
            found.truncate(found.floor_char_boundary(200));
            return Err(ListError::NoDomainColumn { found });
        };
        let organisation_column = column("organisation");
        let mut domains = BTreeSet::new();
        let mut organisations = BTreeSet::new();
        for record in reader.records() {
            let record = record.map_err(|error| row_error(&error))?;
            let line = record.position().map_or(0, csv::Position::line);
            if record.iter().all(|field| field.trim().is_empty()) {
                continue;
            }
            let field = record.get(domain_column).unwrap_or("").trim();
            let domain = Domain::parse(field).map_err(|_| ListError::Row {
                line,
                what: String::from("the domain is missing or no domain; mend or remove the row"),
            })?;
            domains.insert(domain);
            let organisation = organisation_column.and_then(|column| record.get(column));
            organisations.insert(organisation.unwrap_or("").trim().to_owned());
        }
        if domains.is_empty() {
            return Err(ListError::Empty);
        }
        Ok(Self {
            domains,
            organisations: organisations.len(),
            digest: hex(&Sha256::digest(bytes)),
        })
    }

    /// Whether exactly this domain is on the list.
    pub fn contains(&self, domain: &Domain) -> bool {
        self.domains.contains(domain)
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
        self.organisations
    }

    /// SHA-256 of the file in hexadecimal; empty when no file was loaded.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        // Copies with Windows-1252 in organisations' names exist (2022).
        // Domains are ASCII there, so each byte is one character.
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
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

//! Keys that a domain's mail is signed with (RFC 6376).
//!
//! DNS does not list selectors: those that were named and those that the common
//! services use are tried. Where none has a record, the name `_domainkey` tells
//! whether there is any other (RFC 8020): a name that does not exist has nothing
//! below it.

use crate::posture::dns::{Answer, Questions};
use crate::posture::records::{DkimError, DkimRecord, Key};
use crate::posture::report::{Check, Facts, Selector, Standing, Topic};
use crate::posture::shown::{count, shown};

/// Selectors that are tried without being named: Microsoft 365 (`selector1`,
/// `selector2`), Google Workspace (`google`), and what manuals of signers and
/// mailing services use.
pub(super) const COMMON: [&str; 10] = [
    "selector1",
    "selector2",
    "google",
    "default",
    "dkim",
    "mail",
    "mx",
    "k1",
    "s1",
    "s2",
];

/// RFC 8301: below, a signature counts for nothing.
const LEAST_BITS: u32 = 1024;
/// RFC 8301: what a signer should have.
const GOOD_BITS: u32 = 2048;

struct Found {
    selector: String,
    record: Result<DkimRecord, DkimError>,
}

/// Looks for keys under the selectors that were named and the common ones.
pub(super) async fn check(questions: &Questions<'_>, domain: &str, named: &[String]) -> Check {
    let mut found = Vec::new();
    let mut unanswered = None;
    let mut missing = Vec::new();
    let common = COMMON.iter().map(|name| (*name).to_owned());
    let common = common.filter(|name| !named.contains(name));
    for selector in named.iter().cloned().chain(common) {
        let name = format!("{selector}._domainkey.{domain}");
        match questions.texts(&name).await {
            Ok(Answer::Records(texts)) => {
                let record = best(&texts);
                // Under a name that was only guessed, something else may stand
                // there for every name.
                let other = record == Err(DkimError::Malformed) && !named.contains(&selector);
                if !other {
                    found.push(Found { selector, record });
                }
            }
            Ok(Answer::NoRecords | Answer::NoName) if named.contains(&selector) => {
                missing.push(selector);
            }
            Ok(Answer::NoRecords | Answer::NoName) => {}
            Err(error) => unanswered = unanswered.or(Some(error)),
        }
    }
    let some_selector = match questions.texts(&format!("_domainkey.{domain}")).await {
        Ok(Answer::NoName) => Some(false),
        Ok(Answer::Records(_) | Answer::NoRecords) => Some(true),
        Err(_) => None,
    };
    let facts = Facts::Dkim {
        selectors: found.iter().map(told).collect(),
        some_selector,
    };
    if let Some(selector) = missing.first() {
        let found = format!("the selector {} has no record", shown(selector));
        return Check::new(Topic::Dkim, Standing::FallsShort, found)
            .advise("publish the key that mail is signed with, or name another selector")
            .facts(facts);
    }
    match (found.is_empty(), unanswered) {
        (false, _) => judge(&found).facts(facts),
        (true, Some(error)) => Check::not_done(Topic::Dkim, &error),
        (true, None) => none(some_selector).facts(facts),
    }
}

/// Of several records under one selector, which must not be, the first that is
/// a key; else what is wrong with the first.
fn best(texts: &[String]) -> Result<DkimRecord, DkimError> {
    let mut read = texts.iter().map(|text| DkimRecord::parse(text));
    let first = read.next().unwrap_or(Err(DkimError::Malformed));
    first.or_else(|error| read.find_map(Result::ok).ok_or(error))
}

fn none(some_selector: Option<bool>) -> Check {
    match some_selector {
        Some(false) => Check::new(
            Topic::Dkim,
            Standing::FallsShort,
            "no selector exists (there is no _domainkey): mail is not signed as this domain",
        )
        .advise("sign all outgoing mail with DKIM"),
        Some(true) => Check::new(
            Topic::Dkim,
            Standing::NotChecked,
            "some selector may exist, but none of the common ones",
        )
        .advise("name the selector by --selector; s= in the DKIM-Signature of a message tells it"),
        None => Check::new(
            Topic::Dkim,
            Standing::NotChecked,
            "none of the common selectors exists, and whether there is another is not known",
        )
        .advise("name the selector by --selector; s= in the DKIM-Signature of a message tells it"),
    }
}

fn judge(found: &[Found]) -> Check {
    let keys = found
        .iter()
        .filter_map(|one| Some((one, one.record.as_ref().ok()?)));
    let keys: Vec<(&Found, &DkimRecord)> = keys.collect();
    let words: Vec<String> = found.iter().map(words).collect();
    let words = words.join(", ");
    let usable = keys.iter().filter(|(_, record)| {
        !record.testing && !matches!(record.key, Key::Rsa(bits) if bits < LEAST_BITS)
    });
    if usable.count() == 0 {
        return Check::new(
            Topic::Dkim,
            Standing::FallsShort,
            format!("no key that receivers act on: {words}"),
        )
        .advise("publish an RSA key of 2,048 bits or an Ed25519 key, without t=y");
    }
    let text = format!(
        "{} published: {words}; whether all mail is signed is not seen from here",
        count(keys.len(), "key")
    );
    let poor = keys.iter().any(|(_, record)| {
        record.testing || matches!(record.key, Key::Rsa(bits) if bits < GOOD_BITS)
    });
    if poor {
        return Check::new(Topic::Dkim, Standing::Advice, text)
            .advise("replace keys below 2,048 bits, and take t=y out");
    }
    Check::new(Topic::Dkim, Standing::Meets, text)
}

fn words(found: &Found) -> String {
    let name = shown(&found.selector);
    match &found.record {
        Ok(record) => {
            let key = match record.key {
                Key::Rsa(bits) => format!("RSA {bits} bits"),
                Key::Ed25519 => String::from("Ed25519"),
            };
            let testing = if record.testing { ", under test" } else { "" };
            format!("{name} ({key}{testing})")
        }
        Err(error) => format!("{name} ({error})"),
    }
}

fn told(found: &Found) -> Selector {
    let (key, bits) = match found.record.as_ref().map(|record| record.key) {
        Ok(Key::Rsa(bits)) => (Some("rsa"), Some(bits)),
        Ok(Key::Ed25519) => (Some("ed25519"), Some(256)),
        Err(_) => (None, None),
    };
    Selector {
        selector: shown(&found.selector),
        state: match &found.record {
            Ok(_) => "key",
            Err(DkimError::Revoked) => "revoked",
            Err(_) => "unusable",
        },
        key,
        bits,
    }
}

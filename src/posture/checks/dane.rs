//! DANE (RFC 7672): whether signed DNS tells senders which certificate a mail
//! exchanger must show.
//!
//! TLSA records count only where DNSSEC vouches for them, for the host's
//! address and for the MX record that leads to it (RFC 7672 section 2.2).

use openssl::hash::{MessageDigest, hash};
use openssl::x509::X509;

use super::tls::Visited;
use crate::posture::dns::{Answer, Questions, Signed, Tlsa, Unanswered};
use crate::posture::report::{Check, Facts, Standing, Topic};
use crate::posture::shown::count;

/// What was found for one host.
struct Host<'a> {
    visited: &'a Visited,
    records: Vec<Tlsa>,
    dnssec: Result<Signed, Unanswered>,
}

/// Looks at the TLSA records of each host that was visited; one check for all
/// where there are none.
pub(super) async fn check_all(
    questions: &Questions<'_>,
    domain: &str,
    visited: &[Visited],
) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut unused = None;
    let mut exchangers = None;
    for one in visited {
        let name = format!("_25._tcp.{}", one.host);
        match questions.tlsa_unproven(&name).await {
            Ok(Answer::Records(_)) => {}
            Ok(Answer::NoRecords | Answer::NoName) => {
                unused = Some(());
                continue;
            }
            Err(error) => {
                checks.push(Check::not_done(Topic::Dane, &error).of(&one.host));
                continue;
            }
        }
        let (records, signed) = match questions.tlsa(&name).await {
            Ok((answer, signed)) => (answer.records(), signed),
            Err(error @ Unanswered::Bogus) => {
                checks.push(broken(questions, &error).await.of(&one.host));
                continue;
            }
            Err(error) => {
                checks.push(Check::not_done(Topic::Dane, &error).of(&one.host));
                continue;
            }
        };
        if exchangers.is_none() {
            exchangers = Some(questions.exchangers_signed(domain).await);
        }
        let way = exchangers.clone().unwrap_or(Ok(Signed::Unknown));
        let dnssec = match (signed, way) {
            (Signed::Secure, Ok(Signed::Secure)) => questions.addresses_signed(&one.host).await,
            (Signed::Secure, other) => other,
            (other, _) => Ok(other),
        };
        let host = Host {
            visited: one,
            records,
            dnssec,
        };
        let check = match &host.dnssec {
            Err(error @ Unanswered::Bogus) => broken(questions, error).await,
            _ => judge(&host),
        };
        checks.push(check.of(&one.host));
    }
    // One line for all: a silence that differs from host to host is no news.
    if checks.is_empty() && unused.is_some() {
        let check = Check::new(
            Topic::Dane,
            Standing::Advice,
            "not used; the standard does not ask for it",
        )
        .advise("sign the zones and publish TLSA records, so that senders insist on TLS")
        .facts(Facts::Dane {
            records: 0,
            dnssec: None,
            fits: None,
        });
        checks.push(check);
    }
    checks
}

async fn broken(questions: &Questions<'_>, error: &Unanswered) -> Check {
    if !questions.signatures_arrive().await {
        let why = "TLSA records found, but the DNS server that was asked passes no signatures on";
        return Check::not_done(Topic::Dane, &why)
            .advise("name a DNS server that does by --resolver");
    }
    let found = format!("{error}: senders that check will not deliver");
    Check::new(Topic::Dane, Standing::FallsShort, found)
        .advise("mend the zone's DNSSEC")
        .facts(Facts::Dane {
            records: 0,
            dnssec: Some(false),
            fits: None,
        })
}

fn judge(host: &Host<'_>) -> Check {
    let records = count(host.records.len(), "TLSA record");
    let usable: Vec<&Tlsa> = host.records.iter().filter(|tlsa| is_usable(tlsa)).collect();
    let shown = &host.visited.chain;
    let fits = (!shown.is_empty()).then(|| usable.iter().any(|tlsa| fits(tlsa, shown)));
    let facts = |dnssec| Facts::Dane {
        records: host.records.len(),
        dnssec,
        fits,
    };
    match &host.dnssec {
        Err(error) => {
            let why = format!("{records} found, but not whether DNSSEC vouches for them: {error}");
            Check::not_done(Topic::Dane, &why).facts(facts(None))
        }
        Ok(Signed::Unknown) => {
            let why = format!("{records} found, but not whether DNSSEC vouches for them");
            Check::not_done(Topic::Dane, &why).facts(facts(None))
        }
        Ok(Signed::Insecure) => Check::new(
            Topic::Dane,
            Standing::Advice,
            format!("{records} found, but DNSSEC does not vouch for them: they have no effect"),
        )
        .advise("sign the zones of the domain and of its mail exchangers")
        .facts(facts(Some(false))),
        Ok(Signed::Secure) if usable.is_empty() => Check::new(
            Topic::Dane,
            Standing::FallsShort,
            format!("{records} signed by DNSSEC, none of a form that mail uses (RFC 7672)"),
        )
        .advise("publish 3 1 1: the SHA-256 of the certificate's key")
        .facts(facts(Some(true))),
        Ok(Signed::Secure) => match fits {
            Some(true) => Check::new(
                Topic::Dane,
                Standing::Meets,
                format!("{records} signed by DNSSEC, fitting the certificate"),
            ),
            Some(false) => Check::new(
                Topic::Dane,
                Standing::FallsShort,
                format!("{records} signed by DNSSEC, none fits the certificate: senders that check will not deliver"),
            )
            .advise("publish the record of the certificate in use"),
            None => Check::new(
                Topic::Dane,
                Standing::NotChecked,
                format!("{records} signed by DNSSEC, but the certificate was not seen"),
            ),
        }
        .facts(facts(Some(true))),
    }
}

/// RFC 7672 section 3.1: of the uses only DANE-TA and DANE-EE.
fn is_usable(tlsa: &Tlsa) -> bool {
    let length = match tlsa.matching {
        0 => !tlsa.data.is_empty(),
        1 => tlsa.data.len() == 32,
        2 => tlsa.data.len() == 64,
        _ => false,
    };
    matches!(tlsa.usage, 2 | 3) && matches!(tlsa.selector, 0 | 1) && length
}

/// Whether a record is of one of the certificates that were shown: with DANE-EE
/// of the server's own, with DANE-TA of one above it.
fn fits(tlsa: &Tlsa, chain: &[X509]) -> bool {
    let certificates: &[X509] = match tlsa.usage {
        3 => chain.get(..1).unwrap_or_default(),
        _ => chain.get(1..).unwrap_or_default(),
    };
    certificates
        .iter()
        .filter_map(|certificate| association(tlsa, certificate))
        .any(|data| data == tlsa.data)
}

fn association(tlsa: &Tlsa, certificate: &X509) -> Option<Vec<u8>> {
    let bytes = match tlsa.selector {
        0 => certificate.to_der().ok()?,
        _ => certificate.public_key().ok()?.public_key_to_der().ok()?,
    };
    match tlsa.matching {
        0 => Some(bytes),
        1 => hash(MessageDigest::sha256(), &bytes)
            .ok()
            .map(|data| data.to_vec()),
        _ => hash(MessageDigest::sha512(), &bytes)
            .ok()
            .map(|data| data.to_vec()),
    }
}

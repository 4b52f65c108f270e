//! The TLS of each mail exchanger, and what its certificate is worth.

use std::net::IpAddr;

use openssl::x509::X509;

use crate::posture::certificate::{Authority, Worth, judge};
use crate::posture::dns::{Answer, Questions};
use crate::posture::records::Mode;
use crate::posture::report::{Check, Facts, Standing, Topic};
use crate::posture::smtp::{Visit, VisitError, Visitor};
use crate::posture::tls::{Offer, Shown, TlsVersion};

/// What was learnt from the visit of one host.
#[derive(Debug)]
pub(super) struct Visited {
    /// The host.
    pub(super) host: String,
    /// How its TLS stands.
    pub(super) tls: Check,
    /// How its certificate stands, where it showed one.
    pub(super) certificate: Option<Check>,
    /// The certificates that it showed, its own first.
    pub(super) chain: Vec<X509>,
}

/// Addresses of one host that are tried until one answers.
const MAX_ADDRESSES: usize = 2;

/// Hosts in a row that do not answer, after which no more are tried: the port
/// is blocked on the way, and nothing would be learnt.
const BLOCKED_AFTER: usize = 2;

/// Days before its end from which a certificate is to be renewed.
const RENEW_DAYS: i32 = 14;

/// Visits hosts one after the other.
pub(super) async fn visit_all(
    questions: &Questions<'_>,
    visitor: &Visitor<'_>,
    authority: &Authority,
    hosts: &[String],
    policy: Option<Mode>,
) -> Vec<Visited> {
    let mut silent = 0_usize;
    let mut visited = Vec::new();
    for host in hosts {
        if silent >= BLOCKED_AFTER {
            let why = format!(
                "port {} of the hosts before did not answer; it may be blocked from here",
                visitor.port
            );
            visited.push(unknown(host, &why));
            continue;
        }
        let addresses = match questions.addresses(host).await {
            Ok(Answer::Records(addresses)) => addresses,
            Ok(Answer::NoRecords | Answer::NoName) => {
                let check = Check::new(Topic::Tls, Standing::FallsShort, "the host has no address")
                    .advise("take it out of the MX records, or publish its address");
                visited.push(without_certificate(host, check));
                continue;
            }
            Err(error) => {
                visited.push(unknown(host, &error));
                continue;
            }
        };
        match first_visit(visitor, &addresses, host).await {
            Ok((address, visit)) => {
                silent = 0;
                visited.push(tell(visitor, address, host, visit, authority, policy).await);
            }
            Err(error) => {
                silent = if error.is_silence() {
                    silent.saturating_add(1)
                } else {
                    0
                };
                visited.push(unknown(host, &error));
            }
        }
    }
    visited
}

/// The first address that answers, else why the last one did not.
async fn first_visit(
    visitor: &Visitor<'_>,
    addresses: &[IpAddr],
    host: &str,
) -> Result<(IpAddr, Visit), VisitError> {
    let mut failed = VisitError::NotSmtp;
    for address in addresses.iter().take(MAX_ADDRESSES) {
        match visitor.visit(*address, host, Offer::Everything).await {
            Ok(visit) => return Ok((*address, visit)),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

fn unknown(host: &str, why: &dyn std::fmt::Display) -> Visited {
    without_certificate(host, Check::not_done(Topic::Tls, why))
}

fn without_certificate(host: &str, check: Check) -> Visited {
    Visited {
        host: host.to_owned(),
        tls: check.of(host),
        certificate: None,
        chain: Vec::new(),
    }
}

async fn tell(
    visitor: &Visitor<'_>,
    address: IpAddr,
    host: &str,
    visit: Visit,
    authority: &Authority,
    policy: Option<Mode>,
) -> Visited {
    let shown = match visit {
        Visit::Tls(shown) => shown,
        Visit::NoStartTls => {
            let check = Check::new(
                Topic::Tls,
                Standing::FallsShort,
                "no STARTTLS: mail travels in clear",
            );
            return without_certificate(
                host,
                check
                    .advise("switch STARTTLS on, with TLS 1.2 at least")
                    .facts(facts(false, None, None)),
            );
        }
        Visit::NoTls(why) => {
            let found =
                format!("STARTTLS is offered, but {why}: mail travels in clear or not at all");
            let check = Check::new(Topic::Tls, Standing::FallsShort, found);
            return without_certificate(
                host,
                check
                    .advise("mend the server's TLS")
                    .facts(facts(true, None, None)),
            );
        }
    };
    let old = if shown.version >= TlsVersion::Tls12 {
        match visitor.visit(address, host, Offer::OldOnly).await {
            Ok(Visit::Tls(_)) => Some(true),
            Ok(Visit::NoTls(_)) => Some(false),
            Ok(Visit::NoStartTls) | Err(_) => None,
        }
    } else {
        Some(true)
    };
    let Shown { version, chain } = shown;
    let certificate = match (authority.demand(), judge(&chain, host, authority)) {
        (Err(none), _) => Check::not_done(Topic::Certificate, &none),
        (_, Ok(Some(worth))) => tell_certificate(&worth, policy),
        (_, Ok(None)) => Check::not_done(Topic::Certificate, &"the server showed none"),
        (_, Err(error)) => Check::not_done(Topic::Certificate, &error),
    };
    Visited {
        host: host.to_owned(),
        tls: tell_version(version, old).of(host),
        certificate: Some(certificate.of(host)),
        chain,
    }
}

fn tell_version(version: TlsVersion, old: Option<bool>) -> Check {
    let words = version.words();
    let check = if version < TlsVersion::Tls12 {
        Check::new(
            Topic::Tls,
            Standing::FallsShort,
            format!("nothing newer than {words}; the standard asks for TLS 1.2 at least"),
        )
        .advise("switch TLS 1.2 and 1.3 on")
    } else {
        match old {
            Some(true) => Check::new(
                Topic::Tls,
                Standing::Advice,
                format!("{words}, but TLS 1.0 or 1.1 is taken too"),
            )
            .advise("switch TLS 1.0 and 1.1 off"),
            Some(false) => Check::new(
                Topic::Tls,
                Standing::Meets,
                format!("{words}, and nothing older than TLS 1.2"),
            ),
            None => Check::new(
                Topic::Tls,
                Standing::Meets,
                format!("{words}; whether older versions are taken too is not known"),
            ),
        }
    };
    check.facts(facts(true, Some(version), old))
}

fn facts(starttls: bool, version: Option<TlsVersion>, old_accepted: Option<bool>) -> Facts {
    Facts::Tls {
        starttls,
        version,
        old_accepted,
    }
}

/// Senders without a policy take any certificate (RFC 7435): a bad one keeps
/// mail away only where MTA-STS is enforced.
fn tell_certificate(worth: &Worth, policy: Option<Mode>) -> Check {
    let until = format!("until {}", worth.until.day());
    let wrong = match (worth.distrust, worth.for_host) {
        (None, true) => None,
        (Some(why), true) => Some(format!("not to be trusted ({why}), {until}")),
        (None, false) => Some(format!("not for this host, {until}")),
        (Some(why), false) => Some(format!(
            "not to be trusted ({why}) and not for this host, {until}"
        )),
    };
    let check = match wrong {
        Some(wrong) if policy == Some(Mode::Enforce) => Check::new(
            Topic::Certificate,
            Standing::FallsShort,
            format!("{wrong}; the MTA-STS policy demands a good one: senders will not deliver"),
        )
        .advise("install a certificate of a public authority for this host"),
        Some(wrong) => Check::new(Topic::Certificate, Standing::Advice, wrong).advise(
            "install a certificate of a public authority for this host; \
             senders that insist on one will not deliver",
        ),
        None if worth.days_left < RENEW_DAYS => Check::new(
            Topic::Certificate,
            Standing::Advice,
            format!("trusted and for this host, {until}"),
        )
        .advise("renew it now"),
        None => Check::new(
            Topic::Certificate,
            Standing::Meets,
            format!("trusted and for this host, {until}"),
        ),
    };
    check.facts(Facts::Certificate {
        trusted: worth.distrust.is_none(),
        for_host: worth.for_host,
        until: worth.until.to_string(),
        days_left: worth.days_left,
    })
}

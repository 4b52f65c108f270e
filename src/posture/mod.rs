//! How a domain stands as a sender and a receiver of mail: SPF, DKIM, DMARC,
//! MTA-STS, DANE, its mail exchangers and their TLS.
//!
//! It serves two questions. Of one's own domain: does it meet the headings of
//! the accredited list (DCB1596: TLS 1.2 at least, SPF with softfail or
//! hardfail, DKIM on outgoing mail, DMARC with `p=reject`)? Of another's: can
//! they receive safely?
//!
//! Off the mail path: nothing here is asked while a message waits. Everything
//! comes from strangers and is bounded: questions, bytes, time, and how many
//! hosts are visited, one at a time. What could not be found out is said as not
//! checked, never as good or bad.
//!
//! **What is not here:** the command and how its report is printed, see
//! [`crate::cli`]; which domains are accredited, see [`crate::directory`].

mod certificate;
mod checks;
mod dns;
mod https;
pub mod records;
mod report;
mod shown;
mod smtp;
mod time;
mod tls;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use openssl::x509::X509;

pub use self::report::{Check, Facts, Posture, Selector, Standing, Topic};
pub use self::tls::TlsVersion;

use self::certificate::Authority;
use self::checks::World;
use self::dns::{Dns, ResolverError};
use self::https::Fetcher;
use self::smtp::Visitor;
use self::time::Patience;
use crate::mail::Domain;

/// How domains are checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The DNS server that is asked; those of the system if none is given.
    pub resolver: Option<SocketAddr>,
    /// A file of DNSKEY records to trust instead of the root's.
    pub trust_anchor: Option<PathBuf>,
    /// A file of certificates (PEM) to trust beside the system's.
    pub authority: Option<PathBuf>,
    /// DKIM selectors to look for beside the common ones.
    pub selectors: Vec<String>,
    /// What EHLO says.
    pub ehlo: String,
    /// The port of mail servers.
    pub smtp_port: u16,
    /// The port of web servers.
    pub https_port: u16,
    /// How long one question to DNS may take before it is put again.
    pub dns_wait: Duration,
    /// How long a connection, a reply or a fetched text may take.
    pub connect_wait: Duration,
    /// How long one domain may take; what is left over is not checked.
    pub domain_wait: Duration,
}

/// Checks domains one after the other.
#[derive(Debug)]
pub struct Checker {
    settings: Settings,
    authority: Authority,
    dns: Dns,
}

/// Nothing can be checked as it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// A file that was named can't be used.
    #[error("{0}: {1}")]
    File(PathBuf, String),
    /// The system does not say whom to ask.
    #[error("{0}")]
    System(String),
}

impl Checker {
    /// Makes ready; nothing is asked yet.
    ///
    /// # Errors
    /// See [`SetUpError`].
    pub fn new(settings: Settings) -> Result<Self, SetUpError> {
        let anchor = settings.trust_anchor.as_deref();
        let dns = Dns::new(settings.resolver, anchor, settings.dns_wait);
        let dns = dns.map_err(|error| match (&error, anchor) {
            (ResolverError::Anchor(why), Some(file)) => {
                SetUpError::File(file.to_owned(), why.clone())
            }
            _ => SetUpError::System(error.to_string()),
        })?;
        let authority = match &settings.authority {
            Some(file) => certificates(file)?,
            None => Vec::new(),
        };
        Ok(Self {
            settings,
            authority: Authority { own: authority },
            dns,
        })
    }

    /// Checks a domain.
    pub async fn check(&self, domain: &Domain) -> Posture {
        let settings = &self.settings;
        let patience = Patience::begin(settings.domain_wait);
        let authority = &self.authority;
        let world = World {
            questions: self.dns.questions(patience),
            fetcher: Fetcher {
                port: settings.https_port,
                authority,
                step: settings.connect_wait,
                patience,
            },
            visitor: Visitor {
                name: &settings.ehlo,
                port: settings.smtp_port,
                step: settings.connect_wait,
                patience,
            },
            authority,
            selectors: &settings.selectors,
        };
        Posture {
            domain: domain.clone(),
            checks: checks::all(&world, domain.as_str()).await,
        }
    }
}

fn certificates(file: &Path) -> Result<Vec<X509>, SetUpError> {
    let wrong = |why: String| SetUpError::File(file.to_owned(), why);
    let bytes = std::fs::read(file).map_err(|error| wrong(error.to_string()))?;
    let certificates = X509::stack_from_pem(&bytes).unwrap_or_default();
    if certificates.is_empty() {
        return Err(wrong(String::from("there is no certificate (PEM) in it")));
    }
    Ok(certificates)
}

//! The one file that knows hickory: what DNS is asked, and what it answers.
//!
//! Two resolvers ask the same server. The plain one takes every answer, so that
//! a domain whose DNSSEC is broken is still described. The other one checks
//! signatures from the root's key down and serves DANE alone, which is worth
//! something only with them (RFC 7672 section 2.1).

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::dnssec::{Proof, TrustAnchors};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use hickory_resolver::{Resolver, TokioResolver};

use super::time::{Late, Patience};

/// The way to DNS, for as many domains as are checked.
#[derive(Clone, Debug)]
pub(super) struct Dns {
    plain: TokioResolver,
    validating: TokioResolver,
    step: Duration,
}

/// The way to DNS can't be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum ResolverError {
    /// The system's configuration can't be read.
    #[error(
        "the system's resolvers can't be read from /etc/resolv.conf: {0}; name one by --resolver"
    )]
    System(String),
    /// The trust anchor can't be read.
    #[error("the trust anchor can't be read: {0}")]
    Anchor(String),
}

/// What a name has of a type.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Answer<T> {
    /// Records, at least one.
    Records(Vec<T>),
    /// The name is there, but has none of this type.
    NoRecords,
    /// The name is not there, nor is any below it (RFC 8020).
    NoName,
}

impl<T> Answer<T> {
    /// The records, perhaps none.
    pub(super) fn records(self) -> Vec<T> {
        match self {
            Self::Records(records) => records,
            Self::NoRecords | Self::NoName => Vec::new(),
        }
    }
}

/// Why a question has no answer.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum Unanswered {
    /// It took too long.
    #[error("DNS: {0}")]
    Late(#[from] Late),
    /// The server did not answer several questions in a row, so no more are
    /// asked.
    #[error("DNS: the server does not answer")]
    Silent,
    /// The server answered with an error, such as SERVFAIL.
    #[error("DNS: the server answered {0}")]
    Refused(String),
    /// Signatures are wrong or missing.
    #[error("DNSSEC signatures are wrong or missing")]
    Bogus,
    /// So many questions were asked for this domain that no more are.
    #[error("DNS: more than {MAX_QUESTIONS} questions for this domain")]
    TooMany,
    /// The name can't be asked for.
    #[error("DNS: the name is no name of DNS")]
    Name,
    /// The server can't be reached, or its answer can't be read.
    #[error("DNS: {0}")]
    Net(String),
}

/// What DNSSEC says of an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Signed {
    /// Signed, from the root's key down.
    Secure,
    /// Proven to be unsigned.
    Insecure,
    /// Not known.
    Unknown,
}

/// A mail exchanger of DNS.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Exchanger {
    /// The lowest is asked first.
    pub(super) preference: u16,
    /// In lower case, without the last dot; empty for the root (RFC 7505).
    pub(super) host: String,
}

/// A TLSA record (RFC 6698).
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Tlsa {
    pub(super) usage: u8,
    pub(super) selector: u8,
    pub(super) matching: u8,
    pub(super) data: Vec<u8>,
}

/// Questions for one domain: enough for every check of an honest one.
const MAX_QUESTIONS: u32 = 300;

/// Unanswered questions in a row after which the server counts as dead.
const SILENT_AFTER: u32 = 3;

/// A validated answer needs the keys of every zone above it: as many steps as
/// a deep name has labels, twice.
const STEPS_OF_VALIDATION: u32 = 4;

impl Dns {
    /// Through the server at an address, or those of the system.
    ///
    /// # Errors
    /// See [`ResolverError`].
    pub(super) fn new(
        server: Option<SocketAddr>,
        anchor: Option<&Path>,
        step: Duration,
    ) -> Result<Self, ResolverError> {
        let anchors = match anchor {
            Some(file) => TrustAnchors::from_file(file)
                .map_err(|error| ResolverError::Anchor(error.to_string()))?,
            None => TrustAnchors::default(),
        };
        Ok(Self {
            plain: resolver(server, step, None)?,
            validating: resolver(server, step, Some(Arc::new(anchors)))?,
            step,
        })
    }

    /// Begins the questions for one domain.
    pub(super) fn questions(&self, patience: Patience) -> Questions<'_> {
        Questions {
            dns: self,
            patience,
            asked: AtomicU32::new(0),
            unanswered: AtomicU32::new(0),
        }
    }
}

fn resolver(
    server: Option<SocketAddr>,
    step: Duration,
    anchors: Option<Arc<TrustAnchors>>,
) -> Result<TokioResolver, ResolverError> {
    let system = |error: NetError| ResolverError::System(error.to_string());
    let provider = TokioRuntimeProvider::default();
    let mut builder = match server {
        Some(address) => {
            let config = ResolverConfig::from_name_servers(vec![name_server(address)]);
            Resolver::builder_with_config(config, provider)
        }
        None => TokioResolver::builder_tokio().map_err(system)?,
    };
    if let Some(anchors) = anchors {
        builder = builder.with_trust_anchor(anchors);
    }
    let options: &mut ResolverOpts = builder.options_mut();
    options.timeout = step;
    options.attempts = 1;
    // The mail of the world does not look into our hosts file.
    options.use_hosts_file = ResolveHosts::Never;
    builder.build().map_err(system)
}

fn name_server(address: SocketAddr) -> NameServerConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
    let connections = connections.map(|mut connection| {
        connection.port = address.port();
        connection
    });
    NameServerConfig::new(address.ip(), true, connections.to_vec())
}

/// The questions for one domain, their number and time bounded.
#[derive(Debug)]
pub(super) struct Questions<'a> {
    dns: &'a Dns,
    patience: Patience,
    asked: AtomicU32,
    unanswered: AtomicU32,
}

impl Questions<'_> {
    /// Text records, each with its strings put together (RFC 7208 section 3.3)
    /// and what is not UTF-8 replaced.
    pub(super) async fn texts(&self, name: &str) -> Result<Answer<String>, Unanswered> {
        let answer = self.ask(name, RecordType::TXT).await?;
        Ok(select(answer, |data| {
            let RData::TXT(text) = data else { return None };
            let whole: Vec<u8> = text.txt_data.concat();
            Some(String::from_utf8_lossy(&whole).into_owned())
        }))
    }

    /// Mail exchangers, the first to be asked first.
    pub(super) async fn exchangers(&self, name: &str) -> Result<Answer<Exchanger>, Unanswered> {
        let answer = self.ask(name, RecordType::MX).await?;
        let mut answer = select(answer, |data| {
            let RData::MX(mx) = data else { return None };
            Some(Exchanger {
                preference: mx.preference,
                host: plain_name(&mx.exchange),
            })
        });
        if let Answer::Records(exchangers) = &mut answer {
            exchangers.sort();
            exchangers.dedup();
        }
        Ok(answer)
    }

    /// Addresses, those of IPv4 first.
    pub(super) async fn addresses(&self, name: &str) -> Result<Answer<IpAddr>, Unanswered> {
        let address = RData::ip_addr;
        let four = select(self.ask(name, RecordType::A).await?, address);
        if four == Answer::NoName {
            return Ok(four);
        }
        let mut all = four.records();
        match self.ask(name, RecordType::AAAA).await {
            Ok(answer) => all.extend(select(answer, address).records()),
            // Some servers fail for this type alone.
            Err(_) if !all.is_empty() => {}
            Err(error) => return Err(error),
        }
        Ok(if all.is_empty() {
            Answer::NoRecords
        } else {
            Answer::Records(all)
        })
    }

    /// TLSA records, and whether DNSSEC vouches for them or for their absence.
    pub(super) async fn tlsa(&self, name: &str) -> Result<(Answer<Tlsa>, Signed), Unanswered> {
        let answer = self.validated(name, RecordType::TLSA).await?;
        let signed = signed(&answer, RecordType::TLSA);
        let answer = select(answer, |data| {
            let RData::TLSA(tlsa) = data else { return None };
            Some(Tlsa {
                usage: tlsa.cert_usage.into(),
                selector: tlsa.selector.into(),
                matching: tlsa.matching.into(),
                data: tlsa.cert_data.clone(),
            })
        });
        Ok((answer, signed))
    }

    /// TLSA records, whoever vouches for them.
    pub(super) async fn tlsa_unproven(&self, name: &str) -> Result<Answer<()>, Unanswered> {
        let answer = self.ask(name, RecordType::TLSA).await?;
        Ok(select(answer, |data| {
            matches!(data, RData::TLSA(_)).then_some(())
        }))
    }

    /// Whether signatures reach us at all: many a resolver in between drops
    /// them, and then every signed zone looks forged. The root is always signed.
    pub(super) async fn signatures_arrive(&self) -> bool {
        let root = self.validated(".", RecordType::SOA).await;
        root.is_ok_and(|answer| signed(&answer, RecordType::SOA) == Signed::Secure)
    }

    /// Whether DNSSEC vouches for a domain's mail exchangers.
    pub(super) async fn exchangers_signed(&self, name: &str) -> Result<Signed, Unanswered> {
        let answer = self.validated(name, RecordType::MX).await?;
        Ok(signed(&answer, RecordType::MX))
    }

    /// Whether DNSSEC vouches for a host's addresses: of IPv4 where it has some,
    /// else of IPv6.
    pub(super) async fn addresses_signed(&self, name: &str) -> Result<Signed, Unanswered> {
        let answer = self.validated(name, RecordType::A).await?;
        if matches!(answer, Answer::Records(_)) {
            return Ok(signed(&answer, RecordType::A));
        }
        let answer = self.validated(name, RecordType::AAAA).await?;
        Ok(signed(&answer, RecordType::AAAA))
    }

    async fn ask(&self, name: &str, of: RecordType) -> Result<Answer<Lookup>, Unanswered> {
        // A question is sent again once, and over TCP where UDP is too small.
        let bound = self.dns.step.saturating_mul(2);
        self.put(&self.dns.plain, bound, name, of).await
    }

    async fn validated(&self, name: &str, of: RecordType) -> Result<Answer<Lookup>, Unanswered> {
        let bound = self.dns.step.saturating_mul(STEPS_OF_VALIDATION);
        self.put(&self.dns.validating, bound, name, of).await
    }

    async fn put(
        &self,
        resolver: &TokioResolver,
        bound: Duration,
        name: &str,
        of: RecordType,
    ) -> Result<Answer<Lookup>, Unanswered> {
        let name = absolute(name)?;
        if self.unanswered.load(Ordering::Relaxed) >= SILENT_AFTER {
            return Err(Unanswered::Silent);
        }
        if self.asked.fetch_add(1, Ordering::Relaxed) >= MAX_QUESTIONS {
            return Err(Unanswered::TooMany);
        }
        let answer = self.patience.wait(bound, resolver.lookup(name, of)).await;
        match answer {
            Err(late) => {
                self.unanswered.fetch_add(1, Ordering::Relaxed);
                Err(Unanswered::Late(late))
            }
            Ok(Err(NetError::Timeout)) => {
                self.unanswered.fetch_add(1, Ordering::Relaxed);
                Err(Unanswered::Late(Late::Step(bound)))
            }
            Ok(answer) => {
                self.unanswered.store(0, Ordering::Relaxed);
                understood(answer)
            }
        }
    }
}

fn understood(answer: Result<Lookup, NetError>) -> Result<Answer<Lookup>, Unanswered> {
    let error = match answer {
        Ok(lookup) => return Ok(Answer::Records(vec![lookup])),
        Err(NetError::Dns(error)) => error,
        Err(error) => return Err(Unanswered::Net(super::shown::shown(&error.to_string()))),
    };
    match error {
        DnsError::NoRecordsFound(none) if none.response_code == ResponseCode::NXDomain => {
            Ok(Answer::NoName)
        }
        // Nothing is there; that nothing proves it is no fault of an unsigned zone.
        DnsError::NoRecordsFound(_)
        | DnsError::Nsec {
            proof: Proof::Insecure,
            ..
        } => Ok(Answer::NoRecords),
        DnsError::Nsec { .. } | DnsError::DnssecBogus => Err(Unanswered::Bogus),
        DnsError::ResponseCode(code) => Err(Unanswered::Refused(code.to_str().to_owned())),
        error => Err(Unanswered::Net(super::shown::shown(&error.to_string()))),
    }
}

/// The records of a type. An answer may hold aliases and signatures only.
fn select<T>(answer: Answer<Lookup>, of: impl Fn(&RData) -> Option<T>) -> Answer<T> {
    match answer {
        Answer::NoName => Answer::NoName,
        Answer::NoRecords => Answer::NoRecords,
        Answer::Records(lookups) => {
            let records = lookups.iter().flat_map(Lookup::answers);
            let records: Vec<T> = records.filter_map(|record| of(&record.data)).collect();
            if records.is_empty() {
                Answer::NoRecords
            } else {
                Answer::Records(records)
            }
        }
    }
}

/// Secure only if every record on the way is, aliases included.
fn signed(answer: &Answer<Lookup>, of: RecordType) -> Signed {
    let Answer::Records(lookups) = answer else {
        return Signed::Unknown;
    };
    let records = lookups.iter().flat_map(Lookup::answers);
    let on_the_way = records
        .filter(|record| record.record_type() == of || record.record_type() == RecordType::CNAME);
    match on_the_way.map(|record| record.proof).min() {
        Some(Proof::Secure) => Signed::Secure,
        Some(Proof::Insecure) => Signed::Insecure,
        Some(Proof::Bogus | Proof::Indeterminate) | None => Signed::Unknown,
    }
}

/// A name as it is asked for: never with the system's search list behind it.
fn absolute(name: &str) -> Result<Name, Unanswered> {
    let mut name = Name::from_ascii(name).map_err(|_| Unanswered::Name)?;
    name.set_fqdn(true);
    Ok(name)
}

fn plain_name(name: &Name) -> String {
    let text = name.to_ascii().to_ascii_lowercase();
    text.strip_suffix('.').unwrap_or(&text).to_owned()
}

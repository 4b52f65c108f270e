//! TLS with strangers, by OpenSSL: rustls knows nothing below TLS 1.2 and could
//! not tell of a server that only has what is older.

use std::pin::Pin;

use openssl::error::ErrorStack;
use openssl::ssl::{Ssl, SslConnector, SslContext, SslMethod, SslVerifyMode, SslVersion};
use openssl::x509::{X509, X509VerifyResult};
use tokio::net::TcpStream;
use tokio_openssl::SslStream;

use super::certificate::{Authority, NoAuthority};

/// A version of TLS, the oldest first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, serde::Serialize)]
pub enum TlsVersion {
    /// SSL 3.0 or something that nobody knows.
    #[serde(rename = "older")]
    Older,
    /// TLS 1.0.
    #[serde(rename = "1.0")]
    Tls10,
    /// TLS 1.1.
    #[serde(rename = "1.1")]
    Tls11,
    /// TLS 1.2: what the standard asks for at least.
    #[serde(rename = "1.2")]
    Tls12,
    /// TLS 1.3.
    #[serde(rename = "1.3")]
    Tls13,
}

impl TlsVersion {
    fn of(version: Option<SslVersion>) -> Self {
        match version {
            Some(SslVersion::TLS1) => Self::Tls10,
            Some(SslVersion::TLS1_1) => Self::Tls11,
            Some(SslVersion::TLS1_2) => Self::Tls12,
            Some(SslVersion::TLS1_3) => Self::Tls13,
            _ => Self::Older,
        }
    }

    /// What people call it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Older => "an SSL version before TLS 1.0",
            Self::Tls10 => "TLS 1.0",
            Self::Tls11 => "TLS 1.1",
            Self::Tls12 => "TLS 1.2",
            Self::Tls13 => "TLS 1.3",
        }
    }
}

/// Which versions are offered in a handshake.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Offer {
    /// All, so that the best is chosen.
    Everything,
    /// TLS 1.0 and 1.1 alone.
    OldOnly,
}

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub(super) enum TlsError {
    /// The certificate is not to be trusted.
    #[error("the certificate is not to be trusted: {0}")]
    Certificate(&'static str),
    /// No certificate can be judged here.
    #[error(transparent)]
    NoAuthority(#[from] NoAuthority),
    /// The handshake failed.
    #[error("the TLS handshake failed: {0}")]
    Handshake(String),
    /// OpenSSL could not be set up.
    #[error("TLS could not be set up: {0}")]
    SetUp(#[from] ErrorStack),
    /// Our own OpenSSL no longer knows what was to be offered: of the server
    /// nothing was learnt.
    #[error("TLS could not be tried: {0}")]
    NotOurs(String),
}

/// The certificates that a server showed, its own first.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) version: TlsVersion,
    pub(super) chain: Vec<X509>,
}

/// Shakes hands with a mail server, whatever its certificate is worth: as a
/// sender without a policy does (RFC 7435). The certificate is judged
/// afterwards, and nothing is sent but the words of SMTP.
pub(super) async fn opportunistic(
    stream: TcpStream,
    host: &str,
    offer: Offer,
) -> Result<(SslStream<TcpStream>, Shown), TlsError> {
    let mut context = SslContext::builder(SslMethod::tls_client())?;
    context.set_verify(SslVerifyMode::NONE);
    // Level 0 alone still knows what old servers know.
    context.set_cipher_list("DEFAULT:@SECLEVEL=0")?;
    context.set_min_proto_version(Some(SslVersion::TLS1))?;
    if offer == Offer::OldOnly {
        context.set_max_proto_version(Some(SslVersion::TLS1_1))?;
    }
    let mut ssl = Ssl::new(&context.build())?;
    ssl.set_hostname(host)?;
    let mut stream = SslStream::new(ssl, stream)?;
    Pin::new(&mut stream).connect().await.map_err(|error| {
        let reason = words(&error);
        if OURS.contains(&reason.as_str()) {
            TlsError::NotOurs(reason)
        } else {
            TlsError::Handshake(reason)
        }
    })?;
    let ssl = stream.ssl();
    let version = TlsVersion::of(ssl.version2());
    // With TLS as a client the chain begins with the server's own.
    let chain = ssl.peer_cert_chain().into_iter().flatten();
    let chain = chain.map(ToOwned::to_owned).take(MAX_CHAIN).collect();
    Ok((stream, Shown { version, chain }))
}

/// Shakes hands with a web server and trusts it only with a certificate that
/// the system, or an authority of our own, vouches for (RFC 8461 section 3.3).
pub(super) async fn verified(
    stream: TcpStream,
    host: &str,
    authority: &Authority,
) -> Result<SslStream<TcpStream>, TlsError> {
    authority.demand()?;
    let mut connector = SslConnector::builder(SslMethod::tls_client())?;
    connector.set_min_proto_version(Some(SslVersion::TLS1_2))?;
    for root in &authority.own {
        connector.cert_store_mut().add_cert(root.clone())?;
    }
    let ssl = connector.build().configure()?.into_ssl(host)?;
    let mut stream = SslStream::new(ssl, stream)?;
    let done = Pin::new(&mut stream).connect().await;
    let verdict = stream.ssl().verify_result();
    done.map_err(|error| {
        if verdict == X509VerifyResult::OK {
            TlsError::Handshake(words(&error))
        } else {
            TlsError::Certificate(verdict.error_string())
        }
    })?;
    Ok(stream)
}

/// OpenSSL's reasons for not even trying.
const OURS: [&str; 2] = ["no protocols available", "no ciphers available"];

/// Certificates of a chain that are looked at.
const MAX_CHAIN: usize = 20;

/// OpenSSL's reason without its file names and codes.
fn words(error: &openssl::ssl::Error) -> String {
    let reason = error
        .ssl_error()
        .and_then(|stack| stack.errors().first())
        .and_then(openssl::error::Error::reason);
    match (reason, error.io_error()) {
        (Some(reason), _) => super::shown::shown(reason),
        (None, Some(error)) => super::shown::shown(&error.to_string()),
        (None, None) => String::from("the server hung up"),
    }
}

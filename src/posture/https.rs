//! Fetches one small text over HTTPS: the policy of MTA-STS (RFC 8461 section
//! 3.3). A redirect is not followed, as the RFC demands.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{HOST, USER_AGENT};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::certificate::Authority;
use super::shown::shown;
use super::time::{Late, Patience};
use super::tls::{TlsError, verified};

/// How a text is fetched.
#[derive(Clone, Debug)]
pub(super) struct Fetcher<'a> {
    /// 443 but in tests.
    pub(super) port: u16,
    /// Who vouches for web servers.
    pub(super) authority: &'a Authority,
    /// How long the whole may take.
    pub(super) step: Duration,
    /// The domain's time.
    pub(super) patience: Patience,
}

/// Why there is no text.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    /// It took too long.
    #[error(transparent)]
    Late(#[from] Late),
    /// The server can't be reached.
    #[error("the web server can't be reached: {0}")]
    Connect(String),
    /// TLS failed, mostly for the certificate's sake.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The answer is no success; a redirect is none.
    #[error("the web server answered {0}")]
    Status(StatusCode),
    /// The answer breaks HTTP or is larger than a policy may be.
    #[error("the answer can't be read, or is larger than {MAX_BYTES} bytes")]
    Body,
}

impl FetchError {
    /// Whether trying again from elsewhere or later may succeed.
    pub(super) fn is_out_of_reach(&self) -> bool {
        match self {
            Self::Late(_)
            | Self::Connect(_)
            | Self::Tls(TlsError::SetUp(_) | TlsError::NotOurs(_) | TlsError::NoAuthority(_)) => {
                true
            }
            Self::Status(status) => status.is_server_error(),
            Self::Tls(TlsError::Certificate(_) | TlsError::Handshake(_)) | Self::Body => false,
        }
    }
}

/// RFC 8461 section 3.2 lets a sender stop at 64 kilobytes.
const MAX_BYTES: usize = 64 * 1024;

impl Fetcher<'_> {
    /// Fetches `https://HOST/PATH` from an address.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub(super) async fn fetch(
        &self,
        address: IpAddr,
        host: &str,
        path: &'static str,
    ) -> Result<String, FetchError> {
        let all = self.fetch_whole(address, host, path);
        self.patience.wait(self.step, all).await?
    }

    async fn fetch_whole(
        &self,
        address: IpAddr,
        host: &str,
        path: &'static str,
    ) -> Result<String, FetchError> {
        let stream = TcpStream::connect(SocketAddr::new(address, self.port)).await;
        let stream = stream.map_err(|error| FetchError::Connect(shown(&error.to_string())))?;
        let stream = verified(stream, host, self.authority).await?;
        let broken = |_| FetchError::Body;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(broken)?;
        let request = Request::get(path)
            .header(HOST, host)
            .header(USER_AGENT, concat!("gatepost/", env!("CARGO_PKG_VERSION")))
            .body(Empty::<Bytes>::new())
            .map_err(|_| FetchError::Body)?;
        // The connection is driven here and ends with this function.
        let asking = async {
            let response = sender.send_request(request).await.map_err(broken)?;
            if response.status() != StatusCode::OK {
                return Err(FetchError::Status(response.status()));
            }
            let body = Limited::new(response.into_body(), MAX_BYTES)
                .collect()
                .await;
            let body = body.map_err(|_| FetchError::Body)?.to_bytes();
            Ok(String::from_utf8_lossy(&body).into_owned())
        };
        tokio::pin!(asking, connection);
        tokio::select! {
            // What was answered counts, even if the connection broke after it.
            biased;
            answer = &mut asking => answer,
            _ = &mut connection => asking.await,
        }
    }
}

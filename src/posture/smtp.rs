//! A polite visit to a mail server: EHLO, STARTTLS, QUIT. Nothing is ever sent,
//! not even MAIL FROM.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::records::{Parsed, Reply};
use super::shown::shown;
use super::time::{Late, Patience};
use super::tls::{Offer, Shown, TlsError, opportunistic};

/// How servers are visited.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visitor<'a> {
    /// What EHLO says.
    pub(super) name: &'a str,
    /// 25 but in tests.
    pub(super) port: u16,
    /// How long a connection or a handshake may take.
    pub(super) step: Duration,
    /// The domain's time.
    pub(super) patience: Patience,
}

/// What a visit found.
#[derive(Debug)]
pub(super) enum Visit {
    /// The server has no STARTTLS.
    NoStartTls,
    /// TLS was offered, but there was none.
    NoTls(String),
    /// TLS.
    Tls(Shown),
}

/// Why a visit found out nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum VisitError {
    /// Nobody answered: the port may be blocked on the way.
    #[error("port {0}: {1}; it may be blocked from here")]
    Late(u16, Late),
    /// The connection could not be made, or broke.
    #[error("port {0}: {1}")]
    Io(u16, String),
    /// The server did not want us.
    #[error("the server answered \"{0}\"")]
    Refused(String),
    /// The server does not speak SMTP.
    #[error("the server does not speak SMTP")]
    NotSmtp,
}

impl VisitError {
    /// Whether nobody was there at all.
    pub(super) fn is_silence(&self) -> bool {
        matches!(self, Self::Late(..))
    }
}

/// A reply of all servers together is shorter.
const MAX_REPLY_BYTES: usize = 64 * 1024;

impl Visitor<'_> {
    /// Visits a server once.
    ///
    /// # Errors
    /// When nothing was found out.
    pub(super) async fn visit(
        &self,
        address: IpAddr,
        host: &str,
        offer: Offer,
    ) -> Result<Visit, VisitError> {
        let io = |error: std::io::Error| VisitError::Io(self.port, shown(&error.to_string()));
        let connecting = TcpStream::connect(SocketAddr::new(address, self.port));
        let mut stream = self.within(connecting).await?.map_err(io)?;
        let greeting = self.reply(&mut stream).await?;
        demand(&greeting, 220)?;
        self.say(&mut stream, &format!("EHLO {}\r\n", self.name))
            .await?;
        let capabilities = self.reply(&mut stream).await?;
        // A server that does not know EHLO knows no STARTTLS (RFC 3207).
        if !matches!(capabilities.code, 500 | 502) {
            demand(&capabilities, 250)?;
        }
        if !capabilities.offers("STARTTLS") {
            self.leave(&mut stream).await;
            return Ok(Visit::NoStartTls);
        }
        self.say(&mut stream, "STARTTLS\r\n").await?;
        let ready = self.reply(&mut stream).await?;
        if ready.code != 220 {
            self.leave(&mut stream).await;
            return Ok(Visit::NoTls(format!(
                "the server answered \"{}\"",
                first_line(&ready)
            )));
        }
        match self.within(opportunistic(stream, host, offer)).await? {
            Ok((mut stream, shown)) => {
                self.leave(&mut stream).await;
                Ok(Visit::Tls(shown))
            }
            Err(error @ (TlsError::SetUp(_) | TlsError::NotOurs(_))) => {
                Err(VisitError::Io(self.port, error.to_string()))
            }
            Err(
                error @ (TlsError::Handshake(_)
                | TlsError::Certificate(_)
                | TlsError::NoAuthority(_)),
            ) => Ok(Visit::NoTls(error.to_string())),
        }
    }

    async fn within<T>(&self, work: impl Future<Output = T>) -> Result<T, VisitError> {
        let done = self.patience.wait(self.step, work).await;
        done.map_err(|late| VisitError::Late(self.port, late))
    }

    async fn say(
        &self,
        stream: &mut (impl AsyncWrite + Unpin),
        words: &str,
    ) -> Result<(), VisitError> {
        let said = self.within(stream.write_all(words.as_bytes())).await?;
        said.map_err(|error| VisitError::Io(self.port, shown(&error.to_string())))
    }

    /// Says goodbye; whoever has hung up already misses nothing.
    async fn leave(&self, stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
        if self.say(stream, "QUIT\r\n").await.is_ok() {
            let _ = self.reply(stream).await;
            let _ = self.within(stream.shutdown()).await;
        }
    }

    /// Reads a reply whole, in one step's time however slowly it drips.
    async fn reply(&self, stream: &mut (impl AsyncRead + Unpin)) -> Result<Reply, VisitError> {
        let io = |error: std::io::Error| VisitError::Io(self.port, shown(&error.to_string()));
        self.within(read(stream))
            .await?
            .map_err(io)?
            .ok_or(VisitError::NotSmtp)
    }
}

/// Reads until the last line of a reply. What comes after it before TLS begins
/// is not ours to answer: a server that talks on is none.
async fn read(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Option<Reply>> {
    let mut seen = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let count = stream.read(&mut piece).await?;
        if count == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        seen.extend_from_slice(piece.get(..count).unwrap_or_default());
        match Reply::parse(&seen) {
            Parsed::Reply(reply) => return Ok(Some(reply)),
            Parsed::Nonsense => return Ok(None),
            Parsed::More if seen.len() > MAX_REPLY_BYTES => return Ok(None),
            Parsed::More => {}
        }
    }
}

fn demand(reply: &Reply, code: u16) -> Result<(), VisitError> {
    if reply.code == code {
        return Ok(());
    }
    Err(VisitError::Refused(first_line(reply)))
}

fn first_line(reply: &Reply) -> String {
    let words = reply.lines.first().map_or("", String::as_str);
    format!("{} {}", reply.code, shown(words))
}

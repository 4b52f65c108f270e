//! A polite visit to a mail server: EHLO, STARTTLS, QUIT. Nothing is ever sent,
//! not even MAIL FROM.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;

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
        greeting.demand(220)?;
        self.say(&mut stream, &format!("EHLO {}\r\n", self.name))
            .await?;
        let capabilities = self.reply(&mut stream).await?;
        // A server that does not know EHLO knows no STARTTLS (RFC 3207).
        if !matches!(capabilities.code, 500 | 502) {
            capabilities.demand(250)?;
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
                ready.first()
            )));
        }
        match self.within(opportunistic(stream, host, offer)).await? {
            Ok((mut stream, shown)) => {
                self.leave(&mut stream).await;
                Ok(Visit::Tls(shown))
            }
            Err(error @ TlsError::SetUp(_)) => Err(VisitError::Io(self.port, error.to_string())),
            Err(error @ (TlsError::Handshake(_) | TlsError::Certificate(_))) => {
                Ok(Visit::NoTls(error.to_string()))
            }
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

/// A reply of one or more lines (RFC 5321 section 4.2).
struct Reply {
    code: u16,
    lines: Vec<String>,
}

impl Reply {
    fn demand(&self, code: u16) -> Result<(), VisitError> {
        if self.code == code {
            return Ok(());
        }
        Err(VisitError::Refused(self.first()))
    }

    fn first(&self) -> String {
        let words = self.lines.first().map_or("", String::as_str);
        format!("{} {}", self.code, shown(words))
    }

    fn offers(&self, keyword: &str) -> bool {
        self.lines.iter().skip(1).any(|line| {
            let word = line.split([' ', '=']).next().unwrap_or_default();
            word.eq_ignore_ascii_case(keyword)
        })
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
        match parse(&seen) {
            Parsed::Reply(reply) => return Ok(Some(reply)),
            Parsed::Nonsense => return Ok(None),
            Parsed::More if seen.len() > MAX_REPLY_BYTES => return Ok(None),
            Parsed::More => {}
        }
    }
}

enum Parsed {
    Reply(Reply),
    More,
    Nonsense,
}

fn parse(bytes: &[u8]) -> Parsed {
    if bytes.last() != Some(&b'\n') {
        return Parsed::More;
    }
    let text = String::from_utf8_lossy(bytes);
    let mut lines = Vec::new();
    let mut code = None;
    let mut rest = text.lines().peekable();
    while let Some(line) = rest.next() {
        let Some((digits, words)) = line.split_at_checked(3) else {
            return Parsed::Nonsense;
        };
        let this = Some(digits).filter(|digits| digits.chars().all(|digit| digit.is_ascii_digit()));
        let this: Option<u16> = this.and_then(|digits| digits.parse().ok());
        let Some(this) = this.filter(|this| code.is_none_or(|code| code == *this)) else {
            return Parsed::Nonsense;
        };
        code = Some(this);
        let last = !words.starts_with('-');
        lines.push(words.get(1..).unwrap_or_default().to_owned());
        match (last, rest.peek()) {
            (true, None) => return Parsed::Reply(Reply { code: this, lines }),
            (true, Some(_)) => return Parsed::Nonsense,
            (false, _) => {}
        }
    }
    Parsed::More
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(text: &str) -> Option<(u16, Vec<String>)> {
        match parse(text.as_bytes()) {
            Parsed::Reply(reply) => Some((reply.code, reply.lines)),
            Parsed::More | Parsed::Nonsense => None,
        }
    }

    #[test]
    fn a_reply_ends_with_the_line_that_has_no_hyphen() {
        let lines = vec![String::from("mx"), String::from("STARTTLS")];
        assert_eq!(read_as("250-mx\r\n250 STARTTLS\r\n"), Some((250, lines)));
        assert_eq!(read_as("220\r\n"), Some((220, vec![String::new()])));
        assert!(matches!(parse(b"250-mx\r\n"), Parsed::More));
        assert!(matches!(parse(b"250-mx\r\n250 STAR"), Parsed::More));
    }

    #[test]
    fn what_is_no_reply_is_told_at_once() {
        for text in [
            "HTTP/1.1 400 Bad Request\r\n",
            "25\r\n",
            "250-a\r\n550 b\r\n",
            // More than was asked for: an answer to a question not yet put.
            "220 ready\r\n250 injected\r\n",
            "\u{fc}\u{fc}\u{fc}\r\n",
        ] {
            assert!(matches!(parse(text.as_bytes()), Parsed::Nonsense), "{text}");
        }
    }
}

//! The one file that knows lettre.

use std::time::Duration;

use lettre::address::Envelope;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use crate::mail::Path;
use crate::scan::may_identify;

/// The way to the hand-over port. Each copy has a connection of its own: when
/// one is given up in the middle, no later copy can hear its replies.
#[derive(Clone, Debug)]
pub struct Outbox {
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

/// How long the port may take for one message.
const PATIENCE: Duration = Duration::from_secs(15);

/// What the port answered when it took custody: proof that a copy is safe. Of
/// its words only the queue id is kept; some servers repeat addresses.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Receipt(String);

impl Receipt {
    /// The reply's text, such as `250 2.0.0 Ok: queued as 4F3A2C`.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// A copy was not taken: the message must be answered with a temporary
/// failure.
#[derive(Debug, thiserror::Error)]
pub enum HandOverError {
    /// An address can't be given to SMTP.
    #[error("an address can't be given to SMTP")]
    Address,
    /// The port refused it for good: trying again won't help.
    #[error("the hand-over port refused it with {0}")]
    Refused(u16),
    /// The port did not take it now, or could not be reached.
    #[error("the hand-over port did not take it: {0}")]
    Smtp(String),
}

impl Outbox {
    /// A way to a port, given as `host:port`.
    pub fn new(smtp: &str) -> Self {
        let (host, port) = smtp.rsplit_once(':').unwrap_or((smtp, "25"));
        let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(port.parse().unwrap_or(25))
            .timeout(Some(PATIENCE))
            .build();
        Self { transport }
    }

    /// Hands a message over and waits for the 250.
    ///
    /// # Errors
    /// See [`HandOverError`]: then nobody got anything by this call, or, when
    /// the connection broke after the message, somebody may have.
    pub async fn hand_over(
        &self,
        sender: Option<&Path>,
        recipients: &[&Path],
        message: &[u8],
    ) -> Result<Receipt, HandOverError> {
        let sender = match sender.filter(|sender| !sender.is_null()) {
            Some(sender) => Some(address(sender).ok_or(HandOverError::Address)?),
            None => None,
        };
        let recipients: Option<Vec<Address>> =
            recipients.iter().map(|path| address(path)).collect();
        let recipients = recipients.ok_or(HandOverError::Address)?;
        let envelope = Envelope::new(sender, recipients).map_err(|_| HandOverError::Address)?;
        let wire = for_the_wire(message);
        let sending = self.transport.send_raw(&envelope, &wire);
        let response = tokio::time::timeout(PATIENCE, sending)
            .await
            .map_err(|_| HandOverError::Smtp(String::from("no answer in time")))?
            .map_err(|error| failure(&error))?;
        let code = u16::from(response.code());
        if code != 250 {
            return Err(HandOverError::Smtp(format!("answered {code} at the end")));
        }
        Ok(Receipt(receipt(response.message())))
    }
}

/// The receipt's text: the code, and the queue id where the reply names one.
fn receipt<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let id = lines.into_iter().find_map(|line| {
        let (_, id) = line.split_once("queued as ")?;
        let id: String = id.chars().take_while(char::is_ascii_alphanumeric).collect();
        (1..=20).contains(&id.len()).then_some(id)
    });
    match id.filter(|id| !may_identify(id)) {
        Some(id) => format!("250 queued as {id}"),
        None => String::from("250"),
    }
}

/// What went wrong, without the server's words: they may repeat an address.
fn failure(error: &lettre::transport::smtp::Error) -> HandOverError {
    match error.status() {
        Some(code) if error.is_permanent() => HandOverError::Refused(u16::from(code)),
        Some(code) => HandOverError::Smtp(format!("answered {code}")),
        None if error.is_timeout() => HandOverError::Smtp(String::from("no answer in time")),
        None => HandOverError::Smtp(String::from("not reachable, or the connection broke")),
    }
}

/// The exact bytes of a path as an SMTP address; refused if they could be
/// read as anything else (RFC 5321 section 4.1.2).
fn address(path: &Path) -> Option<Address> {
    let text = std::str::from_utf8(path.raw().reveal()).ok()?.trim();
    let bare = text
        .strip_prefix('<')
        .and_then(|text| text.strip_suffix('>'))
        .unwrap_or(text);
    if bare.contains(['<', '>', ' ']) || bare.chars().any(char::is_control) {
        return None;
    }
    let (local, domain) = bare.rsplit_once('@')?;
    if local.is_empty() || domain.is_empty() {
        return None;
    }
    Some(Address::new_dangerous(local, domain))
}

/// Every line end as CRLF, without the last one: the client's end of data
/// begins with it, and a lone LF before a full stop could end the data early.
fn for_the_wire(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len().saturating_add(64));
    let mut previous = 0;
    for byte in message {
        if *byte == b'\n' && previous != b'\r' {
            out.push(b'\r');
        } else if previous == b'\r' && *byte != b'\n' {
            out.push(b'\n');
        }
        out.push(*byte);
        previous = *byte;
    }
    if previous == b'\r' {
        out.push(b'\n');
    }
    let length = out.strip_suffix(b"\r\n").map_or(out.len(), <[u8]>::len);
    out.truncate(length);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_is_crlf_and_the_last_one_is_left_to_the_client() {
        assert_eq!(for_the_wire(b"a\nb\r\nc\rd\n"), b"a\r\nb\r\nc\r\nd");
        assert_eq!(for_the_wire(b"a\n.\nb"), b"a\r\n.\r\nb");
        assert_eq!(for_the_wire(b"\r"), b"");
    }

    #[test]
    fn addresses_that_could_break_out_are_refused() {
        for bad in ["a b@c.test", "a@b>c", "<a@b\r\nRCPT>", "a", "@b", "a@"] {
            assert!(address(&Path::new(bad.as_bytes())).is_none(), "{bad}");
        }
        assert!(address(&Path::new(b"<B@X.test>")).is_some());
    }
}

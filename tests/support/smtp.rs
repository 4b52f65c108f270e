//! An SMTP client that sends bytes as they are and tells every reply.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A reply: its code and its lines, joined by line feeds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Reply {
    pub(crate) code: u16,
    pub(crate) text: String,
}

#[derive(Debug)]
pub(crate) struct Client {
    out: TcpStream,
    lines: BufReader<TcpStream>,
}

impl Client {
    pub(crate) fn connect(port: u16) -> std::io::Result<Self> {
        let out = TcpStream::connect(("127.0.0.1", port))?;
        out.set_read_timeout(Some(Duration::from_secs(90)))?;
        out.set_nodelay(true)?;
        let lines = BufReader::new(out.try_clone()?);
        let mut client = Self { out, lines };
        client.reply()?;
        client.command("EHLO client.test")?;
        Ok(client)
    }

    pub(crate) fn command(&mut self, line: &str) -> std::io::Result<Reply> {
        self.out.write_all(format!("{line}\r\n").as_bytes())?;
        self.reply()
    }

    /// One message: the reply that decided about it.
    pub(crate) fn send(
        &mut self,
        sender: &str,
        recipients: &[&str],
        message: &[u8],
    ) -> std::io::Result<Reply> {
        let reply = self.command(&format!("MAIL FROM:<{sender}> BODY=8BITMIME"))?;
        if reply.code != 250 {
            return Ok(reply);
        }
        for recipient in recipients {
            let reply = self.command(&format!("RCPT TO:<{recipient}>"))?;
            if reply.code != 250 {
                return Ok(reply);
            }
        }
        let reply = self.command("DATA")?;
        if reply.code != 354 {
            return Ok(reply);
        }
        let mut wire = Vec::new();
        for line in message.split_inclusive(|byte| *byte == b'\n') {
            if line.starts_with(b".") {
                wire.push(b'.');
            }
            wire.extend_from_slice(line);
        }
        if !wire.ends_with(b"\r\n") {
            wire.extend_from_slice(b"\r\n");
        }
        wire.extend_from_slice(b".\r\n");
        self.out.write_all(&wire)?;
        self.reply()
    }

    fn reply(&mut self) -> std::io::Result<Reply> {
        let mut text = Vec::new();
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line)? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            let line = line.trim_end();
            let code = line.get(..3).and_then(|code| code.parse().ok());
            text.push(line.get(4..).unwrap_or("").to_owned());
            if line.as_bytes().get(3) != Some(&b'-') {
                return Ok(Reply {
                    code: code.unwrap_or(0),
                    text: text.join("\n"),
                });
            }
        }
    }
}

/// One message over a connection of its own.
pub(crate) fn send(port: u16, sender: &str, recipients: &[&str], message: &[u8]) -> Reply {
    let mut client = Client::connect(port).expect("an SMTP connection");
    client
        .send(sender, recipients, message)
        .expect("an SMTP conversation")
}

//! An SMTP server that keeps what it gets, byte for byte as it was on the wire.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use super::wait_for;

/// A message as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Caught {
    pub(crate) sender: String,
    pub(crate) recipients: Vec<String>,
    /// Headers and body with CRLF line ends, dot-stuffing undone.
    pub(crate) data: Vec<u8>,
}

impl Caught {
    /// The body: everything after the first empty line.
    pub(crate) fn body(&self) -> &[u8] {
        let at = memchr::memmem::find(&self.data, b"\r\n\r\n").expect("a body");
        &self.data[at + 4..]
    }

    /// The headers as text.
    pub(crate) fn head(&self) -> String {
        let at = memchr::memmem::find(&self.data, b"\r\n\r\n").expect("a head");
        String::from_utf8_lossy(&self.data[..at]).into_owned()
    }
}

/// What the catcher answers to the end of data.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Mood {
    #[default]
    Accept,
    /// 451 to every message.
    Defer,
    /// 554 to every message.
    Refuse,
    /// 451 to a message for this recipient; every other one is taken.
    DeferFor(&'static str),
    /// 554 to a message for this recipient; every other one is taken.
    RefuseFor(&'static str),
    /// The connection ends after the message, without an answer.
    Hang,
}

#[derive(Debug, Default)]
struct Shared {
    caught: Mutex<Vec<Caught>>,
    mood: Mutex<Mood>,
}

/// The server; it ends with the process.
#[derive(Clone, Debug)]
pub(crate) struct Catcher {
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

impl Catcher {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port for the catcher");
        let port = listener.local_addr().expect("its address").port();
        let shared = Arc::new(Shared::default());
        let for_thread = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&for_thread);
                thread::spawn(move || {
                    // A client that goes away in the middle is no concern.
                    let _ = converse(stream, &shared);
                });
            }
        });
        Self { port, shared }
    }

    pub(crate) fn set_mood(&self, mood: Mood) {
        *self.shared.mood.lock().expect("mood") = mood;
    }

    /// Everything that arrived so far.
    pub(crate) fn all(&self) -> Vec<Caught> {
        self.shared.caught.lock().expect("caught").clone()
    }

    /// What arrived for a recipient.
    pub(crate) fn for_recipient(&self, recipient: &str) -> Vec<Caught> {
        let all = self.all().into_iter();
        all.filter(|caught| caught.recipients.iter().any(|to| to == recipient))
            .collect()
    }

    /// Waits for the first message to a recipient.
    pub(crate) fn wait_for(&self, recipient: &str) -> Caught {
        wait_for(&format!("mail for {recipient}"), 30, || {
            self.for_recipient(recipient).into_iter().next()
        })
    }
}

fn converse(stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream);
    let (mut sender, mut recipients) = (String::new(), Vec::new());
    out.write_all(b"220 catcher ESMTP\r\n")?;
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        let verb = line.get(..4).unwrap_or("").to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => out.write_all(b"250-catcher\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")?,
            "MAIL" => {
                sender = path(&line);
                recipients.clear();
                out.write_all(b"250 2.1.0 Ok\r\n")?;
            }
            "RCPT" => {
                recipients.push(path(&line));
                out.write_all(b"250 2.1.5 Ok\r\n")?;
            }
            "DATA" => {
                out.write_all(b"354 go on\r\n")?;
                let data = data(&mut lines)?;
                let mood = *shared.mood.lock().expect("mood");
                match mood {
                    Mood::DeferFor(who) if recipients.iter().any(|to| to == who) => {
                        out.write_all(b"451 4.3.0 not now\r\n")?;
                    }
                    Mood::RefuseFor(who) if recipients.iter().any(|to| to == who) => {
                        out.write_all(b"554 5.7.1 never\r\n")?;
                    }
                    Mood::Accept | Mood::DeferFor(_) | Mood::RefuseFor(_) => {
                        shared.caught.lock().expect("caught").push(Caught {
                            sender: sender.clone(),
                            recipients: recipients.clone(),
                            data,
                        });
                        out.write_all(b"250 2.0.0 Ok: queued as CAUGHT\r\n")?;
                    }
                    Mood::Defer => out.write_all(b"451 4.3.0 not now\r\n")?,
                    Mood::Refuse => out.write_all(b"554 5.7.1 never\r\n")?,
                    Mood::Hang => return Ok(()),
                }
            }
            "QUIT" => {
                out.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => out.write_all(b"250 2.0.0 Ok\r\n")?,
        }
    }
}

fn path(line: &str) -> String {
    let from = line.find('<').map_or(0, |at| at + 1);
    let to = line.rfind('>').unwrap_or(line.len());
    line[from..to].to_owned()
}

fn data(lines: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut data = Vec::new();
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(data);
        }
        data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

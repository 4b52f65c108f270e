//! The MTA's side of the milter protocol, scripted: every packet by hand.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// A packet that the milter sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Packet {
    pub(crate) command: u8,
    pub(crate) payload: Vec<u8>,
}

trait Wire: Read + Write + Send {}
impl<T: Read + Write + Send> Wire for T {}

/// A connection to a milter.
pub(crate) struct Mta {
    wire: Box<dyn Wire>,
    options: u32,
}

impl std::fmt::Debug for Mta {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Mta({:x})", self.options)
    }
}

const NOREPLY_MAIL: u32 = 0x4000;
const NOREPLY_RCPT: u32 = 0x8000;
const NOREPLY_DATA: u32 = 0x1_0000;
const NOREPLY_HEADER: u32 = 0x80;
const NOREPLY_EOH: u32 = 0x4_0000;
const NOREPLY_BODY: u32 = 0x8_0000;

impl Mta {
    /// Connects, negotiates as Postfix and Sendmail do, and tells the client.
    pub(crate) fn connect(listen: &str) -> io::Result<Self> {
        let patience = Some(Duration::from_mins(1));
        let wire: Box<dyn Wire> = if let Some(path) = listen.strip_prefix("unix:") {
            let stream = UnixStream::connect(path)?;
            stream.set_read_timeout(patience)?;
            Box::new(stream)
        } else {
            let stream = TcpStream::connect(listen.trim_start_matches("inet:"))?;
            stream.set_read_timeout(patience)?;
            stream.set_nodelay(true)?;
            Box::new(stream)
        };
        let mut mta = Self { wire, options: 0 };
        let mut offer = Vec::new();
        for number in [6_u32, 0x1ff, 0x1f_ffff] {
            offer.extend_from_slice(&number.to_be_bytes());
        }
        mta.tell(b'O', &offer)?;
        let answer = mta.hear()?;
        if answer.command != b'O' {
            return Err(io::Error::other(format!("negotiation: {answer:?}")));
        }
        let options = answer.payload.get(8..12).expect("options");
        mta.options = u32::from_be_bytes(options.try_into().expect("four bytes"));
        Ok(mta)
    }

    pub(crate) fn options(&self) -> u32 {
        self.options
    }

    /// Sends a packet.
    pub(crate) fn tell(&mut self, command: u8, payload: &[u8]) -> io::Result<()> {
        let length = u32::try_from(payload.len() + 1).expect("a short packet");
        let mut packet = length.to_be_bytes().to_vec();
        packet.push(command);
        packet.extend_from_slice(payload);
        self.wire.write_all(&packet)
    }

    /// Sends bytes that are no packet.
    pub(crate) fn tell_raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.wire.write_all(bytes)
    }

    /// Reads the next packet.
    pub(crate) fn hear(&mut self) -> io::Result<Packet> {
        let mut length = [0; 4];
        self.wire.read_exact(&mut length)?;
        let length = usize::try_from(u32::from_be_bytes(length)).expect("a length");
        let mut packet = vec![0; length];
        self.wire.read_exact(&mut packet)?;
        Ok(Packet {
            command: packet[0],
            payload: packet.split_off(1),
        })
    }

    /// Sends a packet and reads the answer to it.
    pub(crate) fn ask(&mut self, command: u8, payload: &[u8]) -> io::Result<Packet> {
        self.tell(command, payload)?;
        self.hear()
    }

    /// Sends macros; they are never answered.
    pub(crate) fn macros(&mut self, stage: u8, pairs: &[(&str, &str)]) -> io::Result<()> {
        let mut payload = vec![stage];
        for (name, value) in pairs {
            payload.extend_from_slice(format!("{name}\0{value}\0").as_bytes());
        }
        self.tell(b'D', &payload)
    }

    /// Envelope of a message, each command answered with `continue`.
    pub(crate) fn envelope(&mut self, sender: &str, recipients: &[&str]) -> io::Result<()> {
        self.tell(b'M', format!("{sender}\0").as_bytes())?;
        self.answered(NOREPLY_MAIL)?;
        for recipient in recipients {
            self.tell(b'R', format!("{recipient}\0").as_bytes())?;
            self.answered(NOREPLY_RCPT)?;
        }
        self.tell(b'T', b"")?;
        self.answered(NOREPLY_DATA)
    }

    /// A header; its value with the leading space.
    pub(crate) fn header(&mut self, name: &str, value: &[u8]) -> io::Result<()> {
        let mut payload = format!("{name}\0").into_bytes();
        payload.extend_from_slice(value);
        payload.push(0);
        self.tell(b'L', &payload)?;
        self.answered(NOREPLY_HEADER)
    }

    pub(crate) fn end_of_headers(&mut self) -> io::Result<()> {
        self.tell(b'N', b"")?;
        self.answered(NOREPLY_EOH)
    }

    pub(crate) fn body(&mut self, piece: &[u8]) -> io::Result<()> {
        self.tell(b'B', piece)?;
        self.answered(NOREPLY_BODY)
    }

    /// The end of the message: all packets up to the final answer, which is
    /// the last one. Progress packets are left out.
    pub(crate) fn end(&mut self) -> io::Result<Vec<Packet>> {
        self.tell(b'E', b"")?;
        let mut packets = Vec::new();
        loop {
            let packet = self.hear()?;
            if packet.command == b'p' {
                continue;
            }
            let last = matches!(packet.command, b'c' | b'a' | b'r' | b't' | b'd' | b'y');
            packets.push(packet);
            if last {
                return Ok(packets);
            }
        }
    }

    /// A whole message of headers and body; the packets of its end.
    pub(crate) fn message(
        &mut self,
        sender: &str,
        recipients: &[&str],
        message: &[u8],
    ) -> io::Result<Vec<Packet>> {
        self.envelope(sender, recipients)?;
        self.macros(b'T', &[("i", "QUEUEID")])?;
        let split = memchr::memmem::find(message, b"\r\n\r\n").expect("an empty line");
        let head = String::from_utf8_lossy(&message[..split]).into_owned();
        for header in head
            .replace("\r\n ", "\n ")
            .replace("\r\n\t", "\n\t")
            .split("\r\n")
        {
            let (name, value) = header.split_once(':').expect("a header");
            self.header(name, value.as_bytes())?;
        }
        self.end_of_headers()?;
        for piece in message[split + 4..].chunks(65_535) {
            self.body(piece)?;
        }
        self.end()
    }

    fn answered(&mut self, silent: u32) -> io::Result<()> {
        if self.options & silent == 0 {
            let answer = self.hear()?;
            assert_eq!(answer.command, b'c', "{answer:?}");
        }
        Ok(())
    }
}

//! The worker's side: requests in, answers out.

use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::process::Command;

use super::protocol::{PREFIX, READY, announced, decode_request, encode_answer, encode_piece};
use crate::extract::read_in_pieces;

/// The program of the process that asks: the same even after an upgrade has
/// put another in its place (proc(5)).
pub const OWN_PROGRAM: &str = "/proc/self/exe";

/// What a worker tries that it must not be able to do, by `gatepost
/// read-attachments --attempt`: for the trial of the sandbox at every start, and
/// for tests.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum Attempt {
    /// To open a file that everybody may read.
    Open,
    /// To use the network: to make a socket is enough, whoever listens.
    Connect,
    /// To start a program: this one, which is there whatever else is.
    Execute,
    /// To take more memory than the bound.
    Memory,
    /// To run without end.
    Loop,
    /// To use most of the stack, which it may.
    Stack,
}

impl Attempt {
    /// What is tried at every start, each of it by a process of its own.
    pub(super) const TRIAL: [Self; 3] = [Self::Open, Self::Connect, Self::Execute];
}

impl fmt::Display for Attempt {
    /// Completes "a process that reads attachments could ".
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Open => "open a file",
            Self::Connect => "use the network",
            Self::Execute => "start a program",
            Self::Memory => "take more memory than the bound",
            Self::Loop => "run without end",
            Self::Stack => "use most of the stack",
        })
    }
}

/// The exit code of a worker that could not take its rights away.
pub(super) const UNCONFINED: u8 = 3;

/// Says that it reads, then answers requests until its input ends.
pub(super) fn answer_all(socket: OwnedFd) -> io::Result<()> {
    // As a file: its calls are read and write, as the filter wants them.
    let mut socket = File::from(socket);
    socket.write_all(&[READY])?;
    loop {
        let mut prefix = [0; PREFIX];
        match socket.read_exact(&mut prefix) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(error),
        }
        let length = announced(prefix, usize::MAX).map_err(io::Error::other)?;
        let mut frame = prefix.to_vec();
        frame
            .try_reserve_exact(length)
            .map_err(|_| ErrorKind::OutOfMemory)?;
        let limit = u64::try_from(length).unwrap_or(u64::MAX);
        (&mut socket).take(limit).read_to_end(&mut frame)?;
        let (file, limits) = decode_request(&frame).map_err(io::Error::other)?;
        drop(frame);
        let mut written = Ok(());
        let last = read_in_pieces(file, &limits, &mut |piece| {
            if written.is_ok() {
                written = socket.write_all(&encode_piece(&piece));
            }
        });
        written?;
        socket.write_all(&encode_answer(&last))?;
    }
}

/// Tries what must not succeed.
pub(super) fn try_out(attempt: Attempt) -> io::Result<()> {
    match attempt {
        Attempt::Open => {
            std::fs::read("/etc/passwd")?;
        }
        Attempt::Connect => {
            std::net::TcpListener::bind("127.0.0.1:0")?;
        }
        Attempt::Execute => {
            Command::new(OWN_PROGRAM).arg("--version").status()?;
        }
        Attempt::Memory => {
            let mut taken = Vec::new();
            loop {
                let mut block = Vec::new();
                block
                    .try_reserve_exact(16 << 20)
                    .map_err(|_| ErrorKind::OutOfMemory)?;
                block.resize(16 << 20, 1_u8);
                taken.push(block);
            }
        }
        Attempt::Loop => loop {
            std::hint::spin_loop();
        },
        Attempt::Stack => {
            std::hint::black_box(deep(None));
        }
    }
    Ok(())
}

/// Calls itself until so many bytes of the stack are used, most of it.
fn deep(top: Option<usize>) -> u8 {
    const USED: usize = 60 << 20;
    let here = std::hint::black_box([1_u8; 10_000]);
    let place = here.as_ptr().addr();
    let top = top.unwrap_or(place);
    let below = if place.abs_diff(top) < USED {
        deep(Some(top))
    } else {
        0
    };
    here.iter().fold(below, |sum, byte| sum.wrapping_add(*byte))
}

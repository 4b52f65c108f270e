//! The worker's side: requests in, answers out.

use std::io::{self, ErrorKind, Read, Write};
use std::process::ExitCode;
use std::thread;

use super::protocol::{PREFIX, READY, announced, decode_request, encode_answer};
use super::sandbox::{self, SandboxError};
use crate::extract::read_file;

/// The stack of the thread that reads, in bytes. Formats that nest are read
/// without recursion where we read them; libraries differ.
const STACK_BYTES: usize = 64 << 20;

/// What a worker tries that it must not be able to do. Only for tests of the
/// sandbox, by `gatepost read-attachments --attempt`.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Attempt {
    /// To open a file that everybody may read.
    Open,
    /// To connect to a port of this machine.
    Connect,
    /// To start a program.
    Execute,
    /// To take more memory than the bound.
    Memory,
    /// To run without end.
    Loop,
}

/// The exit code of a worker that could not take its rights away.
pub(super) const UNCONFINED: u8 = 3;

/// Runs a worker: takes its rights away, says so, then serves requests until its input
/// ends. With an attempt it tries that instead, and exits with 0 if it was not
/// stopped.
pub fn serve(memory_bytes: usize, attempt: Option<Attempt>) -> ExitCode {
    // A panic's message may hold patient text, and standard error is nobody's.
    std::panic::set_hook(Box::new(|_| {}));
    if sandbox::enter(memory_bytes).is_err() {
        return ExitCode::from(UNCONFINED);
    }
    let thread =
        thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn(move || -> Result<(), WorkerError> {
                sandbox::filter()?;
                match attempt {
                    None => Ok(answer_all()?),
                    Some(attempt) => Ok(try_out(attempt)?),
                }
            });
    match thread.map(thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        Ok(Ok(Err(WorkerError::Sandbox(_)))) => ExitCode::from(UNCONFINED),
        _ => ExitCode::FAILURE,
    }
}

#[derive(Debug, thiserror::Error)]
enum WorkerError {
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    #[error(transparent)]
    Io(#[from] io::Error),
}

fn answer_all() -> io::Result<()> {
    let (mut requests, mut answers) = (io::stdin().lock(), io::stdout().lock());
    answers.write_all(&READY)?;
    answers.flush()?;
    loop {
        let mut prefix = [0; PREFIX];
        match requests.read_exact(&mut prefix) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(error),
        }
        let length = announced(prefix, usize::MAX).map_err(io::Error::other)?;
        let mut frame = prefix.to_vec();
        let limit = u64::try_from(length).unwrap_or(u64::MAX);
        (&mut requests).take(limit).read_to_end(&mut frame)?;
        let (file, limits) = decode_request(&frame).map_err(io::Error::other)?;
        drop(frame);
        answers.write_all(&encode_answer(&read_file(file, &limits)))?;
        answers.flush()?;
    }
}

fn try_out(attempt: Attempt) -> io::Result<()> {
    match attempt {
        Attempt::Open => {
            std::fs::read("/etc/passwd")?;
        }
        Attempt::Connect => {
            std::net::TcpStream::connect("127.0.0.1:25")?;
        }
        Attempt::Execute => {
            std::process::Command::new("/bin/true").status()?;
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
    }
    Ok(())
}

//! The daemon's side of the processes: a nursery that is started, workers that it
//! makes, which say that they are ready, read files, and are ended.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use nix::poll::PollFlags;
use rustix::process::{Signal, pidfd_send_signal};

use super::passing;
use super::pipe;
use super::protocol::{
    HEADER_BYTES, PREFIX, PROCESS, READY, WANTED, announced, decode_answer, encode_request,
};
use super::sandbox::Bounds;
use super::worker::Attempt;
use crate::extract::{File, PICTURE_BYTES, Reading};
use crate::limits::Limits;
use crate::mail::GapReason;

/// How long a process that was ended is waited for, at most.
const GONE: Duration = Duration::from_secs(10);

/// How long a nursery has to end by itself.
const ORDERLY: Duration = Duration::from_secs(1);

/// How many workers are made by one nursery, all of the same layout of memory.
/// A nursery costs as much as some workers.
const WORKERS: usize = 256;

/// What nurseries are made of.
#[derive(Debug)]
pub(super) struct Program {
    /// The program that knows `read-attachments`.
    pub(super) path: PathBuf,
    /// How much each process may take.
    pub(super) bounds: Bounds,
}

impl Program {
    /// Starts a nursery; it is not waited for.
    pub(super) fn start(&self) -> io::Result<Nursery> {
        let (control, theirs) = UnixStream::pair()?;
        let child = self
            .command(None)
            .stdin(OwnedFd::from(theirs))
            .stdout(Stdio::null())
            .spawn()?;
        Ok(Nursery {
            control,
            _process: Ending(child),
            made: AtomicUsize::new(0),
            is_retired: AtomicBool::new(false),
        })
    }

    /// What becomes of a worker that tries what it must not be able to do.
    pub(super) fn try_out(&self, attempt: Attempt) -> io::Result<ExitStatus> {
        self.command(Some(attempt))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
    }

    fn command(&self, attempt: Option<Attempt>) -> Command {
        let mut command = Command::new(&self.path);
        command
            .arg("read-attachments")
            .args(self.bounds.arguments())
            .env_clear()
            .current_dir("/")
            .stderr(Stdio::null());
        if let Some(attempt) = attempt {
            let word = clap::ValueEnum::to_possible_value(&attempt);
            let word = word.map(|word| word.get_name().to_owned());
            command.arg("--attempt").arg(word.unwrap_or_default());
        }
        command
    }
}

/// A process that makes workers. It ends when the last of them is gone and
/// nobody asks it for more.
#[derive(Debug)]
pub(super) struct Nursery {
    control: UnixStream,
    _process: Ending,
    made: AtomicUsize,
    is_retired: AtomicBool,
}

impl Nursery {
    /// Asks for a worker; it is not waited for.
    pub(super) fn worker(self: &Arc<Self>) -> io::Result<Worker> {
        let (socket, theirs) = UnixStream::pair()?;
        socket.set_nonblocking(true)?;
        passing::send(&self.control, WANTED, theirs.as_fd())?;
        self.made.fetch_add(1, Ordering::Relaxed);
        Ok(Worker {
            socket,
            process: None,
            is_ready: false,
            nursery: Arc::clone(self),
        })
    }

    /// From now on none of its workers begins to read.
    pub(super) fn retire(&self) {
        self.is_retired.store(true, Ordering::Release);
    }

    /// Whether none of its workers may begin to read.
    pub(super) fn is_retired(&self) -> bool {
        self.is_retired.load(Ordering::Acquire)
    }

    /// Whether it has made so many that another should be started.
    pub(super) fn is_old(&self) -> bool {
        self.made.load(Ordering::Relaxed) >= WORKERS
    }
}

impl Drop for Nursery {
    fn drop(&mut self) {
        // It ends by itself, and waits for its workers before: they would be
        // left to whoever is the first process here.
        let _ = self.control.shutdown(std::net::Shutdown::Write);
        let until = pipe::later(ORDERLY);
        // It says nothing: what comes is the end.
        let _ = pipe::wait(&self.control, PollFlags::POLLIN, until);
    }
}

/// A process that reads files, one after the other. It is ended, and waited
/// for, when this is dropped.
#[derive(Debug)]
pub(super) struct Worker {
    socket: UnixStream,
    /// Its process, once the nursery has said which.
    process: Option<OwnedFd>,
    /// It has said that it reads.
    is_ready: bool,
    nursery: Arc<Nursery>,
}

impl Worker {
    /// Waits until it has taken its rights away and can read.
    pub(super) fn be_ready(&mut self, until: Instant) -> io::Result<()> {
        loop {
            match self.hear() {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    pipe::wait(&self.socket, PollFlags::POLLIN, until)?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Hears one thing that it or its nursery says, unless all was said; whether
    /// it was.
    fn hear(&mut self) -> io::Result<bool> {
        if !(self.is_ready && self.process.is_some()) {
            match passing::receive(&self.socket)? {
                Some((PROCESS, Some(process))) if self.process.is_none() => {
                    self.process = Some(process);
                }
                Some((READY, None)) if !self.is_ready => self.is_ready = true,
                Some(_) => return Err(io::ErrorKind::InvalidData.into()),
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
        Ok(self.is_ready && self.process.is_some())
    }

    /// Whether it has ended, or says what nobody asked: then it reads no file.
    pub(super) fn is_spent(&mut self) -> bool {
        pipe::has_more(&mut self.socket)
    }

    /// What made it.
    pub(super) fn nursery(&self) -> &Arc<Nursery> {
        &self.nursery
    }

    /// Reads a file: what was made of it, and why that is not all. That ends the
    /// worker's use.
    pub(super) fn read(
        &mut self,
        file: &File,
        limits: &Limits,
        until: Instant,
    ) -> (Reading, Option<GapReason>) {
        let mut reading = Reading::default();
        let result = self.read_pieces(file, limits, until, &mut reading);
        (reading, result.err())
    }

    fn read_pieces(
        &mut self,
        file: &File,
        limits: &Limits,
        until: Instant,
        reading: &mut Reading,
    ) -> Result<(), GapReason> {
        self.be_ready(until).map_err(|error| pipe::why(&error))?;
        let request = encode_request(file, limits);
        pipe::write_all(&mut self.socket, &request, until).map_err(|error| pipe::why(&error))?;
        let mut most = limits
            .text_bytes
            .saturating_add(limits.pictures.saturating_mul(PICTURE_BYTES));
        // What tells the places is bounded apart: it may not cost a full answer
        // its last text, nor go on for ever without any.
        let mut headers = HEADER_BYTES;
        loop {
            let prefix = pipe::read_exactly(&mut self.socket, PREFIX, until)
                .map_err(|error| pipe::why(&error))?;
            let prefix = <[u8; PREFIX]>::try_from(prefix).map_err(|_| GapReason::ReaderFailed)?;
            let length = announced(prefix, most).map_err(|_| GapReason::ReaderFailed)?;
            let rest = pipe::read_exactly(&mut self.socket, length, until)
                .map_err(|error| pipe::why(&error))?;
            let frame = [prefix.as_slice(), &rest].concat();
            let answer = decode_answer(&frame, &file.path).map_err(|_| GapReason::ReaderFailed)?;
            let held = answer.reading.bytes();
            most = most.saturating_sub(held);
            headers = headers
                .checked_sub(length.saturating_sub(held))
                .ok_or(GapReason::ReaderFailed)?;
            reading.append(answer.reading);
            if !answer.more {
                return Ok(());
            }
        }
    }

    /// Ends it, without waiting until it is gone.
    pub(super) fn end(&mut self) {
        while self.process.is_none() && self.hear().is_ok() {}
        // Nobody knows it yet? Then it has read nothing, and ends with its input.
        if let Some(process) = &self.process {
            // It may have ended by itself.
            let _ = pidfd_send_signal(process, Signal::KILL);
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
        if let Some(process) = &self.process {
            // Its memory is free by then.
            let _ = pipe::wait(process, PollFlags::POLLIN, pipe::later(GONE));
        }
    }
}

/// A process that is ended when nobody waits for it any more.
#[derive(Debug)]
pub(super) struct Ending(pub(super) Child);

impl Drop for Ending {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

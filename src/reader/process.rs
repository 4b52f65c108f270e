//! One worker: a process that is started, says that it is ready, reads files,
//! and is ended.

use std::io;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::time::Instant;

use super::pipe;
use super::protocol::{PREFIX, READY, announced, decode_answer, encode_request};
use super::worker::Attempt;
use crate::extract::{File, PICTURE_BYTES, Reading};
use crate::limits::Limits;
use crate::mail::GapReason;

/// What workers are made of.
#[derive(Debug)]
pub(super) struct Program {
    /// The program that knows `read-attachments`.
    pub(super) path: PathBuf,
    /// How much memory each process may take.
    pub(super) memory_bytes: usize,
}

impl Program {
    /// Starts a worker; it is not waited for.
    pub(super) fn start(&self) -> io::Result<Worker> {
        let mut child = self
            .command(None)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take());
        // From here on whatever fails ends the process.
        let child = Ending(child);
        let (Some(requests), Some(answers)) = pipes else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        pipe::never_block(&requests)?;
        pipe::never_block(&answers)?;
        Ok(Worker {
            child,
            requests,
            answers,
            is_ready: false,
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
            .arg("--memory")
            .arg(self.memory_bytes.to_string())
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

/// A process that reads files, one after the other. It is ended, and waited
/// for, when this is dropped.
#[derive(Debug)]
pub(super) struct Worker {
    child: Ending,
    requests: ChildStdin,
    answers: ChildStdout,
    is_ready: bool,
}

impl Worker {
    /// Waits until it has taken its rights away and can read.
    pub(super) fn be_ready(&mut self, until: Instant) -> io::Result<()> {
        if self.is_ready {
            return Ok(());
        }
        let said = pipe::read_exactly(&mut self.answers, READY.len(), until)?;
        self.is_ready = said == READY;
        if self.is_ready {
            Ok(())
        } else {
            Err(io::ErrorKind::InvalidData.into())
        }
    }

    /// Whether it has ended, or says what nobody asked: then it reads no file.
    pub(super) fn is_spent(&mut self) -> bool {
        pipe::has_more(&mut self.answers)
    }

    /// Reads a file; an error ends the worker's use.
    pub(super) fn read(
        &mut self,
        file: &File,
        limits: &Limits,
        until: Instant,
    ) -> Result<Reading, GapReason> {
        self.be_ready(until).map_err(|error| pipe::why(&error))?;
        let request = encode_request(file, limits);
        pipe::write_all(&mut self.requests, &request, until).map_err(|error| pipe::why(&error))?;
        let prefix = pipe::read_exactly(&mut self.answers, PREFIX, until)
            .map_err(|error| pipe::why(&error))?;
        let prefix = <[u8; PREFIX]>::try_from(prefix).map_err(|_| GapReason::ReaderFailed)?;
        let most = limits
            .text_bytes
            .saturating_add(limits.pictures.saturating_mul(PICTURE_BYTES));
        let length = announced(prefix, most).map_err(|_| GapReason::ReaderFailed)?;
        let rest = pipe::read_exactly(&mut self.answers, length, until)
            .map_err(|error| pipe::why(&error))?;
        let frame = [prefix.as_slice(), &rest].concat();
        decode_answer(&frame, &file.path).map_err(|_| GapReason::ReaderFailed)
    }

    /// Ends it, without waiting until it is gone.
    pub(super) fn end(&mut self) {
        self.child.end();
    }
}

/// A process that is ended when nobody waits for it any more.
#[derive(Debug)]
pub(super) struct Ending(pub(super) Child);

impl Ending {
    fn end(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.end();
        let _ = self.0.wait();
    }
}

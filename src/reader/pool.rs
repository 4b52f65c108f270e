//! The pool: workers that wait, one for each file that is being read.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::pipe;
use super::protocol::{PREFIX, announced, decode_answer, encode_request};
use super::recognition::recognise;
use super::worker::{Attempt, UNCONFINED};
use crate::extract::{File, PICTURE_BYTES, Reader, Reading};
use crate::format::Format;
use crate::limits::Limits;
use crate::location::Location;
use crate::mail::{Gap, GapReason};
use crate::sensitive::Sensitive;

/// After so many files a worker is replaced: what one file may have left behind
/// in it, the next ones don't meet for long.
const FILES_EACH: usize = 64;

/// The program of the process that asks: the same even after an upgrade has
/// put another in its place (proc(5)).
pub const OWN_PROGRAM: &str = "/proc/self/exe";

/// Processes that read attachments.
#[derive(Debug)]
pub struct Workers {
    program: PathBuf,
    memory_bytes: usize,
    most: usize,
    pool: Mutex<Pool>,
    returned: Condvar,
}

#[derive(Debug, Default)]
struct Pool {
    waiting: Vec<Worker>,
    /// How many there are, those at work included.
    alive: usize,
}

/// Why workers can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// No process could be started.
    #[error("the program that reads attachments could not be started: {0}")]
    Start(#[source] io::Error),
    /// One was started and does what it must not be able to do.
    #[error("a process that reads attachments could open a file: its sandbox does not hold here")]
    NotConfined,
    /// One was started and ended before it could read.
    #[error("a process that reads attachments could not take its rights away on this kernel")]
    NoSandbox,
}

impl Workers {
    /// A pool of at most `most` workers, each of them `program` with
    /// `read-attachments`. One is started at once, so that the first message
    /// need not wait, and another to prove that the sandbox holds.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start(program: &Path, most: usize, limits: &Limits) -> Result<Self, StartError> {
        let workers = Self {
            program: program.to_owned(),
            memory_bytes: limits.worker_bytes,
            most: most.max(1),
            pool: Mutex::default(),
            returned: Condvar::new(),
        };
        let confined = workers
            .command(Some(Attempt::Open))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .map_err(StartError::Start)?;
        if confined.success() {
            return Err(StartError::NotConfined);
        }
        if confined.code() == Some(UNCONFINED.into()) {
            return Err(StartError::NoSandbox);
        }
        let first = workers.spawn().map_err(StartError::Start)?;
        let mut pool = workers.pool();
        pool.alive = 1;
        pool.waiting.push(first);
        drop(pool);
        Ok(workers)
    }

    /// The reader of one message, with the time that reading may take.
    pub fn for_message(&self, limits: &Limits) -> MessageReader<'_> {
        MessageReader {
            workers: self,
            part: Duration::from_millis(limits.part_ms),
            until: later(Duration::from_millis(limits.reading_ms)),
        }
    }

    fn command(&self, attempt: Option<Attempt>) -> Command {
        let mut command = Command::new(&self.program);
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

    fn spawn(&self) -> io::Result<Worker> {
        let mut child = self
            .command(None)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(requests), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        pipe::never_block(&requests)?;
        pipe::never_block(&answers)?;
        Ok(Worker {
            child,
            requests,
            answers,
            files: 0,
        })
    }

    /// A worker to use before a moment; `None` if none becomes free.
    fn take(&self, until: Instant) -> io::Result<Option<Worker>> {
        let mut pool = self.pool();
        loop {
            while let Some(mut worker) = pool.waiting.pop() {
                // One that has ended costs no file a gap, and one that says what
                // nobody asked does not answer for the next file.
                if !pipe::has_more(&mut worker.answers) {
                    return Ok(Some(worker));
                }
                pool.alive = pool.alive.saturating_sub(1);
            }
            if pool.alive < self.most {
                pool.alive = pool.alive.saturating_add(1);
                drop(pool);
                return self.spawn().map(Some).inspect_err(|_| self.lost());
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            (pool, _) = self
                .returned
                .wait_timeout(pool, left)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A worker is done with a file and can have the next, or is replaced.
    fn give_back(&self, mut worker: Worker) {
        worker.files = worker.files.saturating_add(1);
        let worker = if worker.files < FILES_EACH {
            Ok(worker)
        } else {
            drop(worker);
            self.spawn()
        };
        match worker {
            Ok(worker) => {
                self.pool().waiting.push(worker);
                self.returned.notify_one();
            }
            Err(error) => {
                tracing::error!(%error, "a process that reads attachments could not be replaced");
                self.lost();
            }
        }
    }

    /// There is one less.
    fn lost(&self) {
        let mut pool = self.pool();
        pool.alive = pool.alive.saturating_sub(1);
        drop(pool);
        self.returned.notify_one();
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        // Nothing under this lock can be left half done.
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads the files of one message by workers.
#[derive(Debug)]
pub struct MessageReader<'w> {
    workers: &'w Workers,
    part: Duration,
    until: Instant,
}

impl Reader for MessageReader<'_> {
    fn read(&self, file: File, limits: &Limits) -> Reading {
        // Other connections go on meanwhile.
        tokio::task::block_in_place(|| self.read_by_worker(file, limits))
    }
}

impl MessageReader<'_> {
    /// Adds the writing in pictures: what was recognised is no gap any more. Of
    /// the pictures the places are left, which are counted for the message.
    fn recognised(&self, mut reading: Reading) -> Reading {
        let workers = self.workers;
        let (texts, gaps) = (&mut reading.texts, &mut reading.gaps);
        for (location, picture) in &mut reading.pictures {
            let picture = std::mem::replace(picture, Sensitive::new(Vec::new()));
            let bytes = picture.reveal();
            match recognise(&workers.program, workers.memory_bytes, bytes, self.until) {
                // Nothing recognised is nothing read: the gap stays.
                Ok(text) if text.trim().is_empty() => {}
                Ok(text) => {
                    let own = |gap: &Gap| {
                        gap.why == GapReason::Image && gap.location.part == location.part
                    };
                    gaps.retain(|gap| !own(gap));
                    texts.push((location.clone(), Sensitive::new(text)));
                }
                // "A picture, not read" is said already.
                Err(GapReason::Image | GapReason::ReaderFailed) => {}
                Err(why) => gaps.push(Gap {
                    location: location.clone(),
                    why,
                    format: Some(Format::Image),
                }),
            }
        }
        reading
    }

    fn read_by_worker(&self, file: File, limits: &Limits) -> Reading {
        let until = self.until.min(later(self.part));
        let why = match self.workers.take(until) {
            Ok(Some(mut worker)) => match worker.read(&file, limits, until) {
                Ok(reading) => {
                    self.workers.give_back(worker);
                    return self.recognised(reading);
                }
                Err(why) => {
                    // It is ended when it is dropped.
                    drop(worker);
                    self.workers.lost();
                    why
                }
            },
            Ok(None) => GapReason::TooSlow,
            Err(error) => {
                tracing::error!(%error, "a process that reads attachments could not be started");
                GapReason::ReaderFailed
            }
        };
        let gap = Gap {
            location: Location {
                unit: file.unit,
                hidden: file.hidden,
                ..Location::new(file.place, file.path, 0)
            },
            why,
            format: None,
        };
        Reading {
            gaps: vec![gap],
            ..Reading::default()
        }
    }
}

/// A process that reads files, one after the other.
#[derive(Debug)]
struct Worker {
    child: Child,
    requests: ChildStdin,
    answers: ChildStdout,
    files: usize,
}

impl Worker {
    /// Reads a file; an error ends the worker's use.
    fn read(&mut self, file: &File, limits: &Limits, until: Instant) -> Result<Reading, GapReason> {
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
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn later(duration: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(duration).unwrap_or(now)
}

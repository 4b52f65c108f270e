//! Workers as the rest of the program sees them: readers of messages.

use std::cell::RefCell;
use std::io;
use std::path::Path;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use super::keeper::{self, Keeper};
use super::nursery::SIGNALLED;
use super::pipe::later;
use super::pool::Pool;
use super::process::{Program, Worker};
use super::recognition::recognise;
use super::sandbox::Bounds;
use super::worker::{Attempt, UNCONFINED};
use crate::extract::{File, Reader, Reading};
use crate::format::Format;
use crate::limits::Limits;
use crate::location::Location;
use crate::mail::{Gap, GapReason};
use crate::sensitive::Sensitive;

/// Processes that read attachments. All of them end with this.
#[derive(Debug)]
pub struct Workers {
    pool: Arc<Pool>,
    _keeper: Keeper,
}

/// Why workers can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// No process could be started.
    #[error("the program that reads attachments could not be started: {0}")]
    Start(#[source] io::Error),
    /// One was started and does what it must not be able to do.
    #[error("a process that reads attachments could {0}: its sandbox does not hold here")]
    NotConfined(Attempt),
    /// One was started and ended before it could read.
    #[error("a process that reads attachments could not take its rights away on this kernel")]
    NoSandbox,
}

impl Workers {
    /// Workers of which at most `most` read at once, each of them `program`
    /// with `read-attachments`. As many are kept ready for the next messages;
    /// one is when this returns. Before that, others prove that the sandbox
    /// holds: each tries what it must not be able to do.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start(program: &Path, most: usize, limits: &Limits) -> Result<Self, StartError> {
        let program = Program {
            path: program.to_owned(),
            bounds: Bounds::of_workers(limits),
        };
        for attempt in Attempt::TRIAL {
            let ended = program.try_out(attempt).map_err(StartError::Start)?;
            if ended.code() == Some(UNCONFINED.into()) {
                return Err(StartError::NoSandbox);
            }
            if !is_refused(attempt, ended) {
                return Err(StartError::NotConfined(attempt));
            }
        }
        let pool = Arc::new(Pool::new(program, most));
        let first = keeper::ready(&pool).map_err(StartError::Start)?;
        pool.state().spares.push_back(first);
        let keeper = Keeper::start(&pool).map_err(StartError::Start)?;
        Ok(Self {
            pool,
            _keeper: keeper,
        })
    }

    /// The reader of one message, with the time that reading may take.
    pub fn for_message(&self, limits: &Limits) -> MessageReader<'_> {
        MessageReader {
            pool: &self.pool,
            part: Duration::from_millis(limits.part_ms),
            until: later(Duration::from_millis(limits.reading_ms)),
            own: RefCell::default(),
        }
    }
}

/// Whether an end of a worker is that of one whose attempt was refused by its
/// sandbox, and by nothing else.
fn is_refused(attempt: Attempt, ended: ExitStatus) -> bool {
    // To open one is no crime: the C library does it too.
    if attempt == Attempt::Open {
        return ended.code() == Some(1);
    }
    let killed = i32::from(SIGNALLED).saturating_add(Signal::SIGSYS as i32);
    ended.code() == Some(killed)
}

/// Reads the files of one message, by a worker of its own.
#[derive(Debug)]
pub struct MessageReader<'w> {
    pool: &'w Pool,
    part: Duration,
    until: Instant,
    /// The message's worker, between two of its files.
    own: RefCell<Option<Worker>>,
}

impl Reader for MessageReader<'_> {
    fn read(&self, file: File, limits: &Limits) -> Reading {
        // Other connections go on meanwhile.
        tokio::task::block_in_place(|| self.read_by_worker(&file, limits))
    }
}

impl Drop for MessageReader<'_> {
    fn drop(&mut self) {
        if let Some(worker) = self.own.take() {
            self.pool.done(worker);
        }
    }
}

impl MessageReader<'_> {
    fn read_by_worker(&self, file: &File, limits: &Limits) -> Reading {
        let until = self.until.min(later(self.part));
        let (reading, why) = match self.worker(until) {
            Ok(Some(mut worker)) => match worker.read(file, limits, until) {
                (reading, None) if reading.pictures.is_empty() => {
                    self.own.replace(Some(worker));
                    return reading;
                }
                (reading, None) => {
                    // Recognition takes long: another message may read now.
                    self.pool.done(worker);
                    return self.recognised(reading);
                }
                (reading, Some(why)) => {
                    self.pool.failed(worker);
                    (reading, why)
                }
            },
            Ok(None) => (Reading::default(), GapReason::TooSlow),
            // That was said.
            Err(_) => (Reading::default(), GapReason::ReaderFailed),
        };
        unfinished(reading, file, why)
    }

    /// The message's worker, or a new one; `None` if none becomes free before a
    /// moment.
    fn worker(&self, until: Instant) -> io::Result<Option<Worker>> {
        if let Some(mut worker) = self.own.take() {
            // One that has ended costs no file a gap, and one that says what
            // nobody asked does not answer for the next file.
            if !worker.is_spent() {
                return Ok(Some(worker));
            }
            self.pool.failed(worker);
        }
        self.pool.take(until)
    }

    /// Adds the writing in pictures: what was recognised is no gap any more. Of
    /// the pictures the places are left, which are counted for the message.
    fn recognised(&self, mut reading: Reading) -> Reading {
        let program = &self.pool.program;
        let (texts, gaps) = (&mut reading.texts, &mut reading.gaps);
        for (location, picture) in &mut reading.pictures {
            let picture = std::mem::replace(picture, Sensitive::new(Vec::new()));
            match recognise(program, picture.reveal(), self.until) {
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
}

/// What was read of a file before its reader failed. What of it is hidden would
/// have been told at the end; the places of its texts say it, too.
fn unfinished(mut reading: Reading, file: &File, why: GapReason) -> Reading {
    let hidden = reading.texts.iter().map(|(location, _)| Location {
        offset: 0,
        ..location.clone()
    });
    let mut hidden: Vec<Location> = hidden
        .filter(|location| location.hidden.is_some())
        .collect();
    hidden.sort();
    hidden.dedup();
    reading.hidden = hidden;
    reading.gaps = vec![Gap {
        location: Location {
            unit: file.unit,
            hidden: file.hidden,
            ..Location::new(file.place, file.path.clone(), 0)
        },
        why,
        format: None,
    }];
    reading
}

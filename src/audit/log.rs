//! Appending: one writer thread, many events in one write and one fsync.
//!
//! An event is acknowledged only when it is on disk. After any error the
//! descriptor is given up, since a second fsync on it could succeed for data
//! that is gone: what was not acknowledged is cut off, and the next event
//! begins a new segment. Until that works every append fails, and every
//! message is answered with a temporary failure.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use sha2::{Digest, Sha256};
use tokio::sync::oneshot;

use super::event::{Event, Stored};
use super::segment::{NO_LINE_BEFORE, TailError, line_digest, segment_name, segments, tail};
use crate::clock;
use crate::scan::token::{Token, hex};
use crate::timestamp::Timestamp;

/// How many events wait for the writer at most; further ones wait outside.
const QUEUE: usize = 4096;
/// How many events go into one write at most.
const BATCH: usize = 1024;
/// When a segment is full, in bytes.
const SEGMENT_BYTES: u64 = 256 << 20;

/// The log is not writable now.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the audit log can't be written: {0}")]
pub struct AuditError(String);

/// Why a log can't be opened at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A line in it was changed: it must be looked at by a person first.
    #[error(
        "the audit log is damaged: {file}, {what}; move the folder away to begin a new log, and keep it as evidence"
    )]
    Damaged {
        /// The segment.
        file: String,
        /// The line and what is wrong with it.
        what: String,
    },
    /// Another gatepost writes to it.
    #[error("another gatepost is using {0}; stop it, or give this one a state folder of its own")]
    InUse(String),
}

/// The handle by which events are appended; clones share one writer.
#[derive(Clone, Debug)]
pub struct AuditLog {
    writer: SyncSender<Append>,
}

/// A log that was opened, and what it says of the last day.
#[derive(Debug)]
pub struct Opened {
    /// The handle.
    pub log: AuditLog,
    /// The sealed copies that were handed over within a day, with their times.
    pub copies: Vec<(Token, Timestamp)>,
}

struct Append {
    event: Event,
    done: oneshot::Sender<Result<u64, AuditError>>,
}

impl AuditLog {
    /// Opens the log in a folder and starts its writer. A folder that can't be
    /// used now is no error: appending fails until it can.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(folder: &Path) -> Result<Opened, OpenError> {
        let mut writer = Writer {
            folder: folder.to_owned(),
            lock: None,
            state: State::Closed,
            next_seq: 1,
            last_digest: NO_LINE_BEFORE.to_owned(),
            recovered: None,
        };
        match writer.open_existing() {
            Ok(()) => {}
            Err(StartError::Open(error)) => return Err(error),
            Err(StartError::Io(error)) => {
                writer.give_up();
                tracing::error!(folder = %folder.display(), %error, "audit log not writable yet: mail is deferred");
            }
        }
        let (sender, receiver) = sync_channel(QUEUE);
        let spawned = thread::Builder::new()
            .name(String::from("audit"))
            .spawn(move || writer.run(&receiver));
        if let Err(error) = spawned {
            tracing::error!(%error, "no thread for the audit log: mail is deferred");
        }
        Ok(Opened {
            log: Self { writer: sender },
            copies: copies_of_a_day(folder),
        })
    }

    /// Appends an event and waits until it is on disk; the event's number.
    ///
    /// # Errors
    /// When it is not on disk: then nothing may be released.
    pub async fn append(&self, event: Event) -> Result<u64, AuditError> {
        let (done, acknowledged) = oneshot::channel();
        let append = Append { event, done };
        self.writer.try_send(append).map_err(|error| {
            AuditError(match error {
                std::sync::mpsc::TrySendError::Full(_) => String::from("too many events wait"),
                std::sync::mpsc::TrySendError::Disconnected(_) => {
                    String::from("its writer has stopped")
                }
            })
        })?;
        acknowledged
            .await
            .map_err(|_| AuditError(String::from("its writer has stopped")))?
    }
}

#[derive(Debug)]
enum State {
    /// Nothing was opened yet.
    Closed,
    /// Events go here.
    Open {
        file: File,
        path: PathBuf,
        bytes: u64,
    },
    /// The segment at `path` is good up to `bytes`; what is after was never
    /// acknowledged.
    Broken { path: PathBuf, bytes: u64 },
}

#[derive(Debug)]
enum StartError {
    Open(OpenError),
    Io(io::Error),
}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

struct Writer {
    folder: PathBuf,
    lock: Option<File>,
    state: State,
    next_seq: u64,
    last_digest: String,
    /// What was cut off and is not yet in the log.
    recovered: Option<Event>,
}

impl Writer {
    fn run(mut self, receiver: &Receiver<Append>) {
        while let Ok(first) = receiver.recv() {
            let mut batch = vec![first];
            while batch.len() < BATCH
                && let Ok(next) = receiver.try_recv()
            {
                batch.push(next);
            }
            self.write(batch);
        }
    }

    fn write(&mut self, batch: Vec<Append>) {
        let outcome = self.ready().and_then(|()| self.write_lines(&batch));
        match outcome {
            Ok(seqs) => {
                for (append, seq) in batch.into_iter().zip(seqs) {
                    // The one who asked may have given up; the event stands.
                    let _ = append.done.send(Ok(seq));
                }
            }
            Err(error) => {
                tracing::error!(folder = %self.folder.display(), %error, "audit log not writable: mail is deferred");
                self.give_up();
                for append in batch {
                    let _ = append.done.send(Err(AuditError(error.to_string())));
                }
            }
        }
    }

    /// Makes sure that there is a segment to write to.
    fn ready(&mut self) -> io::Result<()> {
        match &self.state {
            State::Open { bytes, .. } if *bytes < SEGMENT_BYTES => Ok(()),
            State::Open { .. } => self.new_segment(),
            State::Closed => {
                match self.open_existing() {
                    Ok(()) => {}
                    Err(StartError::Io(error)) => return Err(error),
                    Err(StartError::Open(error)) => return Err(io::Error::other(error)),
                }
                tracing::info!(folder = %self.folder.display(), "audit log writable");
                Ok(())
            }
            State::Broken { path, bytes } => {
                let recovered = cut_off(path, *bytes)?;
                self.recovered = self.recovered.take().or(recovered);
                self.new_segment()?;
                tracing::info!(folder = %self.folder.display(), "audit log writable again");
                Ok(())
            }
        }
    }

    fn write_lines(&mut self, batch: &[Append]) -> io::Result<Vec<u64>> {
        let State::Open { file, bytes, .. } = &mut self.state else {
            return Err(io::Error::other("no segment is open"));
        };
        let mut out = Vec::new();
        let mut seqs = Vec::with_capacity(batch.len());
        let mut seq = self.next_seq;
        let mut digest = self.last_digest.clone();
        let before = usize::from(self.recovered.is_some());
        let appended = batch.iter().map(|append| &append.event);
        let events = self.recovered.iter().chain(appended);
        for (index, event) in events.enumerate() {
            let stored = Stored {
                v: 1,
                seq,
                ts: clock::now(),
                prev: digest,
                event: event.clone(),
            };
            let line = serde_json::to_vec(&stored).map_err(io::Error::other)?;
            digest = line_digest(&line);
            out.extend_from_slice(&line);
            out.push(b'\n');
            if index >= before {
                seqs.push(seq);
            }
            seq = seq.saturating_add(1);
        }
        file.write_all(&out)?;
        file.sync_data()?;
        *bytes = bytes.saturating_add(u64::try_from(out.len()).unwrap_or(u64::MAX));
        self.next_seq = seq;
        self.last_digest = digest;
        self.recovered = None;
        Ok(seqs)
    }

    fn give_up(&mut self) {
        let state = std::mem::replace(&mut self.state, State::Closed);
        self.state = match state {
            State::Open { path, bytes, .. } => State::Broken { path, bytes },
            other @ (State::Closed | State::Broken { .. }) => other,
        };
    }

    /// Opens the last segment for appending, or the first of a new log.
    fn open_existing(&mut self) -> Result<(), StartError> {
        fs::create_dir_all(&self.folder)?;
        self.take_lock()?;
        let Some(path) = segments(&self.folder)?.pop() else {
            self.new_segment()?;
            return Ok(());
        };
        let tail = match tail(&path) {
            Ok(tail) => tail,
            Err(TailError::Io(error)) => return Err(error.into()),
            Err(damaged @ TailError::Damaged { .. }) => {
                return Err(StartError::Open(OpenError::Damaged {
                    file: path.display().to_string(),
                    what: damaged.to_string(),
                }));
            }
        };
        self.next_seq = tail.last_seq.saturating_add(1);
        if tail.good_bytes == 0 {
            // The segment was begun and nothing in it acknowledged; what its
            // first line must name is the end of the segment before.
            self.last_digest = self.digest_before(&path)?;
        } else {
            self.last_digest = tail.last_digest;
        }
        if !tail.torn.is_empty() {
            let torn = path.with_extension("torn");
            fs::write(&torn, &tail.torn)?;
            tracing::warn!(kept = %torn.display(), "the audit log ended in an unfinished line, which was cut off");
            self.state = State::Broken {
                path,
                bytes: tail.good_bytes,
            };
            self.ready()?;
            self.write_lines(&[])?;
            return Ok(());
        }
        let file = OpenOptions::new().append(true).open(&path)?;
        self.state = State::Open {
            file,
            path,
            bytes: tail.good_bytes,
        };
        Ok(())
    }

    fn digest_before(&self, path: &Path) -> Result<String, StartError> {
        let before = segments(&self.folder)?
            .into_iter()
            .rfind(|segment| segment.as_path() < path);
        let Some(before) = before else {
            return Ok(NO_LINE_BEFORE.to_owned());
        };
        match tail(&before) {
            Ok(tail) => Ok(tail.last_digest),
            Err(error) => Err(StartError::Open(OpenError::Damaged {
                file: before.display().to_string(),
                what: error.to_string(),
            })),
        }
    }

    fn take_lock(&mut self) -> Result<(), StartError> {
        if self.lock.is_some() {
            return Ok(());
        }
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true).mode(0o640);
        let file = options.open(self.folder.join("lock"))?;
        match file.try_lock() {
            Ok(()) => {
                self.lock = Some(file);
                Ok(())
            }
            Err(fs::TryLockError::WouldBlock) => Err(StartError::Open(OpenError::InUse(
                self.folder.display().to_string(),
            ))),
            Err(fs::TryLockError::Error(error)) => Err(error.into()),
        }
    }

    fn new_segment(&mut self) -> io::Result<()> {
        let path = self.folder.join(segment_name(self.next_seq));
        let mut options = OpenOptions::new();
        options.append(true).create(true).mode(0o640);
        let file = options.open(&path)?;
        // The name must be on disk before the lines in it count.
        File::open(&self.folder)?.sync_all()?;
        self.state = State::Open {
            file,
            path,
            bytes: 0,
        };
        Ok(())
    }
}

/// The copies that the log tells of within a day, from the last segment back to
/// the first one that is older. What can't be read is left out: then a copy may
/// be sent twice, never lost.
fn copies_of_a_day(folder: &Path) -> Vec<(Token, Timestamp)> {
    let now = clock::now();
    let day_ago = now.unix_ms().saturating_sub(24 * 60 * 60 * 1000);
    let mut copies = Vec::new();
    for path in segments(folder).unwrap_or_default().iter().rev() {
        let Ok(file) = File::open(path) else { continue };
        let mut oldest = i64::MAX;
        for line in BufReader::new(file).split(b'\n').map_while(Result::ok) {
            let Ok(stored) = serde_json::from_slice::<Stored>(&line) else {
                continue;
            };
            oldest = oldest.min(stored.ts.unix_ms());
            if stored.ts.unix_ms() < day_ago {
                continue;
            }
            let tokens = match stored.event {
                Event::Decision(decision) => decision.copies,
                Event::Fault { copies, .. } => copies,
                Event::HandOver(_)
                | Event::Recovered { .. }
                | Event::Refused { .. }
                | Event::ReloadRefused { .. }
                | Event::Reloaded { .. }
                | Event::Started { .. }
                | Event::Stopped => continue,
            };
            let tokens = tokens.into_iter();
            copies.extend(tokens.map(|token| (token, stored.ts.min(now))));
        }
        if oldest < day_ago {
            break;
        }
    }
    copies
}

/// Cuts a segment to the bytes that were acknowledged; removes it if that is
/// none. Returns the event that says what was cut off, if anything was.
fn cut_off(path: &Path, good_bytes: u64) -> io::Result<Option<Event>> {
    let bytes = match fs::read(path) {
        // Removed by an earlier attempt that got no further.
        Err(error) if error.kind() == io::ErrorKind::NotFound && good_bytes == 0 => {
            return Ok(None);
        }
        other => other?,
    };
    let good = usize::try_from(good_bytes).unwrap_or(usize::MAX);
    let torn = bytes.get(good..).unwrap_or(&[]);
    if good_bytes == 0 {
        fs::remove_file(path)?;
    } else {
        let file = OpenOptions::new().write(true).open(path)?;
        file.set_len(good_bytes)?;
        file.sync_all()?;
    }
    if torn.is_empty() {
        return Ok(None);
    }
    Ok(Some(Event::Recovered {
        torn_bytes: u64::try_from(torn.len()).unwrap_or(u64::MAX),
        torn_sha256: hex(&Sha256::digest(torn)),
    }))
}

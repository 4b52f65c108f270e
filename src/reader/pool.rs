//! The pool: who gets a worker, and what becomes of it.
//!
//! Each message has a worker of its own, from its first file to its last, and
//! nobody has it afterwards: what one sender's file may have made of a process,
//! no other sender's file meets. To start a process is not waited for where
//! that can be helped: a thread keeps some that are ready (see `keeper`).
//!
//! Workers are made by a nursery (see `process`), and all of one have the same
//! layout of memory. One whose worker failed makes no more of them, and those
//! that are ready are ended: what the failure may have told of the layout is
//! worth nothing for the next file.
//!
//! Of workers there are never more than so many at work, as many that are ready
//! or become so, and as many and one that are being ended; of nurseries, besides
//! the last, those with a worker that is not gone.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::process::{Nursery, Program, Worker};

/// What mails and the keeper share.
#[derive(Debug)]
pub(super) struct Pool {
    /// What processes are made of.
    pub(super) program: Program,
    /// How many may be at work at once; so many are kept ready.
    pub(super) most: usize,
    state: Mutex<State>,
    /// Held by whoever starts a nursery where there is none.
    starting: Mutex<()>,
    /// Somebody is done: whoever waits for a place may have it.
    place: Condvar,
    /// The keeper has something to do.
    chores: Condvar,
}

/// Changed under the lock, in steps that can't be left half done.
#[derive(Debug, Default)]
pub(super) struct State {
    /// What makes workers, if it still does.
    pub(super) nursery: Option<Arc<Nursery>>,
    /// Ready to read; the one that waits longest is first.
    pub(super) spares: VecDeque<Worker>,
    /// How many messages have one, or start one.
    at_work: usize,
    /// Are to end, and were not yet waited for.
    pub(super) ended: Vec<Worker>,
    /// No process could be started the last time, and that was said.
    is_failing: bool,
    /// Nobody needs workers any more.
    pub(super) is_over: bool,
}

impl Pool {
    /// With none yet.
    pub(super) fn new(program: Program, most: usize) -> Self {
        Self {
            program,
            most: most.max(1),
            state: Mutex::default(),
            starting: Mutex::default(),
            place: Condvar::new(),
            chores: Condvar::new(),
        }
    }

    /// A worker that nobody had before, to use before a moment; `None` if too
    /// many are at work until then.
    pub(super) fn take(&self, until: Instant) -> io::Result<Option<Worker>> {
        let mut state = self.state();
        while state.at_work >= self.most {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            (state, _) = self
                .place
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.at_work = state.at_work.saturating_add(1);
        while let Some(mut spare) = state.spares.pop_front() {
            if spare.is_spent() {
                state.ended.push(spare);
                continue;
            }
            // The next one is started when this message is done, and does not
            // take the processor from it; unless others would have none.
            if state.spares.is_empty() {
                self.chores.notify_one();
            }
            return Ok(Some(spare));
        }
        drop(state);
        self.chores.notify_one();
        let started = self.start();
        self.started(started.as_ref().err());
        started.map(Some).inspect_err(|_| self.left())
    }

    /// A worker of the nursery that there is, or of a new one.
    pub(super) fn start(&self) -> io::Result<Worker> {
        // Whoever comes meanwhile has the same new one.
        let _one = self.starting.lock().unwrap_or_else(PoisonError::into_inner);
        let present = self.state().nursery.clone();
        if let Some(nursery) = present {
            if let Ok(worker) = nursery.worker() {
                return Ok(worker);
            }
            // It was ended by somebody else: that costs no file a gap.
            self.retire(&nursery);
        }
        let nursery = Arc::new(self.program.start()?);
        let worker = nursery.worker()?;
        self.adopt(nursery);
        Ok(worker)
    }

    /// From now on a nursery makes the workers.
    pub(super) fn adopt(&self, nursery: Arc<Nursery>) {
        let before = self.state().nursery.replace(nursery);
        // It may be waited for; not under the lock.
        drop(before);
    }

    /// A nursery makes no more workers, and those of it that are ready read
    /// nothing.
    fn retire(&self, nursery: &Arc<Nursery>) {
        nursery.retire();
        let mut state = self.state();
        let is_present = |present: &mut Arc<Nursery>| Arc::ptr_eq(present, nursery);
        let present = state.nursery.take_if(is_present);
        let (spent, spares) = std::mem::take(&mut state.spares)
            .into_iter()
            .partition::<VecDeque<_>, _>(|spare| spare.nursery().is_retired());
        state.spares = spares;
        state.ended.extend(spent);
        drop(state);
        drop(present);
        self.chores.notify_one();
    }

    /// A message's worker failed: it died, was late, or said what is no answer.
    pub(super) fn failed(&self, worker: Worker) {
        self.retire(worker.nursery());
        self.done(worker);
    }

    /// A message needs its worker no more.
    pub(super) fn done(&self, mut worker: Worker) {
        worker.end();
        let mut state = self.state();
        if state.ended.len() < self.most {
            state.ended.push(worker);
            drop(state);
        } else {
            // The keeper is behind: whoever brings one waits for it.
            drop(state);
            drop(worker);
        }
        self.left();
        self.chores.notify_one();
    }

    /// One less is at work.
    fn left(&self) {
        let mut state = self.state();
        state.at_work = state.at_work.saturating_sub(1);
        drop(state);
        self.place.notify_one();
    }

    /// Says that processes can't be started: once, until they can again.
    pub(super) fn started(&self, error: Option<&io::Error>) {
        let was_failing = {
            let mut state = self.state();
            std::mem::replace(&mut state.is_failing, error.is_some())
        };
        match (error, was_failing) {
            (Some(error), false) => {
                tracing::error!(%error, "a process that reads attachments could not be started");
            }
            (None, true) => tracing::info!("processes that read attachments can be started again"),
            (Some(_), true) | (None, false) => {}
        }
    }

    /// Waits for something to do, for at most so long where that is said.
    pub(super) fn wait_for_chores<'s>(
        &self,
        state: MutexGuard<'s, State>,
        most: Option<Duration>,
    ) -> MutexGuard<'s, State> {
        match most {
            Some(most) => {
                let waited = self.chores.wait_timeout(state, most);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
            None => {
                let waited = self.chores.wait(state);
                waited.unwrap_or_else(PoisonError::into_inner)
            }
        }
    }

    /// Nobody needs workers any more.
    pub(super) fn close(&self) {
        self.state().is_over = true;
        self.chores.notify_one();
    }

    /// The state, for no longer than a few steps.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! The thread that keeps workers ready, and waits for those that were ended:
//! neither is done while a mail waits.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::pipe;
use super::pool::Pool;
use super::process::Worker;

/// How long a process may take until it is ready, when no mail waits for it.
/// Some thousandths of a second are usual.
const START: Duration = Duration::from_secs(10);

/// How long nothing is started after a start that failed.
const PAUSE: Duration = Duration::from_secs(1);

/// How often a start is interrupted to see whether anybody still needs it.
const SLICE: Duration = Duration::from_millis(50);

/// The thread. When it is dropped it ends, and every worker with it.
#[derive(Debug)]
pub(super) struct Keeper {
    pool: Arc<Pool>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Starts it.
    pub(super) fn start(pool: &Arc<Pool>) -> io::Result<Self> {
        let own = Arc::clone(pool);
        let thread = thread::Builder::new()
            .name(String::from("workers"))
            .spawn(move || keep(&own))?;
        Ok(Self {
            pool: Arc::clone(pool),
            thread: Some(thread),
        })
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.pool.close();
        if let Some(thread) = self.thread.take() {
            // It has nothing to say.
            let _ = thread.join();
        }
    }
}

/// A worker that is ready, of a new nursery where the one that there is is old.
pub(super) fn ready(pool: &Pool) -> io::Result<Worker> {
    let present = pool.state().nursery.clone();
    if !present.is_some_and(|nursery| nursery.is_old()) {
        return wait_for(pool, pool.start()?);
    }
    let nursery = Arc::new(pool.program.start()?);
    let worker = wait_for(pool, nursery.worker()?)?;
    // Mails had the old one until here.
    pool.adopt(nursery);
    Ok(worker)
}

fn wait_for(pool: &Pool, mut worker: Worker) -> io::Result<Worker> {
    let begun = Instant::now();
    loop {
        let soon = pipe::later(SLICE);
        match worker.be_ready(soon) {
            Ok(()) => return Ok(worker),
            Err(error)
                if error.kind() == io::ErrorKind::TimedOut
                    && begun.elapsed() < START
                    && !worker.nursery().is_retired()
                    && !pool.state().is_over => {}
            Err(error) => {
                // What made it may hang too.
                pool.failed(worker);
                return Err(error);
            }
        }
    }
}

fn keep(pool: &Pool) {
    let mut failed: Option<Instant> = None;
    let mut state = pool.state();
    while !state.is_over {
        if let Some(ended) = state.ended.pop() {
            drop(state);
            // It is waited for.
            drop(ended);
            state = pool.state();
            continue;
        }
        let pause = failed.map(|failed| PAUSE.saturating_sub(failed.elapsed()));
        let pause = pause.filter(|pause| !pause.is_zero());
        if state.spares.len() >= pool.most || pause.is_some() {
            state = pool.wait_for_chores(state, pause);
            continue;
        }
        drop(state);
        let started = ready(pool);
        state = pool.state();
        if state.is_over {
            break;
        }
        drop(state);
        pool.started(started.as_ref().err());
        failed = started.is_err().then(Instant::now);
        state = pool.state();
        match started {
            Ok(spare) if spare.nursery().is_retired() => state.ended.push(spare),
            Ok(spare) => state.spares.push_back(spare),
            Err(_) => {}
        }
    }
    let left = (
        std::mem::take(&mut state.spares),
        std::mem::take(&mut state.ended),
        state.nursery.take(),
    );
    drop(state);
    drop(left);
}

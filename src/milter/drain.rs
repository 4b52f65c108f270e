//! Draining: who is in the middle of a message when the service stops.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

/// Counts messages between MAIL and the answer to their end.
#[derive(Clone, Debug, Default)]
pub struct Drain(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    in_flight: AtomicUsize,
    stopping: AtomicBool,
    changed: Notify,
}

/// A message in flight; dropped when it is answered, aborted or lost.
#[derive(Debug)]
pub struct InFlight(Drain);

impl Drain {
    /// A message begins.
    pub fn begin(&self) -> InFlight {
        self.0.in_flight.fetch_add(1, Ordering::SeqCst);
        InFlight(self.clone())
    }

    /// Whether new connections are no longer wanted.
    pub fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::SeqCst)
    }

    /// Refuses new connections and waits until no message is in flight, at
    /// most for `patience`. Returns how many are still in flight.
    pub async fn stop(&self, patience: Duration) -> usize {
        self.0.stopping.store(true, Ordering::SeqCst);
        let finished = async {
            loop {
                let changed = self.0.changed.notified();
                if self.0.in_flight.load(Ordering::SeqCst) == 0 {
                    return;
                }
                changed.await;
            }
        };
        // What is still in flight after that is answered by the MTA's default
        // action, a temporary failure.
        let _ = tokio::time::timeout(patience, finished).await;
        self.0.in_flight.load(Ordering::SeqCst)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.0.in_flight.fetch_sub(1, Ordering::SeqCst);
        self.0.0.changed.notify_waiters();
    }
}

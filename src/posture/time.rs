//! How long strangers may keep us waiting: each step has a bound, and so has
//! all that is done for one domain.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, timeout};

/// The time for one domain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    ends: Instant,
}

/// A step took longer than it may.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum Late {
    /// The step's own time.
    #[error("no answer within {} s", seconds(*.0))]
    Step(Duration),
    /// The domain's time.
    #[error("the time for this domain was over")]
    Domain,
}

fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}

impl Patience {
    /// Begins now.
    pub(super) fn begin(domain: Duration) -> Self {
        let now = Instant::now();
        Self {
            ends: now.checked_add(domain).unwrap_or(now),
        }
    }

    /// Waits for a step, for at most `step` and not past the domain's end.
    ///
    /// # Errors
    /// When it takes longer.
    pub(super) async fn wait<T>(
        self,
        step: Duration,
        work: impl Future<Output = T>,
    ) -> Result<T, Late> {
        let left = self.ends.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Late::Domain);
        }
        let bound = step.min(left);
        timeout(bound, work).await.map_err(|_| {
            if step <= left {
                Late::Step(step)
            } else {
                Late::Domain
            }
        })
    }
}

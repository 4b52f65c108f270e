//! `gatepost run`: the daemon.

use std::io::{self, Write};

use tracing_subscriber::EnvFilter;

use super::output::{CONFIGURATION, TEMPORARY, complain};
use crate::audit::OpenError;
use crate::daemon::{self, DaemonError};
use crate::load::Wanted;

/// The variable that sets how much is logged, such as `debug`.
const LOG_VARIABLE: &str = "GATEPOST_LOG";

pub(super) fn run(wanted: &Wanted) -> io::Result<u8> {
    let filter = EnvFilter::try_from_env(LOG_VARIABLE).unwrap_or_else(|_| {
        // indymilter calls ordinary events of the protocol errors at `trace`.
        EnvFilter::new("info")
    });
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_target(false)
        .with_writer(io::stderr)
        .init();
    match daemon::run(wanted) {
        Ok(()) => Ok(0),
        Err(DaemonError::Diagnostics(diagnostics)) => {
            complain(&diagnostics)?;
            Ok(CONFIGURATION)
        }
        Err(error) => {
            writeln!(io::stderr(), "gatepost: {error}")?;
            Ok(match error {
                DaemonError::Audit(OpenError::Damaged { .. }) => CONFIGURATION,
                DaemonError::Audit(OpenError::InUse(_))
                | DaemonError::Bind(_)
                | DaemonError::Diagnostics(_)
                | DaemonError::Io(_)
                | DaemonError::Reader(_) => TEMPORARY,
            })
        }
    }
}

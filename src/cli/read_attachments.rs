//! `gatepost read-attachments` and `gatepost read-picture`: workers of the
//! daemon or of `scan`. People don't call them.

use std::process::ExitCode;

use clap::Args;

use crate::reader::{Attempt, Bounds, Tried, become_tesseract, serve};

/// Arguments of `gatepost read-attachments`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    bounds: Bounds,
    /// What to try that the sandbox must stop
    #[arg(long, value_name = "WHAT")]
    attempt: Option<Attempt>,
    /// Which process is to try it
    #[arg(long, value_name = "PROCESS", default_value = "worker")]
    by: Tried,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    serve(
        arguments.bounds,
        arguments.attempt.map(|attempt| (attempt, arguments.by)),
    )
}

/// Arguments of `gatepost read-picture`.
#[derive(Debug, Args)]
pub(super) struct PictureArguments {
    #[command(flatten)]
    bounds: Bounds,
    /// What to try that the sandbox must stop
    #[arg(long, value_name = "WHAT")]
    attempt: Option<Attempt>,
}

pub(super) fn picture(arguments: &PictureArguments) -> ExitCode {
    become_tesseract(arguments.bounds, arguments.attempt)
}

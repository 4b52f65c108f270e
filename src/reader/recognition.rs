//! The writing in pictures, by the system's Tesseract.
//!
//! Each picture gets a process of its own: this binary with `read-picture`,
//! which takes away what recognition does not need and then becomes Tesseract.
//! It can read the system's own files, and compute; it has no network, can
//! write no file, and is ended when it is late.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use super::pipe;
use super::process::{Ending, Program};
use super::sandbox::{self, Bounds};
use super::worker::{self, Attempt, UNCONFINED};
use crate::mail::GapReason;

/// Where Debian's package `tesseract-ocr` puts the program.
pub const TESSERACT: &str = "/usr/bin/tesseract";

/// How much text one picture may give, in bytes: a page has some thousand.
const TEXT_BYTES: usize = 1 << 20;

/// Why pictures can't be read here.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoRecognition {
    /// Tesseract is not installed.
    #[error("there is no {TESSERACT}")]
    Tesseract,
    /// The kernel can't keep it from files that are not its own.
    #[error("this kernel has no Landlock to confine Tesseract by")]
    Landlock,
}

/// Whether the writing in pictures can be recognised here.
///
/// # Errors
/// See [`NoRecognition`].
pub fn can_recognise() -> Result<(), NoRecognition> {
    if !Path::new(TESSERACT).exists() {
        return Err(NoRecognition::Tesseract);
    }
    if !sandbox::can_confine_programs() {
        return Err(NoRecognition::Landlock);
    }
    Ok(())
}

/// The writing in a picture, recognised before a moment.
pub(super) fn recognise(
    program: &Program,
    picture: &[u8],
    until: Instant,
) -> Result<String, GapReason> {
    let mut command = Command::new(&program.path);
    command
        .arg("read-picture")
        .args(program.bounds.arguments())
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut reading = Ending(command.spawn().map_err(|_| GapReason::ReaderFailed)?);
    let child = &mut reading.0;
    let (Some(mut input), Some(mut output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(GapReason::ReaderFailed);
    };
    pipe::never_block(&input).map_err(|error| pipe::why(&error))?;
    pipe::never_block(&output).map_err(|error| pipe::why(&error))?;
    // It reads all before it answers; one that does not want all has ended.
    match pipe::write_all(&mut input, picture, until) {
        Err(error) if error.kind() == io::ErrorKind::TimedOut => return Err(pipe::why(&error)),
        _ => drop(input),
    }
    let text =
        pipe::read_to_end(&mut output, TEXT_BYTES, until).map_err(|error| pipe::why(&error))?;
    let done = child.wait().is_ok_and(|status| status.success());
    if done {
        Ok(String::from_utf8_lossy(&text).into_owned())
    } else {
        Err(GapReason::Image)
    }
}

/// Becomes Tesseract, with no rights but those that it needs: a picture on
/// standard input becomes text on standard output. With an attempt it tries that
/// instead.
pub fn become_tesseract(bounds: Bounds, attempt: Option<Attempt>) -> ExitCode {
    if sandbox::enter_for_program(bounds).is_err() {
        return ExitCode::from(UNCONFINED);
    }
    if let Some(attempt) = attempt {
        let done = worker::try_out(attempt);
        return done.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS);
    }
    let error = Command::new(TESSERACT)
        .args(["stdin", "stdout", "--psm", "3"])
        // More threads than one don't make it faster on one page.
        .env("OMP_THREAD_LIMIT", "1")
        .exec();
    drop(error);
    ExitCode::FAILURE
}

//! Reading from and writing to a pipe before a moment, whatever the other end
//! does.

use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::mail::GapReason;

/// The moment so much later.
pub(super) fn later(duration: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(duration).unwrap_or(now)
}

/// Makes reads and writes return at once when there is nothing to do.
pub(super) fn never_block(pipe: &impl AsFd) -> io::Result<()> {
    let flags = fcntl(pipe.as_fd(), FcntlArg::F_GETFL)?;
    let flags = OFlag::from_bits_retain(flags) | OFlag::O_NONBLOCK;
    fcntl(pipe.as_fd(), FcntlArg::F_SETFL(flags))?;
    Ok(())
}

/// What it means for a file that its reader could not be spoken to.
pub(super) fn why(error: &io::Error) -> GapReason {
    if error.kind() == ErrorKind::TimedOut {
        GapReason::TooSlow
    } else {
        GapReason::ReaderFailed
    }
}

/// Writes all bytes before a moment.
pub(super) fn write_all(
    pipe: &mut (impl Write + AsFd),
    bytes: &[u8],
    until: Instant,
) -> io::Result<()> {
    let mut rest = bytes;
    while !rest.is_empty() {
        match pipe.write(rest) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => rest = rest.get(written..).unwrap_or(b""),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                wait(pipe, PollFlags::POLLOUT, until)?;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Whether anything waits to be read, be it the end or an error.
pub(super) fn has_more(pipe: &mut impl Read) -> bool {
    let waits = pipe.read(&mut [0]);
    !waits.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}

/// Reads exactly so many bytes before a moment.
pub(super) fn read_exactly(
    pipe: &mut (impl Read + AsFd),
    length: usize,
    until: Instant,
) -> io::Result<Vec<u8>> {
    // Grown as bytes come: whoever announces much must send it.
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 64 << 10];
    while bytes.len() < length {
        let wanted = length.saturating_sub(bytes.len()).min(buffer.len());
        let room = buffer.get_mut(..wanted).unwrap_or(&mut []);
        match pipe.read(room) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(read) => bytes.extend_from_slice(room.get(..read).unwrap_or(b"")),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                wait(pipe, PollFlags::POLLIN, until)?;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(bytes)
}

/// Reads to the end, or at most so many bytes, before a moment.
pub(super) fn read_to_end(
    pipe: &mut (impl Read + AsFd),
    most: usize,
    until: Instant,
) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 64 << 10];
    while bytes.len() < most {
        match pipe.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => bytes.extend_from_slice(buffer.get(..read).unwrap_or(b"")),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                wait(pipe, PollFlags::POLLIN, until)?;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(most);
    Ok(bytes)
}

/// Waits for something to happen, until a moment at most.
pub(super) fn wait(pipe: &impl AsFd, what: PollFlags, until: Instant) -> io::Result<()> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(ErrorKind::TimedOut.into());
    }
    let left = left.as_millis().saturating_add(1);
    let timeout = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
    match poll(&mut [PollFd::new(pipe.as_fd(), what)], timeout) {
        Ok(_) | Err(nix::errno::Errno::EINTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

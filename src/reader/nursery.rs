//! The nursery's side: a process that makes workers of itself.
//!
//! What is the same for all workers it has done once: it is loaded and linked,
//! bounded and without files, and the workers' filter is made. It reads nothing
//! but requests for a worker: one byte, and with it the socket that the worker
//! is to speak through. It hands the daemon a pidfd of the worker by that
//! socket, so that the daemon can end it and no other (`pidfd_open(2)`), and waits
//! for those that have ended. It is confined itself, to just this; a worker is
//! confined further before it says that it is ready.
//!
//! It ends when the daemon does, or needs it no more: its control socket ends.
//! Its workers end with it, by a signal of the kernel.

use std::ffi::CStr;
use std::io::{self, ErrorKind};
use std::os::fd::{AsFd, OwnedFd};
use std::process::ExitCode;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::prctl::{set_name, set_pdeathsig};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, dup2_stdin, getpid, getppid};
use rustix::process::{PidfdFlags, pidfd_open};

use super::filter::{Filter, FilterError};
use super::fork::{Alone, fork};
use super::passing;
use super::protocol::{PROCESS, WANTED};
use super::sandbox::{self, Bounds, SandboxError};
use super::worker::{self, Attempt, UNCONFINED};

/// Whose sandbox an attempt tries.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Tried {
    /// That of a worker.
    Worker,
    /// That of the process which makes workers.
    Nursery,
}

/// What `ps` and `top` call these processes: no more than 15 bytes (prctl(2)).
const NURSERY: &CStr = c"gatepost-nurse";
const WORKER: &CStr = c"gatepost-reader";

/// What is added to the number of a signal that ended a worker, as shells do.
pub(super) const SIGNALLED: u8 = 128;

/// Runs a nursery: takes its rights away, then makes a worker for each request
/// on its standard input, which is a socket, until that ends. With an attempt it
/// tries that instead, or makes one worker that does, and tells how that one
/// ended: by its exit code, or 128 and the number of a signal.
pub fn serve(bounds: Bounds, attempt: Option<(Attempt, Tried)>) -> ExitCode {
    // A panic's message may hold patient text, and standard error is nobody's.
    std::panic::set_hook(Box::new(|_| {}));
    let Ok(nursery) = Nursery::start(bounds) else {
        return ExitCode::from(UNCONFINED);
    };
    let done = match attempt {
        Some((attempt, Tried::Worker)) => nursery.try_out(attempt),
        Some((attempt, Tried::Nursery)) => worker::try_out(attempt).map(|()| ExitCode::SUCCESS),
        None => nursery.tend(),
    };
    done.unwrap_or(ExitCode::FAILURE)
}

/// Why a process does not go on.
#[derive(Debug, thiserror::Error)]
enum NotConfined {
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    #[error(transparent)]
    Filter(#[from] FilterError),
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    System(#[from] Errno),
}

/// What a nursery needs to make workers.
struct Nursery {
    control: OwnedFd,
    /// Tells that a worker has ended.
    ended: SignalFd,
    /// How much processor time a worker may take, in seconds.
    seconds: u64,
    /// What a worker may call.
    filter: Filter,
    alone: Alone,
    own: Pid,
}

impl Nursery {
    fn start(bounds: Bounds) -> Result<Self, NotConfined> {
        set_name(NURSERY)?;
        let alone = Alone::shown()?;
        let control = io::stdin().as_fd().try_clone_to_owned()?;
        // No other copy of it may go to a worker.
        dup2_stdin(io::stdout())?;
        let signals = SigSet::from(Signal::SIGCHLD);
        signals.thread_block()?;
        let flags = SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC;
        let ended = SignalFd::with_flags(&signals, flags)?;
        sandbox::enter(bounds.memory_bytes)?;
        let filter = Filter::of_workers()?;
        Filter::refusing()?.apply()?;
        Filter::of_nurseries()?.apply()?;
        Ok(Self {
            control,
            ended,
            seconds: bounds.seconds,
            filter,
            alone,
            own: getpid(),
        })
    }

    fn tend(self) -> io::Result<ExitCode> {
        loop {
            if !self.wait()? {
                continue;
            }
            let socket = match passing::receive(&self.control)? {
                Some((WANTED, Some(socket))) => socket,
                Some(_) => return Err(ErrorKind::InvalidData.into()),
                None => {
                    self.reap()?;
                    return Ok(ExitCode::SUCCESS);
                }
            };
            match fork(&self.alone) {
                Ok(ForkResult::Child) => {
                    if self.become_worker().is_err() {
                        return Ok(ExitCode::from(UNCONFINED));
                    }
                    return worker::answer_all(socket).map(|()| ExitCode::SUCCESS);
                }
                // It has not been waited for: its number is its own.
                Ok(ForkResult::Parent { child }) => hand_over(child, &socket)?,
                // The socket ends: whoever asked sees that.
                Err(_) => {}
            }
        }
    }

    /// In the child: takes away all but what a worker needs.
    fn become_worker(self) -> Result<(), NotConfined> {
        set_pdeathsig(Signal::SIGKILL)?;
        // It may have ended before that.
        if getppid() != self.own {
            return Err(io::Error::from(ErrorKind::BrokenPipe).into());
        }
        set_name(WORKER)?;
        sandbox::bound_files()?;
        sandbox::bound_time(self.seconds)?;
        Ok(self.filter.apply()?)
    }

    fn try_out(self, attempt: Attempt) -> io::Result<ExitCode> {
        match fork(&self.alone)? {
            ForkResult::Child => {
                if self.become_worker().is_err() {
                    return Ok(ExitCode::from(UNCONFINED));
                }
                worker::try_out(attempt).map(|()| ExitCode::SUCCESS)
            }
            ForkResult::Parent { child } => Ok(match waitpid(child, None)? {
                WaitStatus::Exited(_, code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
                WaitStatus::Signaled(_, signal, _) => {
                    let signal = u8::try_from(signal as i32).unwrap_or(0);
                    ExitCode::from(SIGNALLED.saturating_add(signal))
                }
                WaitStatus::Stopped(..)
                | WaitStatus::PtraceEvent(..)
                | WaitStatus::PtraceSyscall(_)
                | WaitStatus::Continued(_)
                | WaitStatus::StillAlive => ExitCode::FAILURE,
            }),
        }
    }

    /// Waits for a request or the end of a worker; whether it is a request, or
    /// the end of all requests.
    fn wait(&self) -> io::Result<bool> {
        let ends = [self.control.as_fd(), self.ended.as_fd()];
        let mut ends = ends.map(|end| PollFd::new(end, PollFlags::POLLIN));
        match poll(&mut ends, PollTimeout::NONE) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
        let [control, ended] = ends.map(|end| end.any().unwrap_or(true));
        if ended {
            self.reap()?;
        }
        Ok(control)
    }

    /// Waits for the workers that have ended: nothing of them is left then.
    fn reap(&self) -> io::Result<()> {
        while self.ended.read_signal()?.is_some() {}
        loop {
            match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
                Ok(WaitStatus::StillAlive) | Err(Errno::ECHILD) => return Ok(()),
                Ok(_) | Err(Errno::EINTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Gives the daemon what it ends a worker by.
fn hand_over(child: Pid, socket: &OwnedFd) -> io::Result<()> {
    let child = rustix::process::Pid::from_raw(child.as_raw()).ok_or(ErrorKind::InvalidData)?;
    let process = pidfd_open(child, PidfdFlags::empty())?;
    match passing::send(socket, PROCESS, process.as_fd()) {
        // Nobody needs it any more: its input has ended too.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

//! Forking (fork(2)), the one step here that needs unsafe code.
//!
//! `fork` is unsafe for the child of a process with several threads: what
//! another thread held, a lock of the allocator for one, nobody gives back
//! there. So it is called only by a process that has shown that it has one
//! thread, and the nursery's filter of system calls lets it make no other
//! (`CLONE_THREAD` is not among the flags that are left to it).
#![expect(unsafe_code, reason = "fork(2), in a process with one thread")]

use std::fs;
use std::io::{self, ErrorKind};

use nix::unistd::{self, ForkResult};

/// The process had one thread when this was made.
#[derive(Debug)]
pub(super) struct Alone(());

impl Alone {
    /// Counts the threads of this process; before it gives up its files.
    ///
    /// # Errors
    /// If there is more than one, or the kernel does not say (proc(5)).
    pub(super) fn shown() -> io::Result<Self> {
        if fs::read_dir("/proc/self/task")?.count() == 1 {
            Ok(Self(()))
        } else {
            Err(ErrorKind::ResourceBusy.into())
        }
    }
}

/// Makes another process of this one, which has one thread.
///
/// # Errors
/// If the system has no room for one.
pub(super) fn fork(_: &Alone) -> io::Result<ForkResult> {
    // SAFETY: this process has one thread, see above: the child is whole.
    Ok(unsafe { unistd::fork() }?)
}

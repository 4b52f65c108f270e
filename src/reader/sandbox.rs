//! The sandbox: a process takes all rights from itself but those of computing,
//! of reading from its socket and of writing to it; a nursery also keeps that of
//! forking, and a worker inherits what its nursery has taken away.
//!
//! - Memory, files' sizes, open files, the stack and core dumps are bounded
//!   (setrlimit(2)), for each process by itself.
//! - Landlock takes away every file and, where the kernel knows how, every TCP
//!   port (landlock(7)). A kernel without Landlock is no hole: the next line
//!   leaves no call that could open anything.
//! - seccomp(2) leaves the system calls that `filter` lists; any other ends the
//!   process, and opening a file is refused. Memory can't be made executable.
//!
//! All of it is in the process itself, first thing: nothing is started that has
//! more rights.

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr,
    RulesetCreatedAttr, path_beneath_rules,
};
use nix::sys::prctl;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use super::filter::{Filter, FilterError};

/// How many files a process may have open that reads.
const FILES: u64 = 16;

/// How far the stack of a process that reads may grow, in bytes. Formats that
/// nest are read without recursion where we read them; libraries differ. The
/// kernel leaves 128 MB free below the stack of a program, for it to grow.
const STACK_BYTES: u64 = 64 << 20;

/// Why a process could not take its rights away.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// A bound could not be set.
    #[error("a bound of the process could not be set: {0}")]
    Bound(#[from] nix::errno::Errno),
    /// Landlock is there, and failed.
    #[error("the kernel's Landlock refused: {0}")]
    Landlock(#[from] landlock::RulesetError),
    /// There is no filter of system calls.
    #[error(transparent)]
    Filter(#[from] FilterError),
}

/// Takes away what a nursery and its workers must not do.
pub(super) fn enter(memory_bytes: usize) -> Result<(), SandboxError> {
    let memory = u64::try_from(memory_bytes).unwrap_or(u64::MAX);
    bound(memory)?;
    let (_, most) = getrlimit(Resource::RLIMIT_STACK)?;
    let stack = STACK_BYTES.min(most);
    setrlimit(Resource::RLIMIT_STACK, stack, stack)?;
    landlock(&[])
}

/// Leaves a process what is open already: a worker needs no more. A nursery must
/// have room for what it passes on (`ETOOMANYREFS`, unix(7)).
pub(super) fn bound_files() -> Result<(), SandboxError> {
    setrlimit(Resource::RLIMIT_NOFILE, FILES, FILES)?;
    Ok(())
}

/// Takes away what a program of the system must not do that only computes: it
/// may read the system's files, start itself, and write to pipes that are open.
pub(super) fn enter_for_program(memory_bytes: usize) -> Result<(), SandboxError> {
    let memory = u64::try_from(memory_bytes).unwrap_or(u64::MAX);
    bound(memory)?;
    bound_files()?;
    landlock(&["/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/null"])?;
    Ok(Filter::of_programs()?.apply()?)
}

fn bound(memory: u64) -> Result<(), SandboxError> {
    setrlimit(Resource::RLIMIT_AS, memory, memory)?;
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    setrlimit(Resource::RLIMIT_FSIZE, 0, 0)?;
    // Nobody of the same user may look into its memory.
    prctl::set_dumpable(false)?;
    Ok(())
}

/// Leaves the files below some paths, for reading and running only.
fn landlock(left: &[&str]) -> Result<(), SandboxError> {
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ABI::V4))?
        .handle_access(AccessNet::from_all(ABI::V4))?
        .create()?
        // What is not there needs no leave.
        .add_rules(path_beneath_rules(left, AccessFs::from_read(ABI::V4)))?;
    ruleset.restrict_self()?;
    Ok(())
}

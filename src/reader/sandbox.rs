//! The sandbox: a process takes all rights from itself but those of computing,
//! of reading from its socket and of writing to it; a nursery also keeps that of
//! forking, and a worker inherits what its nursery has taken away.
//!
//! - Memory, processor time, files' sizes, open files, the stack and core dumps
//!   are bounded (setrlimit(2)), for each process by itself.
//! - Landlock takes away every file and, where the kernel knows how, every TCP
//!   port (landlock(7)). A kernel without Landlock is no hole: the next line
//!   leaves no call that could open anything.
//! - seccomp(2) leaves the system calls that `filter` lists; any other ends the
//!   process, and opening a file is refused. Memory can't be made executable.
//!
//! A program of the system that we start (Tesseract) must open files by itself:
//! which ones, only Landlock can tell apart. Without it there is no such program.
//!
//! All of it is in the process itself, first thing: nothing is started that has
//! more rights.

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetError, RulesetStatus, path_beneath_rules,
};
use nix::sys::prctl;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use super::filter::{Filter, FilterError};
use crate::limits::Limits;

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
    Landlock(#[from] RulesetError),
    /// Landlock is not there, and nothing else would do.
    #[error("the kernel has no Landlock")]
    NoLandlock,
    /// There is no filter of system calls.
    #[error(transparent)]
    Filter(#[from] FilterError),
}

/// What a process that reads may take.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Bounds {
    /// How much memory it may take, in bytes of address space
    #[arg(long = "memory", value_name = "BYTES")]
    pub memory_bytes: usize,
    /// How much processor time it may take to read one message, in seconds
    #[arg(long, value_name = "SECONDS")]
    pub seconds: u64,
}

impl Bounds {
    /// What a worker may take by the bounds of messages: one process reads one.
    pub(super) fn of_workers(limits: &Limits) -> Self {
        Self {
            memory_bytes: limits.worker_bytes,
            seconds: limits.reading_ms.div_ceil(1_000),
        }
    }

    /// The arguments by which another process of ours learns of them.
    pub(super) fn arguments(self) -> [String; 4] {
        [
            String::from("--memory"),
            self.memory_bytes.to_string(),
            String::from("--seconds"),
            self.seconds.to_string(),
        ]
    }
}

/// Takes away what a nursery and its workers must not do.
pub(super) fn enter(memory_bytes: usize) -> Result<(), SandboxError> {
    let memory = u64::try_from(memory_bytes).unwrap_or(u64::MAX);
    bound(memory)?;
    let (_, most) = getrlimit(Resource::RLIMIT_STACK)?;
    let stack = STACK_BYTES.min(most);
    setrlimit(Resource::RLIMIT_STACK, stack, stack)?;
    landlock(CompatLevel::BestEffort, &[])?;
    Ok(())
}

/// How much more processor time a process has that does not end by SIGXCPU, in
/// seconds: then it is killed.
const GRACE_SECONDS: u64 = 1;

/// Gives a process so much processor time from its start on. The daemon ends one
/// that is late by the clock; this is for when the daemon can't.
pub(super) fn bound_time(seconds: u64) -> Result<(), SandboxError> {
    let (_, present) = getrlimit(Resource::RLIMIT_CPU)?;
    let most = seconds.saturating_add(GRACE_SECONDS).min(present);
    setrlimit(Resource::RLIMIT_CPU, seconds.min(most), most)?;
    Ok(())
}

/// Leaves a process what is open already: a worker needs no more. A nursery must
/// have room for what it passes on (`ETOOMANYREFS`, unix(7)).
pub(super) fn bound_files() -> Result<(), SandboxError> {
    setrlimit(Resource::RLIMIT_NOFILE, FILES, FILES)?;
    Ok(())
}

/// What a program of the system may read: itself, its libraries and its data.
const OF_THE_SYSTEM: [&str; 5] = ["/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/null"];

/// Whether this kernel can keep a program of the system from other files.
pub(super) fn can_confine_programs() -> bool {
    ruleset(CompatLevel::HardRequirement)
        .and_then(Ruleset::create)
        .is_ok()
}

/// Takes away what a program of the system must not do that only computes: it
/// may read the system's files, start itself, and write to pipes that are open.
/// Nothing is left half done: what can't be taken away is an error.
pub(super) fn enter_for_program(bounds: Bounds) -> Result<(), SandboxError> {
    let memory = u64::try_from(bounds.memory_bytes).unwrap_or(u64::MAX);
    bound(memory)?;
    bound_time(bounds.seconds)?;
    bound_files()?;
    let enforced = landlock(CompatLevel::HardRequirement, &OF_THE_SYSTEM)?;
    if enforced == RulesetStatus::NotEnforced {
        return Err(SandboxError::NoLandlock);
    }
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

/// Leaves the files below some paths, for reading and running only, and tells
/// what of it the kernel does.
fn landlock(files: CompatLevel, left: &[&str]) -> Result<RulesetStatus, RulesetError> {
    let status = ruleset(files)?
        .create()?
        .set_compatibility(files)
        // What is not there needs no leave.
        .add_rules(path_beneath_rules(left, AccessFs::from_read(ABI::V1)))?
        .restrict_self()?;
    Ok(status.ruleset)
}

/// What is taken away: files as the first Landlock knew them (Linux 5.13), as
/// strictly as is said, and whatever else the kernel knows. Later versions add
/// little that the filter of system calls leaves: to link between folders, to
/// shorten a file, and ports.
fn ruleset(files: CompatLevel) -> Result<Ruleset, RulesetError> {
    Ruleset::default()
        .set_compatibility(files)
        .handle_access(AccessFs::from_all(ABI::V1))?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ABI::V4))?
        .handle_access(AccessNet::from_all(ABI::V4))
}

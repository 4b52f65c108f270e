//! The sandbox: a process takes all rights from itself but those of computing,
//! of reading its standard input and of writing its standard output.
//!
//! - Memory, files' sizes, open files and core dumps are bounded (setrlimit(2)).
//! - Landlock takes away every file and, where the kernel knows how, every TCP
//!   port (landlock(7)). A kernel without Landlock is no hole: the next line
//!   leaves no call that could open anything.
//! - seccomp(2) leaves the system calls of the list below; any other ends the
//!   process, and opening a file is refused. Memory can't be made executable.
//!
//! All of it is in the process itself, first thing: nothing is started that has
//! more rights, and no unsafe code is needed.

use std::collections::BTreeMap;
use std::env::consts::ARCH;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr,
    RulesetCreatedAttr, path_beneath_rules,
};
use nix::libc;
use nix::sys::prctl;
use nix::sys::resource::{Resource, setrlimit};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

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
    /// The filter could not be made for this processor.
    #[error("the filter of system calls could not be made: {0}")]
    Filter(#[from] seccompiler::BackendError),
    /// The kernel refused the filter.
    #[error("the kernel refused the filter of system calls: {0}")]
    Seccomp(#[from] seccompiler::Error),
}

/// Takes away what the whole process and its later threads must not do; before
/// any thread is started.
pub(super) fn enter(memory_bytes: usize) -> Result<(), SandboxError> {
    let memory = u64::try_from(memory_bytes).unwrap_or(u64::MAX);
    bound(memory)?;
    landlock(&[])
}

/// Takes away what a program of the system must not do that only computes: it
/// may read the system's files, start itself, and write to pipes that are open.
pub(super) fn enter_for_program(memory_bytes: usize) -> Result<(), SandboxError> {
    let memory = u64::try_from(memory_bytes).unwrap_or(u64::MAX);
    bound(memory)?;
    landlock(&["/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/null"])?;
    let arch = TargetArch::try_from(ARCH)?;
    let mut refused: BTreeMap<_, _> = DENIED.iter().map(|call| (*call, Vec::new())).collect();
    // Opening for anything but reading: the flags are the third argument.
    let flags = [libc::O_WRONLY, libc::O_RDWR, libc::O_CREAT, libc::O_TRUNC];
    let mut writes = Vec::new();
    for flag in flags {
        let flag = u64::from(flag.unsigned_abs());
        let set = SeccompCmpOp::MaskedEq(flag);
        let set = SeccompCondition::new(2, SeccompCmpArgLen::Dword, set, flag)?;
        writes.push(SeccompRule::new(vec![set])?);
    }
    refused.insert(libc::SYS_openat, writes);
    let denied = SeccompAction::Errno(libc::EACCES.unsigned_abs());
    let program: BpfProgram =
        SeccompFilter::new(refused, SeccompAction::Allow, denied, arch)?.try_into()?;
    seccompiler::apply_filter(&program)?;
    Ok(())
}

fn bound(memory: u64) -> Result<(), SandboxError> {
    setrlimit(Resource::RLIMIT_AS, memory, memory)?;
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    setrlimit(Resource::RLIMIT_FSIZE, 0, 0)?;
    // Standard input, output and error are open already.
    setrlimit(Resource::RLIMIT_NOFILE, 16, 16)?;
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

/// Leaves all threads of the process only the system calls that reading needs.
pub(super) fn filter() -> Result<(), SandboxError> {
    let arch = TargetArch::try_from(ARCH)?;
    // The C library looks at a setting of the kernel when it gives memory back,
    // and takes no for an answer: to open a file is refused, not deadly.
    let refused = BTreeMap::from([(libc::SYS_openat, Vec::new())]);
    let denied = SeccompAction::Errno(libc::EACCES.unsigned_abs());
    let refusing = SeccompFilter::new(refused, SeccompAction::Allow, denied, arch)?;
    let killing = SeccompFilter::new(
        rules()?,
        SeccompAction::KillProcess,
        SeccompAction::Allow,
        arch,
    )?;
    for filter in [refusing, killing] {
        let program: BpfProgram = filter.try_into()?;
        seccompiler::apply_filter_all_threads(&program)?;
    }
    Ok(())
}

/// What a program that recognises writing has no use for: the network, other
/// processes, changes to files and to itself. The first line would be enough for
/// an honest one.
const DENIED: [libc::c_long; 44] = [
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_sendmmsg,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_openat2,
    libc::SYS_unlinkat,
    libc::SYS_renameat2,
    libc::SYS_linkat,
    libc::SYS_symlinkat,
    libc::SYS_mkdirat,
    libc::SYS_mknodat,
    libc::SYS_fchmodat,
    libc::SYS_fchownat,
    libc::SYS_truncate,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_setns,
    libc::SYS_unshare,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_io_uring_setup,
    libc::SYS_userfaultfd,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
];

/// What a process needs that computes, and talks through pipes that are open.
const ALLOWED: [libc::c_long; 27] = [
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_lseek,
    libc::SYS_poll,
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_nanosleep,
    libc::SYS_clock_nanosleep,
    libc::SYS_clock_gettime,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigaction,
    libc::SYS_sigaltstack,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

fn rules() -> Result<BTreeMap<libc::c_long, Vec<SeccompRule>>, seccompiler::BackendError> {
    let mut rules: BTreeMap<_, _> = ALLOWED.iter().map(|call| (*call, Vec::new())).collect();
    // The other filter refuses it; the stricter answer of two counts.
    rules.insert(libc::SYS_openat, Vec::new());
    // Memory, but none to execute: the third argument is the protection.
    let data = SeccompCondition::new(
        2,
        SeccompCmpArgLen::Dword,
        SeccompCmpOp::MaskedEq(u64::from(libc::PROT_EXEC.unsigned_abs())),
        0,
    )?;
    let data = SeccompRule::new(vec![data])?;
    rules.insert(libc::SYS_mmap, vec![data.clone()]);
    rules.insert(libc::SYS_mprotect, vec![data]);
    Ok(rules)
}

//! Filters of system calls (seccomp(2)): what a process may still ask of the
//! kernel. A call that is not in the list of a filter ends the process.
//!
//! Filters add up, and the strictest answer counts: a worker has its nursery's
//! and its own.

use std::collections::BTreeMap;
use std::env::consts::ARCH;

use nix::libc;
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, TargetArch,
};

/// Why a process could not be put behind a filter.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilterError {
    /// The filter could not be made for this processor.
    #[error("the filter of system calls could not be made: {0}")]
    Made(#[from] BackendError),
    /// The kernel refused the filter.
    #[error("the kernel refused the filter of system calls: {0}")]
    Refused(#[from] seccompiler::Error),
}

type Rules = BTreeMap<libc::c_long, Vec<SeccompRule>>;

/// A filter that is made, as the kernel takes it.
#[derive(Debug)]
pub(super) struct Filter(BpfProgram);

impl Filter {
    /// Leaves what reading needs.
    pub(super) fn of_workers() -> Result<Self, FilterError> {
        Self::of(
            computing()?,
            SeccompAction::KillProcess,
            SeccompAction::Allow,
        )
    }

    /// Leaves what a nursery needs: what its workers do, and to make them.
    pub(super) fn of_nurseries() -> Result<Self, FilterError> {
        let mut rules = computing()?;
        rules.extend(FORKING.map(|call| (call, Vec::new())));
        // No thread, nothing of its memory shared, no world of its own: only
        // where the C library wants to be told of the child, and the signal.
        let told = libc::CLONE_CHILD_SETTID | libc::CLONE_CHILD_CLEARTID | libc::CSIGNAL;
        let is_fork = on(0, SeccompCmpOp::MaskedEq(bits(!told)), 0)?;
        rules.insert(libc::SYS_clone, vec![is_fork]);
        let mut settings = Vec::new();
        for setting in [
            libc::PR_SET_NAME,
            libc::PR_SET_PDEATHSIG,
            libc::PR_SET_NO_NEW_PRIVS,
        ] {
            settings.push(on(0, SeccompCmpOp::Eq, bits(setting))?);
        }
        rules.insert(libc::SYS_prctl, settings);
        // Of itself, and of nobody else.
        let own = on(0, SeccompCmpOp::Eq, 0)?;
        rules.insert(libc::SYS_prlimit64, vec![own]);
        let mode = u64::from(libc::SECCOMP_SET_MODE_FILTER);
        let stricter = on(0, SeccompCmpOp::Eq, mode)?;
        rules.insert(libc::SYS_seccomp, vec![stricter]);
        Self::of(rules, SeccompAction::KillProcess, SeccompAction::Allow)
    }

    /// Refuses to open files. The C library looks at a setting of the kernel when
    /// it gives memory back, and takes no for an answer: that is not deadly.
    pub(super) fn refusing() -> Result<Self, FilterError> {
        let refused = BTreeMap::from([(libc::SYS_openat, Vec::new())]);
        Self::of(refused, SeccompAction::Allow, denied())
    }

    /// Leaves a program of the system what one that only computes has a use for:
    /// it may open files to read.
    pub(super) fn of_programs() -> Result<Self, FilterError> {
        let mut refused: Rules = DENIED.iter().map(|call| (*call, Vec::new())).collect();
        // Opening for anything but reading: the flags are the third argument.
        let flags = [libc::O_WRONLY, libc::O_RDWR, libc::O_CREAT, libc::O_TRUNC];
        let mut writes = Vec::new();
        for flag in flags {
            writes.push(on(2, SeccompCmpOp::MaskedEq(bits(flag)), bits(flag))?);
        }
        refused.insert(libc::SYS_openat, writes);
        Self::of(refused, SeccompAction::Allow, denied())
    }

    /// Puts this process, which has one thread, behind it for ever, and whatever
    /// it starts.
    pub(super) fn apply(&self) -> Result<(), FilterError> {
        Ok(seccompiler::apply_filter(&self.0)?)
    }

    /// What becomes of calls that rules name, and of all others.
    fn of(rules: Rules, others: SeccompAction, named: SeccompAction) -> Result<Self, FilterError> {
        let arch = TargetArch::try_from(ARCH)?;
        let filter = SeccompFilter::new(rules, others, named, arch)?;
        Ok(Self(filter.try_into()?))
    }
}

fn denied() -> SeccompAction {
    SeccompAction::Errno(libc::EACCES.unsigned_abs())
}

/// A rule about the lower half of one argument, counted from 0.
fn on(argument: u8, compared: SeccompCmpOp, with: u64) -> Result<SeccompRule, BackendError> {
    let condition = SeccompCondition::new(argument, SeccompCmpArgLen::Dword, compared, with)?;
    SeccompRule::new(vec![condition])
}

/// The bits of a flag, none of them by its sign.
fn bits(flag: libc::c_int) -> u64 {
    u64::from(flag.cast_unsigned())
}

/// What a process needs that computes, and talks through what is open.
fn computing() -> Result<Rules, BackendError> {
    let mut rules: Rules = COMPUTING.iter().map(|call| (*call, Vec::new())).collect();
    // Another filter refuses it, with another answer.
    rules.insert(libc::SYS_openat, Vec::new());
    // Unoptimised builds ask whether what they close is open.
    let flags = on(1, SeccompCmpOp::Eq, bits(libc::F_GETFD))?;
    rules.insert(libc::SYS_fcntl, vec![flags]);
    // Memory, but none to execute: the third argument is the protection.
    let data = on(2, SeccompCmpOp::MaskedEq(bits(libc::PROT_EXEC)), 0)?;
    rules.insert(libc::SYS_mmap, vec![data.clone()]);
    rules.insert(libc::SYS_mprotect, vec![data]);
    Ok(rules)
}

/// What a nursery calls besides, to make workers, to pass what is open, and to
/// wait for those that end.
const FORKING: [libc::c_long; 6] = [
    libc::SYS_set_robust_list,
    libc::SYS_getppid,
    libc::SYS_pidfd_open,
    libc::SYS_recvmsg,
    libc::SYS_sendmsg,
    libc::SYS_wait4,
];

const COMPUTING: [libc::c_long; 27] = [
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

//! Filters of system calls (seccomp(2)): what a process may still ask of the
//! kernel. A call that is not in the list of a filter ends the process, or is
//! refused where the process is a program of the system.
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
    /// it may open files to read, and become another program. All else is
    /// refused and not deadly: whoever wrote it asks for more than it needs.
    pub(super) fn of_programs() -> Result<Self, FilterError> {
        let mut rules = computing()?;
        rules.extend(LOADING.map(|call| (call, Vec::new())));
        rules.extend(LOADING_HERE.map(|call| (call, Vec::new())));
        // To open for nothing but reading: the flags are the third argument.
        let writes = libc::O_WRONLY | libc::O_RDWR | libc::O_CREAT | libc::O_TRUNC;
        let reads = on(2, SeccompCmpOp::MaskedEq(bits(writes)), 0)?;
        rules.insert(libc::SYS_openat, vec![reads]);
        // Programs are memory that is executed.
        rules.insert(libc::SYS_mmap, Vec::new());
        rules.insert(libc::SYS_mprotect, Vec::new());
        let mut asks = Vec::new();
        for command in [libc::F_GETFD, libc::F_SETFD, libc::F_GETFL] {
            asks.push(on(1, SeccompCmpOp::Eq, bits(command))?);
        }
        rules.insert(libc::SYS_fcntl, asks);
        // Of itself, and of nobody else.
        let own = on(0, SeccompCmpOp::Eq, 0)?;
        rules.insert(libc::SYS_prlimit64, vec![own]);
        Self::of(rules, denied(), SeccompAction::Allow)
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

/// What a program calls besides while it is loaded and reads its files. `clone`
/// is not among them: neither threads nor processes.
const LOADING: [libc::c_long; 22] = [
    libc::SYS_execve,
    libc::SYS_set_tid_address,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_sysinfo,
    libc::SYS_uname,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_getppid,
    libc::SYS_getcwd,
    libc::SYS_clock_getres,
    libc::SYS_gettimeofday,
    libc::SYS_getrusage,
    libc::SYS_pread64,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_faccessat,
    libc::SYS_readlinkat,
    libc::SYS_getdents64,
    libc::SYS_fadvise64,
];

/// The same, of calls that only this processor has.
#[cfg(target_arch = "x86_64")]
const LOADING_HERE: [libc::c_long; 3] =
    [libc::SYS_arch_prctl, libc::SYS_access, libc::SYS_readlink];
#[cfg(not(target_arch = "x86_64"))]
const LOADING_HERE: [libc::c_long; 0] = [];

#[cfg(test)]
mod tests {
    use std::fs::{self, File, OpenOptions, Permissions};
    use std::io::{self, ErrorKind};
    use std::net::TcpListener;
    use std::os::unix::fs::{PermissionsExt, chown, symlink};
    use std::process::Command;
    use std::thread;

    use super::*;

    /// What a program that was taken over would like to do, by the C library:
    /// where a processor has old calls besides the new ones, it uses the old.
    fn wishes(folder: &std::path::Path) -> Vec<(&'static str, io::Result<()>)> {
        let (file, new) = (folder.join("file"), folder.join("new"));
        let inner = folder.join("folder");
        let errno = |done: nix::Result<()>| done.map_err(io::Error::from);
        vec![
            ("create", File::create(&new).map(drop)),
            (
                "write",
                OpenOptions::new().append(true).open(&file).map(drop),
            ),
            ("truncate", errno(nix::unistd::truncate(&file, 0))),
            ("make a folder", fs::create_dir(&new)),
            (
                "make a pipe",
                errno(nix::unistd::mkfifo(&new, nix::sys::stat::Mode::S_IRWXU)),
            ),
            ("link", fs::hard_link(&file, &new)),
            ("link by name", symlink(&file, folder.join("newer"))),
            (
                "change rights",
                fs::set_permissions(&file, Permissions::from_mode(0o777)),
            ),
            ("change the owner", chown(&file, Some(1), Some(1))),
            ("rename", fs::rename(&file, folder.join("renamed"))),
            ("remove a folder", fs::remove_dir(&inner)),
            ("remove", fs::remove_file(&file)),
            ("listen", TcpListener::bind("127.0.0.1:0").map(drop)),
            (
                "start a program",
                Command::new("/proc/self/exe")
                    .arg("--list")
                    .status()
                    .map(drop),
            ),
            (
                "signal",
                errno(nix::sys::signal::kill(nix::unistd::getppid(), None)),
            ),
        ]
    }

    #[test]
    fn a_program_may_read_files_and_is_refused_all_else_even_by_old_calls() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "content").unwrap();
        fs::create_dir(folder.path().join("folder")).unwrap();
        let refused = thread::scope(|scope| {
            let confined = scope.spawn(|| {
                // It holds for this thread alone.
                Filter::of_programs().unwrap().apply().unwrap();
                let content = fs::read(folder.path().join("file"));
                (content, wishes(folder.path()))
            });
            confined.join().unwrap()
        });
        let (content, refused) = refused;
        assert_eq!(content.unwrap(), b"content");
        for (wish, done) in refused {
            let error = done.expect_err(wish);
            assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{wish}: {error}");
        }
    }
}

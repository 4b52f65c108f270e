//! Writing in pictures: recognised where that is switched on, else said to be
//! not read.

use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

use gatepost::limits::Limits;
use nix::libc;
use nix::sys::signal::Signal;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};

use super::desk::{self, NUMBER};
use super::nursery::{MEMORY, SECONDS};
use super::writers::write;
use crate::support::folder;

#[test]
fn writing_in_pictures_is_read_where_that_is_switched_on_and_else_a_gap() {
    let folder = folder("scans");
    let off = desk::patient();
    let on = Limits {
        pictures: 10,
        ..off
    };
    let workers = desk::workers(2, &off);
    for planned in write("scans", folder.path()) {
        let file = fs::read(folder.path().join(&planned.file)).expect("a file");
        let raw = desk::message("See attached.", &[(planned.file.as_str(), file.as_slice())]);
        let unread = desk::by(&workers, &raw, &off);
        assert!(!unread.has(NUMBER), "{}", planned.place);
        assert!(unread.lacks("2", "image"), "{}: {unread:?}", planned.place);
        let read = desk::by(&workers, &raw, &on);
        if !planned.found {
            assert!(read.lacks("2", "image"), "{}: {read:?}", planned.place);
            continue;
        }
        assert!(read.has(NUMBER), "{}: {read:?}", planned.place);
        assert_eq!(
            read.places(NUMBER)[0].unit,
            planned.unit,
            "{}: {read:?}",
            planned.place
        );
        let gaps: Vec<&str> = planned.gap.as_deref().into_iter().collect();
        assert_eq!(read.gaps_of("2"), gaps, "{}: {read:?}", planned.place);
    }
}

#[test]
fn no_more_pictures_are_recognised_than_the_bound_and_the_rest_is_a_gap() {
    let folder = folder("many-scans");
    write("scans", folder.path());
    let scan = fs::read(folder.path().join("scan.png")).expect("a file");
    let limits = Limits {
        pictures: 1,
        ..desk::patient()
    };
    let workers = desk::workers(2, &limits);
    let files = [("a.png", scan.as_slice()), ("b.png", scan.as_slice())];
    let raw = desk::message("See attached.", &files);
    let read = desk::by(&workers, &raw, &limits);
    assert!(read.gaps_of("2").is_empty(), "{read:?}");
    assert!(read.lacks("3", "image"), "{read:?}");
}

/// What becomes of the process that would become Tesseract when it tries something.
fn attempt(what: &str, seconds: &str) -> ExitStatus {
    Command::new(env!("CARGO_BIN_EXE_gatepost"))
        .args(["read-picture", "--memory", MEMORY, "--seconds", seconds])
        .args(["--attempt", what])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("a process")
}

/// Does something as on a kernel without Landlock: this thread and what it starts
/// are told that there is no such call.
fn without_landlock<T: Send>(done: impl FnOnce() -> T + Send) -> T {
    let calls = BTreeMap::from([(libc::SYS_landlock_create_ruleset, Vec::new())]);
    let none = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    let arch = TargetArch::try_from(ARCH).expect("a processor");
    let filter = SeccompFilter::new(calls, SeccompAction::Allow, none, arch).expect("a filter");
    let filter = BpfProgram::try_from(filter).expect("a filter");
    thread::scope(|scope| {
        let here = scope.spawn(move || {
            seccompiler::apply_filter(&filter).expect("a filter");
            done()
        });
        here.join().expect("no panic")
    })
}

#[test]
fn the_program_that_recognises_can_open_no_other_file_use_no_network_and_start_nothing() {
    for what in ["open", "connect", "execute", "memory"] {
        let status = attempt(what, SECONDS);
        // It may go on computing: a refused call is no crime of a program.
        assert!(
            !status.success() && status.code() != Some(3),
            "{what}: {status}"
        );
    }
}

#[test]
fn the_program_that_recognises_is_ended_by_the_kernel_when_its_processor_time_is_over() {
    let status = attempt("loop", "1");
    assert_eq!(status.signal(), Some(Signal::SIGXCPU as i32), "{status}");
}

#[test]
fn on_a_kernel_without_landlock_no_program_recognises_and_that_is_said() {
    assert_eq!(
        without_landlock(|| attempt("open", SECONDS)).code(),
        Some(3)
    );
    let folder = folder("no-landlock");
    let config = folder.path().join("config.toml");
    fs::write(&config, "[attachments]\nread-pictures = true\n").expect("a configuration");
    let check = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatepost"));
        let said = command.arg("--config").arg(&config).arg("check").output();
        String::from_utf8(said.expect("a check").stderr).expect("text")
    };
    assert!(!check().contains("Landlock"));
    let said = without_landlock(check);
    assert!(
        said.contains("pictures are to be read, but this kernel has no Landlock"),
        "{said}"
    );
    assert!(said.contains("read-pictures = false"), "{said}");
}

#[test]
fn a_picture_that_no_program_may_read_stays_a_gap() {
    let folder = folder("unconfined-scan");
    write("scans", folder.path());
    let scan = fs::read(folder.path().join("scan.png")).expect("a file");
    let limits = Limits {
        pictures: 10,
        ..desk::patient()
    };
    let raw = desk::message("See attached.", &[("scan.png", scan.as_slice())]);
    let read = without_landlock(|| {
        let workers = desk::workers(1, &limits);
        desk::by(&workers, &raw, &limits)
    });
    assert!(!read.has(NUMBER), "{read:?}");
    assert!(read.lacks("2", "image"), "{read:?}");
}

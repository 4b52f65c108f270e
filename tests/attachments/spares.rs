//! Who gets a worker: each message one of its own, which is ready before it is
//! needed, and none is left behind.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gatepost::extract::{Reader as _, Reading};
use gatepost::reader::{Workers, encode_answer};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::desk::{self, NUMBER};
use super::fakes::{Harmed, nursery, program, program_that_mends, started};
use super::workers::{note, packed, quick};
use crate::support::numbers::Numbers;
use crate::support::{children_of, folder, has_ended, wait_for, workers_of};

#[test]
fn each_message_has_one_worker_for_all_its_files_and_nobody_has_it_afterwards() {
    let limits = desk::patient();
    let folder = folder("counted");
    let path = nursery(folder.path(), Harmed::None, "");
    let workers = Workers::start(&path, 1, &limits).expect("workers");
    let note = note();
    let files = vec![("a.gz", note.as_slice()); 5];
    let raw = desk::message("x", &files);
    for messages in 1..=5 {
        let read = desk::by(&workers, &raw, &limits);
        assert_eq!(read.told(NUMBER).len(), 5, "{read:?}");
        // What was used is gone: there is only the next one.
        settled(1);
        let lines = fs::read_to_string(started(folder.path())).expect("the count");
        // One that was ready, or one that the mail started, and the next.
        let started = lines.lines().count();
        assert!(
            started > messages && started <= 2 * messages + 1,
            "{started}"
        );
    }
}

#[test]
fn what_a_file_made_of_a_worker_no_other_message_meets() {
    // Taken over, it answers each of its files alike, and would go on so.
    let folder = folder("taken-over");
    let nothing = folder.path().join("nothing");
    fs::write(&nothing, encode_answer(&Reading::default())).expect("an answer");
    let harm = format!(
        "while head -c 12 >/dev/null; do cat '{}'; sleep 1; done",
        nothing.display()
    );
    let path = program_that_mends(folder.path(), &harm);
    let limits = quick();
    let workers = Workers::start(&path, 1, &limits).expect("workers");
    let raw = desk::message("x", &[("a.gz", &note())]);
    let first = desk::by(&workers, &raw, &limits);
    assert!(!first.has(NUMBER) && first.gaps.is_empty(), "{first:?}");
    let second = desk::by(&workers, &raw, &limits);
    assert!(second.has(NUMBER) && second.gaps.is_empty(), "{second:?}");
}

#[test]
fn many_messages_at_once_wait_for_two_workers_and_each_gets_its_own_answer() {
    let limits = desk::patient();
    let workers = desk::workers(2, &limits);
    let mut numbers = Numbers::new(404);
    std::thread::scope(|scope| {
        for message in 0..20 {
            let own: Vec<String> = (0..5).map(|_| numbers.test()).collect();
            let (workers, limits) = (&workers, &limits);
            scope.spawn(move || {
                let notes: Vec<_> = own
                    .iter()
                    .map(|own| packed(&format!("NHS No {own}")))
                    .collect();
                let files: Vec<_> = notes.iter().map(|note| ("n.gz", note.as_slice())).collect();
                let read = desk::by(workers, &desk::message("x", &files), limits);
                for (number, part) in own.iter().zip(2..) {
                    let told = read.told(number);
                    let place = format!("attachment of part {part}.1,");
                    let right =
                        !told.is_empty() && told.iter().all(|told| told.starts_with(&place));
                    assert!(right, "message {message}: {place} in {told:?}");
                }
                let found: BTreeSet<&String> = read.found.iter().map(|found| &found.0).collect();
                assert_eq!(found, own.iter().collect(), "message {message}");
                assert!(read.gaps.is_empty(), "{:?}", read.gaps);
            });
        }
    });
    let left = settled(2);
    drop(workers);
    nothing_is_left_of(&left);
}

#[test]
fn a_worker_that_was_killed_while_it_waited_costs_no_file_a_gap() {
    let limits = quick();
    let workers = desk::workers(1, &limits);
    let raw = desk::message("x", &[("a.gz", &note()), ("b.gz", &note())]);
    let [pid] = settled(1)[..] else {
        unreachable!("one worker")
    };
    kill_and_see(pid);
    let read = desk::by(&workers, &raw, &limits);
    assert!(read.gaps.is_empty(), "{read:?}");
    let told = read.told(NUMBER);
    for place in ["attachment of part 2.1,", "attachment of part 3.1,"] {
        assert!(told.iter().any(|told| told.starts_with(place)), "{told:?}");
    }
    assert_ne!(settled(1), [pid]);
}

#[test]
fn a_worker_that_was_killed_between_two_files_costs_neither_a_gap() {
    let limits = quick();
    let workers = desk::workers(1, &limits);
    let [pid] = settled(1)[..] else {
        unreachable!("one worker")
    };
    let reader = workers.for_message(&limits);
    let first = reader.read(desk::file(note()), &limits);
    assert!(
        first.gaps.is_empty() && !first.texts.is_empty(),
        "{first:?}"
    );
    kill_and_see(pid);
    let second = reader.read(desk::file(note()), &limits);
    assert!(
        second.gaps.is_empty() && !second.texts.is_empty(),
        "{second:?}"
    );
}

#[test]
fn a_mail_does_not_wait_for_a_spare_that_is_not_ready() {
    // The second worker hangs, so that the keeper has none to give.
    let folder = folder("hangs");
    let path = nursery(folder.path(), Harmed::Second, "exec sleep 600");
    let limits = quick();
    let workers = Workers::start(&path, 1, &limits).expect("workers");
    let raw = desk::message("x", &[("a.gz", &note())]);
    for _ in 0..3 {
        let read = desk::by(&workers, &raw, &limits);
        assert!(read.has(NUMBER) && read.gaps.is_empty(), "{read:?}");
        wait_for("the one that hangs", 60, || {
            let lines = fs::read_to_string(started(folder.path())).expect("the count");
            (lines.lines().count() > 1).then_some(())
        });
    }
    let left = workers_of(std::process::id());
    let begun = Instant::now();
    drop(workers);
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    nothing_is_left_of(&left);
}

#[test]
fn a_worker_that_never_gets_ready_costs_its_file_a_gap() {
    let folder = folder("never-ready");
    for (name, then, why) in [
        ("silent", "exec sleep 600", "too-slow"),
        ("ends", "exit 3", "reader-failed"),
        (
            "says something else",
            "printf X; exec sleep 600",
            "reader-failed",
        ),
    ] {
        let _ = fs::remove_file(started(folder.path()));
        let path = nursery(folder.path(), Harmed::Later, then);
        let limits = quick();
        let workers = Workers::start(&path, 1, &limits).expect("workers");
        let raw = desk::message("x", &[("a.gz", &note())]);
        let read = desk::by(&workers, &raw, &limits);
        assert!(read.gaps.is_empty(), "{name}: {read:?}");
        let read = desk::by(&workers, &raw, &limits);
        assert_eq!(read.gaps_of("2"), [why], "{name}");
    }
}

#[test]
fn that_no_worker_can_be_started_is_said_once_and_so_is_that_it_can_again() {
    let said = Said::default();
    let own = said.clone();
    tracing_subscriber::fmt()
        .with_writer(move || own.clone())
        .init();
    let folder = folder("gone");
    let path = nursery(folder.path(), Harmed::None, "");
    let limits = quick();
    let workers = Workers::start(&path, 1, &limits).expect("workers");
    settled(1);
    let away = folder.path().join("away");
    fs::rename(&path, &away).expect("no program");
    kill(Pid::from_raw(own_nursery()), Signal::SIGKILL).expect("a signal");
    let raw = desk::message("x", &[("a.gz", &note())]);
    // There is one that was ready.
    wait_for("none", 60, || {
        desk::by(&workers, &raw, &limits)
            .lacks("2", "reader-failed")
            .then_some(())
    });
    for _ in 0..3 {
        let read = desk::by(&workers, &raw, &limits);
        assert_eq!(read.gaps_of("2"), ["reader-failed"]);
    }
    // Long enough for the keeper to have tried again.
    std::thread::sleep(Duration::from_millis(2500));
    assert_eq!(said.lines("could not be started"), 1, "{said:?}");
    fs::rename(&away, &path).expect("the program");
    settled(1);
    wait_for("the good news", 60, || {
        (said.lines("can be started again") == 1).then_some(())
    });
    assert!(desk::by(&workers, &raw, &limits).has(NUMBER));
    assert_eq!(said.lines("could not be started"), 1, "{said:?}");
}

#[test]
fn no_process_and_no_open_file_is_left_of_many_messages() {
    let limits = desk::patient();
    let workers = desk::workers(2, &limits);
    let raw = desk::message("x", &[("a.gz", &note())]);
    settled(2);
    let before = open_files();
    let mut most = 0;
    for _ in 0..100 {
        assert!(desk::by(&workers, &raw, &limits).has(NUMBER));
        most = most.max(own_workers().len());
    }
    // At work, ready or becoming so, ended: two of each.
    assert!(most <= 7, "{most}");
    settled(2);
    assert_eq!(open_files(), before);
}

#[test]
fn workers_that_hang_when_they_are_to_end_are_ended() {
    // It ignores that its input ends, and what can be ignored.
    let folder = folder("stubborn");
    let path = program(
        folder.path(),
        "trap '' TERM HUP INT PIPE; while :; do sleep 1; done",
    );
    let workers = Workers::start(&path, 2, &quick()).expect("workers");
    let left = settled(2);
    drop(workers);
    nothing_is_left_of(&left);
}

/// What was logged.
#[derive(Clone, Debug, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Said {
    fn lines(&self, with: &str) -> usize {
        let said = self.0.lock().expect("no panic");
        let said = String::from_utf8_lossy(&said);
        said.lines().filter(|line| line.contains(with)).count()
    }
}

impl io::Write for Said {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// No nursery is left, not even a zombie, and none of some workers.
fn nothing_is_left_of(workers: &[i32]) {
    let nurseries = children_of(std::process::id());
    assert!(nurseries.is_empty(), "{nurseries:?}");
    let left: Vec<_> = workers.iter().filter(|pid| !has_ended(**pid)).collect();
    assert!(left.is_empty(), "{left:?}");
}

fn open_files() -> usize {
    fs::read_dir("/proc/self/fd").expect("/proc").count()
}

/// Ends a process, and waits until it has ended.
fn kill_and_see(pid: i32) {
    kill(Pid::from_raw(pid), Signal::SIGKILL).expect("a signal");
    wait_for("its end", 60, || has_ended(pid).then_some(()));
}

/// Waits until there are so many workers, none of which is busy or has ended.
fn settled(number: usize) -> Vec<i32> {
    wait_for("the workers", 60, || {
        let found = own_workers();
        let waits = |pid: &i32| {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat"));
            stat.is_ok_and(|stat| stat.contains(") S "))
        };
        (found.len() == number && found.iter().all(waits)).then_some(found)
    })
}

/// The workers of this process, zombies included. Each test is a process of its
/// own under nextest.
fn own_workers() -> Vec<i32> {
    workers_of(std::process::id())
}

/// The process that makes workers for this one.
fn own_nursery() -> i32 {
    let [nursery] = children_of(std::process::id())[..] else {
        unreachable!("one nursery")
    };
    nursery
}

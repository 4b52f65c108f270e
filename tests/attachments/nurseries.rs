//! Nurseries: what becomes of files when the process that makes workers is ended,
//! hangs, or may be known to somebody.

use std::time::{Duration, Instant};

use gatepost::extract::{Reader as _, Reading};
use gatepost::limits::Limits;
use gatepost::mail::GapReason;
use gatepost::reader::Workers;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::desk::{self, NUMBER};
use super::workers::{note, quick};
use crate::support::{children_of, has_ended, wait_for, workers_of};

#[test]
fn a_nursery_that_was_killed_while_nothing_was_read_costs_no_file_a_gap() {
    let limits = quick();
    let workers = desk::workers(2, &limits);
    let spares = settled(2);
    send(nursery(), Signal::SIGKILL);
    gone(&spares);
    is_read(&workers, &limits);
    assert!(settled(2).iter().all(|pid| !spares.contains(pid)));
}

#[test]
fn a_nursery_that_is_killed_in_the_midst_costs_the_file_a_gap_at_once() {
    let limits = desk::patient();
    let workers = desk::workers(1, &limits);
    let own = settled(1);
    let first = nursery();
    // It hangs, so that it is read by when its nursery ends.
    send(own[0], Signal::SIGSTOP);
    let begun = Instant::now();
    let read = std::thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let reader = workers.for_message(&limits);
            let first = reader.read(desk::file(note()), &limits);
            (first, reader.read(desk::file(note()), &limits))
        });
        // It was taken: another is made.
        wait_for("the next worker", 60, || {
            (workers_of(std::process::id()).len() > 1).then_some(())
        });
        send(first, Signal::SIGKILL);
        reading.join().expect("two readings")
    });
    assert!(begun.elapsed() < Duration::from_millis(limits.part_ms) / 2);
    assert_eq!(gaps(&read.0), [GapReason::ReaderFailed]);
    assert!(
        gaps(&read.1).is_empty() && !read.1.texts.is_empty(),
        "{:?}",
        read.1
    );
    gone(&own);
    another_than(first);
}

#[test]
fn a_nursery_that_hangs_costs_a_file_a_gap_and_is_replaced() {
    let limits = quick();
    let workers = desk::workers(1, &limits);
    settled(1);
    let hangs = nursery();
    send(hangs, Signal::SIGSTOP);
    // There is one that was ready.
    is_read(&workers, &limits);
    let raw = desk::message("x", &[("a.gz", &note())]);
    let begun = Instant::now();
    let read = desk::by(&workers, &raw, &limits);
    assert_eq!(read.gaps_of("2"), ["too-slow"]);
    assert!(begun.elapsed() < Duration::from_mins(1));
    is_read(&workers, &limits);
    wait_for("its end", 60, || has_ended(hangs).then_some(()));
    settled(1);
    assert_eq!(children_of(std::process::id()), [nursery()]);
}

#[test]
fn a_nursery_whose_worker_failed_makes_no_other_and_its_spares_read_nothing() {
    let limits = desk::patient();
    let workers = desk::workers(2, &limits);
    let first = nursery();
    let known = settled(2);
    let reader = workers.for_message(&limits);
    let reading = reader.read(desk::file(note()), &limits);
    assert!(gaps(&reading).is_empty(), "{reading:?}");
    // As a file would that makes its reader crash.
    let taken = known.iter().copied().min().expect("the older one");
    send(taken, Signal::SIGKILL);
    wait_for("its end", 60, || has_ended(taken).then_some(()));
    let second = reader.read(desk::file(note()), &limits);
    assert!(
        gaps(&second).is_empty() && !second.texts.is_empty(),
        "{second:?}"
    );
    gone(&known);
    another_than(first);
    drop(reader);
    is_read(&workers, &limits);
}

#[test]
fn a_nursery_is_replaced_after_some_hundred_workers_and_no_mail_sees_it() {
    let limits = desk::patient();
    let workers = desk::workers(1, &limits);
    settled(1);
    let first = nursery();
    for _ in 0..300 {
        is_read(&workers, &limits);
    }
    another_than(first);
}

fn is_read(workers: &Workers, limits: &Limits) {
    let raw = desk::message("x", &[("a.gz", &note())]);
    let read = desk::by(workers, &raw, limits);
    assert!(read.has(NUMBER) && read.gaps.is_empty(), "{read:?}");
}

fn gaps(reading: &Reading) -> Vec<GapReason> {
    reading.gaps.iter().map(|gap| gap.why).collect()
}

/// The nursery of this process. Each test is a process of its own under nextest.
fn nursery() -> i32 {
    let [nursery] = children_of(std::process::id())[..] else {
        unreachable!("one nursery")
    };
    nursery
}

/// Waits until there is one nursery, and that is another.
fn another_than(first: i32) {
    wait_for("another nursery", 60, || {
        let all = children_of(std::process::id());
        (all.len() == 1 && all != [first]).then_some(())
    });
}

/// Waits until there are so many workers that wait.
fn settled(number: usize) -> Vec<i32> {
    wait_for("the workers", 60, || {
        let found = workers_of(std::process::id());
        let waits = |pid: &i32| {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"));
            stat.is_ok_and(|stat| stat.contains(") S "))
        };
        (found.len() == number && found.iter().all(waits)).then_some(found)
    })
}

fn send(pid: i32, signal: Signal) {
    kill(Pid::from_raw(pid), signal).expect("a signal");
}

fn gone(pids: &[i32]) {
    wait_for("their end", 60, || {
        pids.iter().all(|pid| has_ended(*pid)).then_some(())
    });
}

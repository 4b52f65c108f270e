//! Workers: what they must not do is stopped, and one that misbehaves costs its
//! file a gap and nothing else.

use std::fs;
use std::io::Write;
use std::net::Shutdown;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use gatepost::extract::{Reader as _, Reading};
use gatepost::limits::Limits;
use gatepost::location::{Hidden, Location, PartPath, Place};
use gatepost::mail::GapReason;
use gatepost::reader::{Workers, encode_answer, encode_piece, encode_request};
use gatepost::sensitive::Sensitive;
use nix::sys::signal::Signal;

use super::desk::{self, NUMBER, Read};
use super::fakes::{program, program_that_mends};
use super::nursery::{MEMORY, Nursery, SECONDS};
use crate::support::{demand_root, folder, workers_of};

/// What a worker becomes that tries something, or its nursery.
fn attempt(what: &str, by: &str) -> ExitStatus {
    attempt_within(SECONDS, what, by)
}

fn attempt_within(seconds: &str, what: &str, by: &str) -> ExitStatus {
    Command::new(env!("CARGO_BIN_EXE_gatepost"))
        .args(["read-attachments", "--memory", MEMORY])
        .args(["--seconds", seconds])
        .args(["--attempt", what, "--by", by])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("a worker")
}

#[test]
fn neither_a_worker_nor_its_nursery_can_open_a_file() {
    for by in ["worker", "nursery"] {
        assert_eq!(attempt("open", by).code(), Some(1), "{by}");
    }
}

#[test]
fn a_worker_can_take_no_more_memory_than_the_bound() {
    let status = attempt("memory", "worker");
    assert!(!status.success(), "{status}");
}

#[test]
fn a_worker_that_nobody_ends_is_ended_by_the_kernel_when_its_processor_time_is_over() {
    let status = attempt_within("1", "loop", "worker");
    let signal = Signal::SIGXCPU as i32;
    assert_eq!(status.code(), Some(128 + signal), "{status}");
}

#[test]
fn a_worker_whose_processor_time_is_over_costs_its_file_a_gap_and_is_replaced() {
    let program = env!("CARGO_BIN_EXE_gatepost");
    // A worker that spins in its sandbox, without the clock of the daemon.
    let spins =
        format!("exec '{program}' read-attachments --memory {MEMORY} --seconds 1 --attempt loop");
    let read = first_harmed("spins", &spins);
    assert_eq!(read.gaps_of("2"), ["reader-failed"]);
}

#[test]
fn a_worker_has_the_stack_that_libraries_may_need() {
    let status = attempt("stack", "worker");
    assert!(status.success(), "{status}");
}

#[test]
fn who_connects_or_starts_a_program_is_killed_by_the_kernel() {
    let signal = Signal::SIGSYS as i32;
    for what in ["connect", "execute"] {
        let status = attempt(what, "nursery");
        assert_eq!(status.signal(), Some(signal), "{what}: {status}");
        // Its nursery tells how the worker ended, as shells do.
        let status = attempt(what, "worker");
        assert_eq!(status.code(), Some(128 + signal), "{what}: {status}");
    }
}

#[test]
fn a_worker_without_requests_says_that_it_is_ready_and_ends_with_its_input() {
    let nursery = Nursery::start();
    let worker = nursery.worker();
    worker.socket.shutdown(Shutdown::Write).expect("its input");
    assert!(worker.ended().is_empty());
}

#[test]
fn a_program_that_is_not_confined_is_never_used() {
    let folder = folder("unconfined");
    let path = program(folder.path(), "cat");
    fs::write(&path, "#!/bin/sh\nexit 0\n").expect("a program that may do all");
    let refused = Workers::start(&path, 1, &Limits::default()).expect_err("no workers");
    let words =
        "a process that reads attachments could open a file: its sandbox does not hold here";
    assert_eq!(refused.to_string(), words);
    // Each attempt counts by itself, and only by how the sandbox ends it: that
    // nobody listens on a port is no refusal.
    for (held, could) in [
        ("open) exit 1;;", "use the network"),
        ("open|connect) exit 1;;", "use the network"),
        ("open) exit 1;; connect) exit 159;;", "start a program"),
        ("open|connect|execute) exit 159;;", "open a file"),
    ] {
        let script = format!("#!/bin/sh\ncase \"$7\" in {held} esac\nexit 0\n");
        fs::write(&path, script).expect("a program that holds by halves");
        let refused = Workers::start(&path, 1, &Limits::default()).expect_err("no workers");
        let words = format!("could {could}: its sandbox");
        assert!(refused.to_string().contains(&words), "{held}: {refused}");
    }
    fs::write(&path, "#!/bin/sh\nexit 3\n").expect("a program without a sandbox");
    let refused = Workers::start(&path, 1, &Limits::default()).expect_err("no workers");
    assert!(refused.to_string().contains("on this kernel"), "{refused}");
    let missing = folder.path().join("nothing");
    assert!(Workers::start(&missing, 1, &Limits::default()).is_err());
}

#[test]
fn a_worker_that_runs_without_end_costs_its_file_a_gap_too_slow() {
    let program = env!("CARGO_BIN_EXE_gatepost");
    let endless = format!(
        "exec '{program}' read-attachments --memory {MEMORY} --seconds {SECONDS} --attempt loop"
    );
    for (name, harm) in [("sleep", "exec sleep 600"), ("loop", endless.as_str())] {
        let read = first_harmed(name, harm);
        assert_eq!(read.gaps_of("2"), ["too-slow"], "{name}");
    }
}

#[test]
fn a_worker_that_never_listens_costs_its_file_a_gap_too_slow() {
    // More than a pipe holds is sent, and nobody reads it.
    let limits = quick();
    let folder = folder("deaf");
    let path = program_that_mends(folder.path(), "exec sleep 600");
    let workers = Workers::start(&path, 1, &limits).expect("workers");
    let large = vec![0xAA; 1 << 20];
    let raw = desk::message("x", &[("large.bin", &large)]);
    let read = desk::by(&workers, &raw, &limits);
    assert_eq!(read.gaps_of("2"), ["too-slow"]);
}

#[test]
fn a_worker_that_answers_garbage_costs_its_file_a_gap() {
    for (name, harm) in [
        (
            "words",
            "echo nonsense nonsense nonsense; exec cat >/dev/null",
        ),
        ("nothing", "exec <&- >&-; exec sleep 600"),
        ("end", "exit 0"),
        ("crash", "kill -SEGV $$"),
        ("echo", "exec cat"),
        ("zeros", "exec cat /dev/zero"),
        ("flood", "exec yes 99999999999999999999999999"),
        // The header is announced with more bytes than are taken.
        (
            "long",
            "printf '\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377\\177'; exec sleep 600",
        ),
        // A header of two bytes that is no JSON object, and no body.
        (
            "header",
            "printf '\\002\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0[['; exec sleep 600",
        ),
    ] {
        let read = first_harmed(name, harm);
        assert_eq!(read.gaps_of("2"), ["reader-failed"], "{name}");
    }
}

#[test]
fn a_worker_that_trickles_is_late_all_the_same() {
    let harm = "while :; do printf '\\001'; sleep 0.1; done";
    let read = first_harmed("trickle", harm);
    // It may have said enough by then to be refused for what it says.
    let gaps = read.gaps_of("2");
    assert!(
        gaps == ["too-slow"] || gaps == ["reader-failed"],
        "{gaps:?}"
    );
}

#[test]
fn a_worker_that_answers_about_another_file_is_not_believed() {
    let answers = folder("answers");
    for (name, location) in [
        ("part", Location::new(Place::Attachment, part(1), 0)),
        (
            "headers",
            Location::new(Place::Subject, PartPath::root(), 0),
        ),
    ] {
        let reading = Reading {
            texts: vec![(location, Sensitive::new(format!("NHS No {NUMBER}")))],
            ..Reading::default()
        };
        let answer = answers.path().join(name);
        fs::write(&answer, encode_answer(&reading)).expect("an answer");
        let harm = format!("cat '{}'; exec sleep 600", answer.display());
        let read = first_harmed(name, &harm);
        assert_eq!(read.gaps_of("2"), ["reader-failed"], "{name}");
    }
}

#[test]
fn what_was_read_before_a_worker_was_too_slow_is_kept() {
    let answers = folder("pieces");
    let hidden = Location {
        hidden: Some(Hidden::Sheet),
        ..Location::new(Place::Attachment, part(2), 7)
    };
    let piece = Reading {
        texts: vec![
            (
                Location::new(Place::Attachment, part(2), 0),
                Sensitive::new(format!("NHS No {NUMBER}")),
            ),
            (hidden, Sensitive::new(String::from("hidden"))),
        ],
        ..Reading::default()
    };
    let path = answers.path().join("piece");
    fs::write(&path, encode_piece(&piece)).expect("a piece");
    let harm = format!(
        "head -c 12 >/dev/null; cat '{}'; exec sleep 600",
        path.display()
    );
    let program = program(answers.path(), &harm);
    let limits = quick();
    let workers = Workers::start(&program, 1, &limits).expect("workers");
    let read = workers
        .for_message(&limits)
        .read(desk::file(packed("slow")), &limits);
    assert_eq!(read.texts, piece.texts);
    let gaps: Vec<GapReason> = read.gaps.iter().map(|gap| gap.why).collect();
    assert_eq!(gaps, [GapReason::TooSlow]);
    let hidden: Vec<_> = read
        .hidden
        .iter()
        .map(|place| (place.hidden, place.offset))
        .collect();
    assert_eq!(hidden, [(Some(Hidden::Sheet), 0)]);
}

#[test]
fn pieces_without_end_are_not_waited_for() {
    let answers = folder("endless");
    let path = answers.path().join("piece");
    let piece = Reading {
        texts: vec![(
            Location::new(Place::Attachment, part(2), 0),
            Sensitive::new("x".repeat(60_000)),
        )],
        ..Reading::default()
    };
    fs::write(&path, encode_piece(&piece)).expect("a piece");
    let harm = format!(
        "head -c 12 >/dev/null; while cat '{}'; do :; done",
        path.display()
    );
    let program = program(answers.path(), &harm);
    let limits = Limits {
        text_bytes: 200_000,
        ..quick()
    };
    let workers = Workers::start(&program, 1, &limits).expect("workers");
    let read = workers
        .for_message(&limits)
        .read(desk::file(packed("endless")), &limits);
    let gaps: Vec<GapReason> = read.gaps.iter().map(|gap| gap.why).collect();
    assert_eq!(gaps, [GapReason::ReaderFailed]);
    assert!(read.texts.len() <= 3, "{}", read.texts.len());
}

#[test]
fn what_tells_the_places_of_texts_costs_a_full_answer_none_of_them() {
    let answers = folder("full");
    let text = |letter: &str| {
        let location = Location::new(Place::Attachment, part(2), 0);
        (location, Sensitive::new(letter.repeat(100)))
    };
    let piece = Reading {
        texts: vec![text("a")],
        ..Reading::default()
    };
    let last = Reading {
        texts: vec![text("b")],
        ..Reading::default()
    };
    let path = answers.path().join("answer");
    let answer = [encode_piece(&piece), encode_answer(&last)].concat();
    fs::write(&path, answer).expect("an answer");
    let harm = format!(
        "head -c 12 >/dev/null; cat '{}'; exec sleep 600",
        path.display()
    );
    let program = program(answers.path(), &harm);
    let limits = Limits {
        text_bytes: 200,
        pictures: 0,
        ..quick()
    };
    let workers = Workers::start(&program, 1, &limits).expect("workers");
    let read = workers
        .for_message(&limits)
        .read(desk::file(packed("full")), &limits);
    assert!(read.gaps.is_empty(), "{read:?}");
    assert_eq!(read.texts.len(), 2);
}

#[test]
fn a_worker_that_answers_twice_is_not_believed_the_second_time() {
    // A right answer, twice at once: the second would be taken for that of the
    // next file, whose part says the same.
    let answers = folder("twice");
    let reading = Reading {
        texts: vec![(
            Location::new(Place::Attachment, part(2), 0),
            Sensitive::new(String::from("nothing")),
        )],
        ..Reading::default()
    };
    let answer = answers.path().join("answer");
    fs::write(&answer, encode_answer(&reading).repeat(2)).expect("an answer");
    let harm = format!(
        "head -c 12 >/dev/null; cat '{}'; exec sleep 600",
        answer.display()
    );
    let program = program_that_mends(answers.path(), &harm);
    let limits = quick();
    let workers = Workers::start(&program, 1, &limits).expect("workers");
    let reader = workers.for_message(&limits);
    let first = reader.read(desk::file(packed("first")), &limits);
    assert!(first.gaps.is_empty(), "{first:?}");
    assert_eq!(first.texts.len(), 1);
    let second = reader.read(desk::file(note()), &limits);
    assert!(second.gaps.is_empty(), "{second:?}");
    let texts = second.texts.iter().map(|(_, text)| text.reveal());
    assert!(
        texts.clone().any(|text| text.contains("943 476 5919")),
        "{second:?}"
    );
}

/// A message whose first file is given to a worker that does harm: all else of
/// it is read, and by a fresh worker.
fn first_harmed(name: &str, harm: &str) -> Read {
    let limits = quick();
    let folder = folder(name);
    // It does harm once it is asked: one that does so before is not used.
    let asked = format!("head -c 12 >/dev/null\n{harm}");
    let program = program_that_mends(folder.path(), &asked);
    let workers = Workers::start(&program, 1, &limits).expect("workers");
    let raw = desk::message(
        "NHS No 943 476 5919",
        &[("a.gz", &note()), ("b.gz", &note())],
    );
    let begun = Instant::now();
    let read = desk::by(&workers, &raw, &limits);
    assert!(begun.elapsed() < Duration::from_mins(2), "{name}");
    let told = read.told(NUMBER);
    for place in ["body of part 1,", "attachment of part 3.1,"] {
        let found = told.iter().any(|told| told.starts_with(place));
        assert!(found, "{name}: {place} in {read:?}");
    }
    assert!(read.gaps_of("3").is_empty(), "{name}: {read:?}");
    read
}

/// A file that only a worker reads: what looks like text is also read with the
/// message.
pub(crate) fn note() -> Vec<u8> {
    packed("NHS No 943 476 5919")
}

pub(crate) fn packed(text: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(text.as_bytes()).expect("memory");
    packer.finish().expect("memory")
}

/// Bounds for a worker that answers late: enough for a sound one.
pub(crate) fn quick() -> Limits {
    Limits {
        part_ms: 5_000,
        ..desk::patient()
    }
}

fn part(number: u32) -> PartPath {
    PartPath::root().child(number)
}

#[test]
fn a_message_has_so_much_time_and_what_is_left_over_is_told() {
    let limits = Limits {
        part_ms: 1_000,
        reading_ms: 3_000,
        ..Limits::default()
    };
    let folder = folder("all-late");
    let program = program(folder.path(), "exec sleep 600");
    let workers = Workers::start(&program, 1, &limits).expect("workers");
    let note = note();
    let files = vec![("a.gz", note.as_slice()); 40];
    let begun = Instant::now();
    let read = desk::by(&workers, &desk::message("x", &files), &limits);
    assert_eq!(read.gaps.len(), 40, "{:?}", read.gaps);
    assert!(read.gaps.iter().all(|(_, why)| why == "too-slow"));
    // 40 files of a second each would take 40 seconds.
    assert!(begun.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_worker_and_its_nursery_are_confined_while_they_wait() {
    let nursery = Nursery::start();
    let _worker = nursery.worker();
    let [worker] = workers_of(nursery.process.id())[..] else {
        unreachable!("one worker")
    };
    let made_by = nursery.process.id().to_string();
    for (of, files) in [(made_by, None), (worker.to_string(), Some("16"))] {
        let about = Path::new("/proc").join(of);
        let status = fs::read_to_string(about.join("status")).expect("its state");
        // 2: a filter of system calls (proc(5)).
        assert!(status.contains("Seccomp:\t2"), "{status}");
        assert!(status.contains("NoNewPrivs:\t1"), "{status}");
        assert!(status.contains("Threads:\t1"), "{status}");
        let limits = fs::read_to_string(about.join("limits")).expect("its limits");
        let bounded = |name: &str, value: &str| {
            let line = limits.lines().find(|line| line.starts_with(name));
            line.is_some_and(|line| line[name.len()..].split_whitespace().next() == Some(value))
        };
        assert!(bounded("Max address space", MEMORY), "{limits}");
        // A nursery lives as long as it is needed.
        let time = files.map_or("unlimited", |_| SECONDS);
        assert!(bounded("Max cpu time", time), "{limits}");
        assert!(bounded("Max core file size", "0"), "{limits}");
        assert!(bounded("Max file size", "0"), "{limits}");
        assert!(
            files.is_none_or(|files| bounded("Max open files", files)),
            "{limits}"
        );
    }
}

#[test]
fn a_worker_has_its_socket_open_and_nothing_of_its_nursery() {
    let nursery = Nursery::start();
    let _worker = nursery.worker();
    let [worker] = workers_of(nursery.process.id())[..] else {
        unreachable!("one worker")
    };
    // It can't be dumped, so that only root may look.
    demand_root();
    let open = |pid: &str| -> Vec<_> {
        let files = fs::read_dir(format!("/proc/{pid}/fd")).expect("what is open");
        let files = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
        files.collect()
    };
    // Whoever starts the tests may leave them more.
    let (ours, mut its) = (open("self"), open(&worker.to_string()));
    its.retain(|file| !ours.contains(file) && file != Path::new("/dev/null"));
    let socket = |file: &PathBuf| file.to_string_lossy().starts_with("socket:");
    assert!(its.len() == 1 && its.iter().all(socket), "{its:?}");
}

#[test]
fn a_request_that_is_garbage_ends_the_worker_and_no_more() {
    let file = desk::file(b"NHS No 943 476 5919".to_vec());
    let sound = encode_request(&file, &Limits::default());
    let nursery = Nursery::start();
    for request in [
        b"nonsense and more nonsense".to_vec(),
        sound[..sound.len() - 1].to_vec(),
    ] {
        let mut worker = nursery.worker();
        worker
            .socket
            .write_all(&request)
            .expect("a worker that listens");
        worker.socket.shutdown(Shutdown::Write).expect("its input");
        assert!(worker.ended().is_empty());
    }
}

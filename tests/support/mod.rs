//! What the tests start and speak to: real servers on loopback, each in a
//! throw-away folder, each ended by its own process id.

pub(crate) mod catcher;
pub(crate) mod demo_mail;
pub(crate) mod gatepost;
pub(crate) mod gpg;
pub(crate) mod mta;
pub(crate) mod numbers;
pub(crate) mod postfix;
pub(crate) mod prose;
pub(crate) mod reading;
pub(crate) mod sendmail;
pub(crate) mod shared;
pub(crate) mod smtp;
pub(crate) mod summary;
pub(crate) mod workbook;
pub(crate) mod world;

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// A throw-away folder that other users may enter: Postfix's processes run as
/// `postfix`.
pub(crate) fn folder(name: &str) -> tempfile::TempDir {
    let folder = tempfile::Builder::new()
        .prefix(&format!("gatepost-{name}-"))
        .tempdir()
        .expect("a throw-away folder");
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder.path(), open).expect("its rights");
    folder
}

/// Waits until `done` answers, for at most `seconds`.
///
/// # Panics
/// When it doesn't.
pub(crate) fn wait_for<T>(what: &str, seconds: u64, mut done: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(value) = done() {
            return value;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(seconds),
            "{what}: nothing within {seconds} s"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Whether the tests run with the rights that Postfix and mounts need.
///
/// # Panics
/// When they don't: a test that can't run must not pass.
pub(crate) fn demand_root() {
    assert!(
        nix::unistd::geteuid().is_root(),
        "this test starts a real Postfix and needs root: run `make test`, which uses sudo"
    );
}

/// The processes that a process started and that are not waited for.
pub(crate) fn children_of(parent: u32) -> Vec<i32> {
    let parent = parent.to_string();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").expect("/proc").flatten() {
        let name = entry.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else {
            continue;
        };
        // The name in parentheses may hold anything: state and parent follow it.
        let behind = stat.rsplit(')').next().unwrap_or("");
        if behind.split_whitespace().nth(1) == Some(&parent) {
            found.push(pid);
        }
    }
    found
}

/// The workers of a process, zombies included: what those made that it started
/// and that only make workers.
pub(crate) fn workers_of(ancestor: u32) -> Vec<i32> {
    let mut found = Vec::new();
    for child in children_of(ancestor) {
        let name = std::fs::read_to_string(format!("/proc/{child}/comm"));
        if name.is_ok_and(|name| name.trim_end() == "gatepost-nurse") {
            found.extend(workers_of(child.unsigned_abs()));
        } else {
            found.push(child);
        }
    }
    found
}

/// Whether a process has ended, waited for or not.
pub(crate) fn has_ended(pid: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"));
    stat.map_or(true, |stat| stat.contains(") Z "))
}

/// The Python that has other people's writers of files.
///
/// # Panics
/// Where it was not installed: a test that can't run must not pass.
pub(crate) fn python() -> std::path::PathBuf {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join("target/attachments-venv/bin/python");
    let missing = "is missing: `make test` installs it";
    assert!(python.exists(), "{} {missing}", python.display());
    python
}

/// Ends a process by its id and waits for it.
pub(crate) fn end(child: &mut std::process::Child) {
    let _ = child.kill();
    let _ = child.wait();
}

//! Whole processes: a real Postfix without a milter, with an empty milter, and
//! with gatepost, over Unix sockets, in turn in one run; messages accepted per
//! second over 10 connections, the fsynced audit record included.
//!
//! The empty milter answers `continue` to everything, by the same library: what
//! is lost with it is what Postfix and the protocol cost, whoever listens.
//! Needs root and Postfix; `make bench` sees to both.

#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use support::gatepost::Gatepost;
use support::postfix::{Postfix, Setup};
use support::summary::{self, median};
use support::world::{Wishes, configure};
use support::{folder, free_port, prose, wait_for};

const ROUNDS: usize = 5;
const SIZES: [(&str, usize, usize); 2] = [("2KB", 2_000, 2000), ("100KB", 100_000, 800)];
/// Whether each message has a connection of its own, or 10 are kept open.
const WAYS: [(&str, bool); 2] = [("", false), ("-new-connections", true)];

fn main() -> io::Result<()> {
    // Asked by test runners that list or try benchmarks.
    if std::env::args().any(|argument| argument == "--list" || argument == "--test") {
        return Ok(());
    }
    support::demand_root();
    let folder = folder("bench");
    let at = folder.path();
    let sink = Sink::start();
    let listen = format!("unix:{}/milter.sock", at.display());
    let config = configure(at, &listen, free_port(), &Wishes::default());
    let _gatepost = Gatepost::start(&config, &listen);
    let empty = start_empty_milter(at)?;
    let start = |name: &str, milter: Option<String>| -> io::Result<Postfix> {
        let at = at.join(name);
        std::fs::create_dir_all(&at)?;
        let setup = Setup {
            milter,
            next_hop: sink.port,
            port: None,
            hand_over: None,
            extra: String::new(),
        };
        Ok(Postfix::start(&at, &setup))
    };
    let rivals = [
        start("plain", None)?,
        start("empty", Some(empty))?,
        start("gated", Some(listen))?,
    ];
    for (name, bytes, count) in SIZES {
        let file = at.join(format!("{name}.eml"));
        let message = String::from_utf8(prose::message(bytes, 7)).expect("ASCII");
        std::fs::write(&file, message.replace("\r\n", "\n"))?;
        for (way, anew) in WAYS {
            compare(&format!("postfix-{name}{way}"), &rivals, &file, count, anew)?;
        }
    }
    Ok(())
}

/// Measures all three in turn, and writes the medians down.
fn compare(
    name: &str,
    rivals: &[Postfix; 3],
    file: &Path,
    count: usize,
    anew: bool,
) -> io::Result<()> {
    for rival in rivals {
        // To warm up, not counted.
        rate(rival, file, count / 4, anew);
    }
    let (mut rates, mut to_plain, mut to_empty, mut floor) = (vec![], vec![], vec![], vec![]);
    for round in 0..ROUNDS {
        let mut found = [0.0; 3];
        for turn in 0..3 {
            // The order changes: the machine is not quiet.
            let index = (turn + round) % 3;
            found[index] = rate(&rivals[index], file, count, anew);
        }
        let [plain, empty, gated] = found;
        writeln!(
            io::stdout(),
            "{name}: none {plain:.0}/s, empty milter {empty:.0}/s, gatepost {gated:.0}/s"
        )?;
        rates.push(gated);
        to_plain.push(gated / plain);
        to_empty.push(gated / empty);
        floor.push(empty / plain);
    }
    let against = BTreeMap::from([
        ("Postfix without a milter", median(&mut to_plain)),
        ("Postfix with an empty milter", median(&mut to_empty)),
    ]);
    summary::add(name, median(&mut rates), "messages/s", &against);
    let against = BTreeMap::from([("Postfix without a milter", median(&mut floor))]);
    summary::add(
        &format!("{name}-empty-milter"),
        median(&mut floor),
        "ratio",
        &against,
    );
    Ok(())
}

/// Messages accepted per second.
fn rate(postfix: &Postfix, file: &Path, count: usize, anew: bool) -> f64 {
    wait_for("an empty queue", 120, || {
        (postfix.queued() == 0).then_some(())
    });
    let begun = Instant::now();
    let mut command = Command::new("smtp-source");
    if !anew {
        command.arg("-d");
    }
    let status = command
        .args(["-s", "10", "-m", &count.to_string(), "-F"])
        .arg(file)
        .args(["-f", "sender@trust.example", "-t", "a@nhs.net"])
        .arg(format!("127.0.0.1:{}", postfix.port))
        .stdout(Stdio::null())
        .status()
        .expect("smtp-source comes with Postfix");
    assert!(status.success(), "smtp-source failed");
    u32::try_from(count).map_or(0.0, f64::from) / begun.elapsed().as_secs_f64()
}

/// A milter in this process that does nothing; where it listens.
fn start_empty_milter(at: &Path) -> io::Result<String> {
    let path = at.join("empty.sock");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let listener = {
        let _inside = runtime.enter();
        tokio::net::UnixListener::bind(&path)?
    };
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666))?;
    std::thread::spawn(move || {
        let callbacks = indymilter::Callbacks::<()>::new()
            .on_mail(|_, _| Box::pin(async { indymilter::Status::Continue }))
            .on_rcpt(|_, _| Box::pin(async { indymilter::Status::Continue }))
            .on_header(|_, _, _| Box::pin(async { indymilter::Status::Continue }))
            .on_body(|_, _| Box::pin(async { indymilter::Status::Continue }))
            .on_eom(|_| Box::pin(async { indymilter::Status::Continue }));
        let config = indymilter::Config {
            max_connections: 1000,
            ..indymilter::Config::default()
        };
        runtime.block_on(indymilter::run(
            listener,
            callbacks,
            config,
            std::future::pending::<()>(),
        ))
    });
    Ok(format!("unix:{}", path.display()))
}

/// Postfix's own sink: mail goes nowhere.
struct Sink {
    port: u16,
    child: Child,
}

impl Sink {
    fn start() -> Self {
        let port = free_port();
        let child = Command::new("smtp-sink")
            .args(["-u", "postfix", &format!("127.0.0.1:{port}"), "400"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("smtp-sink comes with Postfix");
        wait_for("smtp-sink", 10, || {
            std::net::TcpStream::connect(("127.0.0.1", port)).ok()
        });
        Self { port, child }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        support::end(&mut self.child);
    }
}

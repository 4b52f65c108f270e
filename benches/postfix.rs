//! Whole processes: a real Postfix without a milter and with gatepost over a
//! Unix socket, in turn in one run; messages accepted per second, 10
//! connections, the fsynced audit record included.
//!
//! Needs root and Postfix; `make bench` sees to both.

#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use support::gatepost::Gatepost;
use support::postfix::{Postfix, Setup};
use support::world::{Wishes, configure};
use support::{folder, free_port, prose, summary, wait_for};

const ROUNDS: usize = 3;
const SIZES: [(&str, usize, usize); 2] = [("2KB", 2_000, 1500), ("100KB", 100_000, 600)];

fn main() -> io::Result<()> {
    // Asked by `cargo bench --no-run` and by test runners that list tests.
    if std::env::args().any(|argument| argument == "--list" || argument == "--test") {
        return Ok(());
    }
    support::demand_root();
    let folder = folder("bench");
    let at = folder.path();
    let sink = Sink::start();
    let listen = format!("unix:{}/milter.sock", at.display());
    let config = configure(
        at,
        &listen,
        free_port(),
        &Wishes {
            state: std::env::var_os("GP_STATE").map(Into::into),
            ..Wishes::default()
        },
    );
    let _gatepost = Gatepost::start(&config, &listen);
    let plain = at.join("plain");
    let gated = at.join("gated");
    for part in [&plain, &gated] {
        std::fs::create_dir_all(part)?;
    }
    let setup = |milter| Setup {
        milter,
        next_hop: sink.port,
        port: None,
        hand_over: None,
        extra: String::new(),
    };
    let without = Postfix::start(&plain, &setup(None));
    let with = Postfix::start(&gated, &setup(Some(listen)));
    let mut out = io::stdout().lock();
    for (name, bytes, count) in SIZES {
        let file = at.join(format!("{name}.eml"));
        let message = String::from_utf8(prose::message(bytes, 7)).expect("ASCII");
        std::fs::write(&file, message.replace("\r\n", "\n"))?;
        // Once to warm up, not counted.
        rate(&without, &file, count / 4);
        rate(&with, &file, count / 4);
        let mut rates = Vec::new();
        let mut ratios = Vec::new();
        for round in 0..ROUNDS {
            // In turn, and the order changes: the machine is not quiet.
            let (plain, gated) = if round % 2 == 0 {
                let plain = rate(&without, &file, count);
                (plain, rate(&with, &file, count))
            } else {
                let gated = rate(&with, &file, count);
                (rate(&without, &file, count), gated)
            };
            writeln!(
                out,
                "{name}: without {plain:.0}/s, with {gated:.0}/s, ratio {:.3}",
                gated / plain
            )?;
            rates.push(gated);
            ratios.push(gated / plain);
        }
        let against = BTreeMap::from([("Postfix without a milter", median(&mut ratios))]);
        summary::add(
            &format!("postfix-{name}"),
            median(&mut rates),
            "messages/s",
            &against,
        );
    }
    Ok(())
}

/// Messages accepted per second.
fn rate(postfix: &Postfix, file: &Path, count: usize) -> f64 {
    wait_for("an empty queue", 120, || {
        (postfix.queued() == 0).then_some(())
    });
    let begun = Instant::now();
    let status = Command::new("smtp-source")
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

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
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
            .args(["-u", "postfix", &format!("127.0.0.1:{port}"), "200"])
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

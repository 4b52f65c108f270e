//! The whole pure route, parse to plan, and its stages: bytes and messages per
//! second, on one core, without sockets.

#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use gatepost::extract::{InProcess, extract};
use gatepost::load::{KeyUse, Wanted, load};
use gatepost::mail::{Envelope, Message};
use gatepost::timestamp::Timestamp;
use support::{prose, summary};

const SIZES: [(&str, usize); 3] = [("2KB", 2_000), ("100KB", 100_000), ("10MB", 10_000_000)];
const STAGES: [&str; 4] = ["route", "parse", "extract", "scan"];

fn main() {
    let mut criterion = Criterion::default().configure_from_args().sample_size(20);
    measure(&mut criterion);
    criterion.final_summary();
    write_summary();
}

fn measure(criterion: &mut Criterion) {
    let gate = load(&Wanted::default(), &KeyUse::ReadOnly)
        .0
        .expect("the built-in gate")
        .gate;
    let envelope = Envelope::new(b"<sender@trust.example>", [b"<x@gmail.com>".as_slice()]);
    let at = Timestamp::from_unix_ms(0);
    for (name, bytes) in SIZES {
        let raw = prose::message(bytes, 1);
        let message = Message::parse(raw.clone(), &gate.limits);
        let texts = extract(&message, &gate.limits, &InProcess).texts;
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(raw.len() as u64));
        group.bench_function(BenchmarkId::from_parameter("route"), |bencher| {
            bencher.iter(|| {
                let message = Message::parse(raw.clone(), &gate.limits);
                black_box(gate.examine(message, &envelope, at, &InProcess))
            });
        });
        group.bench_function(BenchmarkId::from_parameter("parse"), |bencher| {
            bencher.iter(|| black_box(Message::parse(raw.clone(), &gate.limits)));
        });
        group.bench_function(BenchmarkId::from_parameter("extract"), |bencher| {
            bencher.iter(|| black_box(extract(&message, &gate.limits, &InProcess)));
        });
        group.bench_function(BenchmarkId::from_parameter("scan"), |bencher| {
            bencher.iter(|| black_box(gate.scanner.scan(&texts)));
        });
        group.finish();
    }
}

/// Turns criterion's estimates into figures.
fn write_summary() {
    let nothing = BTreeMap::new();
    for (name, bytes) in SIZES {
        let bytes = u32::try_from(prose::message(bytes, 1).len()).map_or(0.0, f64::from);
        for stage in STAGES {
            let file =
                summary::target().join(format!("criterion/{name}/{stage}/new/estimates.json"));
            let Ok(text) = fs::read_to_string(file) else {
                continue;
            };
            let estimates: serde_json::Value = serde_json::from_str(&text).expect("estimates");
            let ns = estimates["median"]["point_estimate"]
                .as_f64()
                .expect("a median");
            summary::add(
                &format!("{stage}-{name}"),
                bytes / ns * 1e9,
                "bytes/s",
                &nothing,
            );
            if stage == "route" {
                summary::add(
                    &format!("route-{name}-messages"),
                    1e9 / ns,
                    "messages/s",
                    &nothing,
                );
            }
        }
    }
}

//! The accredited list at 100,000 domains, some 400 times the published one:
//! nanoseconds a look-up, beside a plain hash map of the same domains (which
//! knows no time, no parents, no slips), and seconds an import, as the whole
//! command, beside Postfix's `postmap` making a table of the same domains.

#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use gatepost::directory::{
    AccreditedList, Act, Classes, Directory, Entry, KeyStore, Register, Standpoint,
};
use gatepost::mail;
use gatepost::timestamp::Timestamp;
use support::folder;
use support::summary::{self, median};

const DOMAINS: usize = 100_000;
const ROUNDS: usize = 7;
const LOOK_UPS: u32 = 200_000;

fn main() -> io::Result<()> {
    // Asked by test runners that list or try benchmarks.
    if std::env::args().any(|argument| argument == "--list" || argument == "--test") {
        return Ok(());
    }
    let names: Vec<String> = (0..DOMAINS).map(name).collect();
    look_ups(&names)?;
    imports(&names)
}

/// As such names look: `whitby-care-00042.nhs.uk`. Two of them differ in one
/// letter as often as numbers do, far more often than real ones.
fn name(number: usize) -> String {
    const TOWNS: [&str; 8] = [
        "whitby", "penrith", "ludlow", "skegness", "bodmin", "kendal", "thetford", "ely",
    ];
    const KINDS: [&str; 4] = ["hospital", "care", "surgery", "hospice"];
    const ENDS: [&str; 3] = ["nhs.uk", "org.uk", "co.uk"];
    let town = TOWNS.get(number % TOWNS.len()).unwrap_or(&"");
    let kind = KINDS.get(number / 8 % KINDS.len()).unwrap_or(&"");
    let end = ENDS.get(number % ENDS.len()).unwrap_or(&"");
    format!("{town}-{kind}-{number:05}.{end}")
}

/// The published file with these domains.
fn published(names: &[String]) -> String {
    let mut text = String::from("Organisation,Domain name\r\n");
    for (number, name) in names.iter().enumerate() {
        let _ = write!(text, "Organisation {},{name}\r\n", number / 2);
    }
    text
}

/// A directory in which a tenth of the domains left and half of those returned.
fn directory(names: &[String]) -> Directory {
    let tenth = DOMAINS / 10;
    let mut register = Register::default();
    for (day, listed) in [(1, names), (2, &names[tenth..]), (3, &names[tenth / 2..])] {
        let list = AccreditedList::parse(published(listed).as_bytes()).expect("a list");
        let (import, _) = register.compare(&list, "bench");
        let entry = Entry {
            v: 1,
            at: Timestamp::from_unix_ms(day * 86_400_000),
            by: String::from("bench"),
            act: Act::Imported(Box::new(import)),
        };
        register.add(entry).expect("an import");
    }
    let (classes, _) = Classes::read(&[]);
    Directory::new(
        Standpoint::default(),
        register,
        classes,
        KeyStore::default(),
    )
}

fn look_ups(names: &[String]) -> io::Result<()> {
    let begun = Instant::now();
    let directory = directory(names);
    writeln!(
        io::stdout(),
        "directory of {DOMAINS}: {:?}",
        begun.elapsed()
    )?;
    let at = Timestamp::from_unix_ms(10 * 86_400_000);
    let plain: HashMap<&str, usize> = names.iter().map(String::as_str).zip(0..).collect();
    // In no order, so that the caches of the processor don't help more than in life.
    let scattered = |change: fn(String) -> String| -> Vec<mail::Path> {
        (0..10_000)
            .map(|number| change(name(number * 7919 % DOMAINS)))
            .map(|domain| mail::Path::new(format!("<a.person@{domain}>").as_bytes()))
            .collect()
    };
    let kinds = [
        ("listed", scattered(|name| name)),
        ("below-listed", scattered(|name| format!("mail.{name}"))),
        (
            "look-alike",
            scattered(|name| name.replace("-care", "-crae")),
        ),
        (
            "unknown",
            scattered(|name| format!("x{}.example", name.len())),
        ),
    ];
    for (kind, paths) in kinds {
        let mut ours = nanoseconds(&paths, |path| {
            black_box(directory.look_up(path, at));
        });
        let mut theirs = nanoseconds(&paths, |path| {
            let domain = path.address().map(|address| address.domain().as_str());
            black_box(domain.and_then(|domain| plain.get(domain)));
        });
        let (ours, theirs) = (median(&mut ours), median(&mut theirs));
        writeln!(
            io::stdout(),
            "{kind}: {ours:.0} ns, hash map {theirs:.0} ns"
        )?;
        let against = BTreeMap::from([("a plain hash map", ours / theirs)]);
        summary::add(&format!("recipients-look-up-{kind}"), ours, "ns", &against);
    }
    Ok(())
}

/// Nanoseconds a look-up, a round each.
fn nanoseconds(paths: &[mail::Path], look_up: impl Fn(&mail::Path)) -> Vec<f64> {
    let round = || {
        let begun = Instant::now();
        for path in paths.iter().cycle().take(LOOK_UPS as usize) {
            look_up(path);
        }
        begun.elapsed().as_secs_f64() * 1e9 / f64::from(LOOK_UPS)
    };
    (0..ROUNDS).map(|_| round()).collect()
}

fn imports(names: &[String]) -> io::Result<()> {
    let folder = folder("bench-recipients");
    let at = folder.path();
    let list = at.join("list.csv");
    fs::write(&list, published(names))?;
    let next = at.join("next.csv");
    fs::write(&next, published(&names[100..]))?;
    // postmap wants a configuration; an empty one is enough.
    fs::write(at.join("main.cf"), "")?;
    let table = at.join("table");
    fs::write(&table, names.join(" OK\n") + " OK\n")?;
    let (mut first, mut second, mut postmap) = (vec![], vec![], vec![]);
    for round in 0..ROUNDS {
        let config = at.join(format!("{round}.toml"));
        fs::write(
            &config,
            format!(
                "[organisation]\nname = \"Example NHS Trust\"\ndomains = [\"trust.example\"]\n\
                 accredited = true\n[folders]\nstate = \"state-{round}\"\n"
            ),
        )?;
        first.push(import(&config, &list));
        second.push(import(&config, &next));
        let made = format!("hash:{}", table.display());
        postmap.push(seconds(Command::new("postmap").arg("-c").arg(at).arg(made)));
    }
    let postmap = median(&mut postmap);
    for (kind, mut taken) in [("first", first), ("daily", second)] {
        let ours = median(&mut taken);
        writeln!(
            io::stdout(),
            "{kind} import: {ours:.3} s, postmap {postmap:.3} s"
        )?;
        let against = BTreeMap::from([("postmap", ours / postmap)]);
        summary::add(&format!("recipients-import-{kind}"), ours, "s", &against);
    }
    Ok(())
}

fn import(config: &Path, list: &Path) -> f64 {
    let mut command = Command::new(summary::target().join("release/gatepost"));
    command.args(["recipients", "import", "--config"]);
    seconds(command.arg(config).arg(list))
}

/// How long a command takes that must go well.
fn seconds(command: &mut Command) -> f64 {
    let begun = Instant::now();
    let status = command.stdout(Stdio::null()).status().expect("a command");
    assert!(status.success(), "{command:?}: {status}");
    begun.elapsed().as_secs_f64()
}

//! The demonstration of `make run`: a throw-away Postfix with the gate
//! attached, sample messages, and a table of what became of each recipient.
//!
//! With `--once` it ends after the table; otherwise it stays up for the
//! visitor's own mail until Ctrl-C. Everything lives in one folder that is
//! removed at the end.

#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gatepost::audit::{Decision, Event, RecipientRecord, read_all};
use support::catcher::Catcher;
use support::demo_mail::{plain, referral, unreadable};
use support::gatepost::Gatepost;
use support::gpg::Gpg;
use support::postfix::{Postfix, Setup};
use support::smtp;
use support::workbook::{attached, hidden_sheet};
use support::world::{Wishes, configure};

/// Where the visitor's mail goes in.
const PORT: u16 = 2525;

/// Valid by its check digit and never issued to anybody.
const NUMBER: &str = "9434765919";

fn main() -> io::Result<()> {
    let once = std::env::args().any(|argument| argument == "--once");
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop))?;
    }
    let port = if once { support::free_port() } else { PORT };
    if std::net::TcpListener::bind(("127.0.0.1", port)).is_err() {
        return Err(io::Error::other(format!(
            "port {port} on 127.0.0.1 is taken; free it first"
        )));
    }
    let stage = Stage::start(port);
    stage.samples()?;
    if !once {
        stage.wait_for_visitors(&stop)?;
    }
    Ok(())
}

struct Stage {
    gatepost: Gatepost,
    postfix: Postfix,
    catcher: Catcher,
    _gpg: Gpg,
    folder: tempfile::TempDir,
}

impl Stage {
    fn start(port: u16) -> Self {
        let folder = support::folder("demo");
        let at = folder.path();
        let gpg = Gpg::new(at);
        gpg.make_key("friend@webmail.example", &at.join("keys"));
        let catcher = Catcher::start();
        let hand_over = support::free_port();
        let listen = format!("unix:{}/milter.sock", at.display());
        let wishes = Wishes {
            // Numbers that were never issued count here, so that nobody needs
            // a real one.
            config: String::from("[policy]\ntreat-test-range-as-live = true\n"),
            ..Wishes::default()
        };
        let config = configure(at, &listen, hand_over, &wishes);
        let gatepost = Gatepost::start(&config, &listen);
        let setup = Setup {
            milter: Some(listen),
            next_hop: catcher.port,
            port: Some(port),
            hand_over: Some(hand_over),
            extra: String::new(),
        };
        let postfix = Postfix::start(at, &setup);
        Self {
            gatepost,
            postfix,
            catcher,
            _gpg: gpg,
            folder,
        }
    }

    fn samples(&self) -> io::Result<()> {
        let samples: [(&str, &[&str], Vec<u8>); 7] = [
            (
                "no identifier",
                &["someone@gmail.com"],
                plain("someone@gmail.com", "Rota", "The clinic moved to Monday."),
            ),
            (
                "NHS number",
                &["ward@hospital.example"],
                referral("ward@hospital.example", NUMBER),
            ),
            (
                "NHS number",
                &["someone@gmail.com"],
                referral("someone@gmail.com", NUMBER),
            ),
            (
                "NHS number, mixed",
                &["ward@hospital.example", "friend@webmail.example"],
                referral("ward@hospital.example, friend@webmail.example", NUMBER),
            ),
            (
                "NHS number, key known",
                &["friend@webmail.example"],
                referral("friend@webmail.example", NUMBER),
            ),
            (
                "hidden sheet",
                &["someone@gmail.com"],
                attached(
                    "someone@gmail.com",
                    "figures.xlsx",
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                    &hidden_sheet(NUMBER),
                ),
            ),
            (
                "unreadable attachment",
                &["someone@gmail.com"],
                unreadable("someone@gmail.com"),
            ),
        ];
        let mut out = io::stdout().lock();
        writeln!(
            out,
            "\n{:<22} {:<24} {:<10} {:<8} why",
            "message", "recipient", "outcome", "action"
        )?;
        writeln!(out, "{}", "-".repeat(100))?;
        let mut replies = Vec::new();
        for (what, recipients, message) in samples {
            let before = self.decisions().len();
            let reply = smtp::send(self.postfix.port, "you@trust.example", recipients, &message);
            let decisions = self.decisions();
            let (Some(decision), true) = (decisions.last(), decisions.len() > before) else {
                writeln!(out, "{what:<22} not decided: {} {}", reply.code, reply.text)?;
                continue;
            };
            for (recipient, record) in recipients.iter().zip(&decision.recipients) {
                writeln!(
                    out,
                    "{what:<22} {recipient:<24} {:<10} {:<8} {}",
                    record.outcome.word(),
                    record.action.word(),
                    why(decision, record)
                )?;
            }
            if reply.code != 250 {
                replies.push(format!("{} {}", reply.code, reply.text));
            }
        }
        for reply in replies {
            writeln!(
                out,
                "\nThe sender of the refused message is told at once:\n  {reply}"
            )?;
        }
        Ok(())
    }

    /// Everything that was decided so far.
    fn decisions(&self) -> Vec<Decision> {
        let folder = self.folder.path().join("state/audit");
        let events = read_all(&folder).into_iter().flatten().flatten();
        let decisions = events.filter_map(|stored| {
            if let Event::Decision(decision) = stored.event {
                Some(*decision)
            } else {
                None
            }
        });
        decisions.collect()
    }

    fn wait_for_visitors(&self, stop: &AtomicBool) -> io::Result<()> {
        let at = self.folder.path();
        let caught = at.join("caught");
        std::fs::create_dir_all(&caught)?;
        let binary = support::gatepost::binary();
        let gatepost = format!(
            "{} --config {}",
            binary.display(),
            at.join("gatepost.toml").display()
        );
        writeln!(
            io::stdout(),
            "\nYour turn: send mail to 127.0.0.1:{}, from anybody at trust.example. It goes to\n\
             nobody: what passes the gate is put into {}/\n\
             \x20 accredited: hospital.example, hospice.example; a key is known for friend@webmail.example\n\
             \x20 numbers that count here although never issued: 943 476 5919, 999 000 0018, 900 000 0009\n\n\
             \x20 printf 'Subject: test\\n\\nNHS number 943 476 5919\\n' | \\\n\
             \x20   /usr/sbin/sendmail -C {}/etc -f you@trust.example someone@gmail.com\n\
             \x20 {gatepost} audit list\n\
             \x20 {gatepost} audit verify\n\
             \x20 gpg --homedir {}/gnupg --decrypt {}/...\n\n\
             Ctrl-C ends it and removes everything.",
            self.postfix.port,
            caught.display(),
            self.postfix.folder.display(),
            at.display(),
            caught.display(),
        )?;
        let mut told = self.decisions().len();
        let mut kept = 0;
        while !stop.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(300));
            let decisions = self.decisions();
            for decision in &decisions[told.min(decisions.len())..] {
                for record in &decision.recipients {
                    let who = record.who.domain.as_deref().unwrap_or(record.class.word());
                    writeln!(
                        io::stdout(),
                        "{:<24} {:<10} {:<8} {}  (Ref {})",
                        who,
                        record.outcome.word(),
                        record.action.word(),
                        why(decision, record),
                        decision.reference
                    )?;
                }
            }
            told = decisions.len();
            kept = self.keep(&caught, kept)?;
        }
        writeln!(io::stdout(), "\nEnding; nothing is left behind.")?;
        Ok(())
    }

    /// Puts what arrived into files, for the visitor to look at.
    fn keep(&self, folder: &Path, kept: usize) -> io::Result<usize> {
        let all = self.catcher.all();
        for (number, caught) in all.iter().enumerate().skip(kept) {
            let to = caught.recipients.join("+").replace('/', "_");
            let path = folder.join(format!("{:03}-{to}.eml", number + 1));
            std::fs::write(&path, &caught.data)?;
            if kept > 0 || number >= 7 {
                writeln!(io::stdout(), "  arrived: {}", path.display())?;
            }
        }
        Ok(all.len())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // In order: no new mail, then the gate.
        let _ = self.gatepost.stop();
    }
}

/// Why a recipient got what it got, in a few words.
fn why(decision: &Decision, record: &RecipientRecord) -> String {
    let index = decision
        .recipients
        .iter()
        .position(|other| std::ptr::eq(other, record));
    let reasons = index.and_then(|index| decision.verdict.recipients.get(index));
    let mut found = BTreeMap::new();
    let mut gaps = Vec::new();
    for reason in reasons.into_iter().flat_map(|verdict| &verdict.reasons) {
        for (identifier, count) in &reason.found {
            found.insert(identifier.clone(), *count);
        }
        gaps.extend(reason.gaps.iter().map(|gap| format!("not checked: {gap}")));
        gaps.extend(reason.hidden.iter().map(ToString::to_string));
    }
    let mut parts: Vec<String> = found
        .iter()
        .map(|(identifier, count)| format!("{count} {}", identifier.words(*count)))
        .collect();
    parts.append(&mut gaps);
    parts.push(record.class.word().replace('-', " "));
    if !record.rules.is_empty() {
        parts.push(record.rules.join(" "));
    }
    parts.join(", ")
}

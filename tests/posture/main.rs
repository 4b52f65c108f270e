//! Stories of `gatepost recipients posture`: the binary asks a DNS server, a
//! web server and mail servers that the tests start on loopback.

#[path = "../support/mod.rs"]
mod support;

mod authority;
mod bounds;
mod mail_servers;
mod names;
mod records;
mod web;

use std::path::PathBuf;
use std::process::Output;
use std::time::{Duration, Instant};

use serde_json::Value;

use authority::Authority;
use names::Names;
use support::gatepost::command;
use support::{folder, free_port};
use web::Web;

/// DNS and the web of a story.
struct World {
    names: Names,
    web: Web,
    ca: PathBuf,
    /// Where mail servers listen; nobody does unless the story starts some.
    smtp_port: u16,
    folder: tempfile::TempDir,
}

impl World {
    /// With further lines for the root zone.
    fn start(further: &str) -> Self {
        Self::with(&Authority::new(), further)
    }

    fn with(authority: &Authority, further: &str) -> Self {
        let folder = folder("posture");
        let ca = folder.path().join("ca.pem");
        std::fs::write(&ca, authority.pem()).expect("the authority's file");
        Self {
            names: Names::start(folder.path(), further),
            web: Web::start(authority),
            ca,
            smtp_port: free_port(),
            folder,
        }
    }

    /// Runs the command with the servers of this world.
    fn run(&self, arguments: &[&str]) -> Output {
        let resolver = self.names.address.to_string();
        let (smtp, https) = (self.smtp_port.to_string(), self.web.port.to_string());
        let anchor = self.names.anchor.to_str().expect("UTF-8");
        let own = [
            "recipients",
            "posture",
            "--resolver",
            &resolver,
            "--smtp-port",
            &smtp,
            "--https-port",
            &https,
            "--ehlo",
            "checker.example",
            "--ca",
            self.ca.to_str().expect("UTF-8"),
            "--trust-anchor",
            anchor,
        ];
        command(None, &[&own, arguments].concat())
    }

    /// What it says of one domain.
    fn posture(&self, domain: &str, options: &[&str]) -> Told {
        let arguments = [&["--format", "json", domain], options].concat();
        Told::of(&self.run(&arguments))
    }
}

/// What was told of one domain.
#[derive(Debug)]
struct Told {
    code: Option<i32>,
    report: Value,
}

impl Told {
    fn of(output: &Output) -> Self {
        let text = String::from_utf8_lossy(&output.stdout);
        let report = serde_json::from_str(&text).unwrap_or_else(|error| {
            let stderr = String::from_utf8_lossy(&output.stderr);
            panic!("{error}: {text}{stderr}")
        });
        Self {
            code: output.status.code(),
            report,
        }
    }

    /// The first check of a kind.
    fn check(&self, name: &str) -> &Value {
        let checks = self.report["checks"].as_array().expect("checks");
        checks
            .iter()
            .find(|check| check["check"] == name)
            .unwrap_or_else(|| panic!("no check {name} in {}", self.report))
    }

    /// Demands how a check came out, and that a text says so.
    #[track_caller]
    fn demand(&self, name: &str, standing: &str, part: &str) -> &Value {
        let check = self.check(name);
        let found = check["found"].as_str().expect("a text");
        assert_eq!(check["standing"], standing, "{check:#}");
        assert!(found.contains(part), "{part} is not in: {found}");
        check
    }
}

/// How long something took.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let done = work();
    (done, begun.elapsed())
}

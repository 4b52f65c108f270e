//! A site whose consents are recorded, and the commands for that.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::support::folder;
use crate::support::gatepost::{binary, command, printed};
use crate::support::world::{Wishes, configure};

/// A day that is no more than two years away.
pub(crate) fn until(days: i64) -> String {
    let now = gatepost::clock::now().unix_ms();
    let day = gatepost::timestamp::Timestamp::from_unix_ms(now + days * 86_400_000);
    day.to_string()[..10].to_owned()
}

pub(crate) fn consent(config: &Path, args: &[&str]) -> Output {
    let args = [&["recipients", "consent"], args].concat();
    command(Some(config), &args)
}

/// Runs a command with addresses on its standard input.
pub(crate) fn piped(config: &Path, args: &[&str], input: &str) -> Output {
    let mut child = Command::new(binary())
        .arg("--config")
        .arg(config)
        .args(["recipients", "consent"])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("gatepost starts");
    let mut stdin = child.stdin.take().expect("its input");
    stdin.write_all(input.as_bytes()).expect("the addresses");
    drop(stdin);
    child.wait_with_output().expect("its end")
}

pub(crate) fn add(config: &Path, input: &str, options: &[&str]) -> Output {
    let until = until(100);
    let args = ["add", "-", "--until", &until, "--by", "A. Clerk"];
    piped(config, &[&args, options].concat(), input)
}

pub(crate) fn said(output: &Output) -> String {
    printed(output) + &String::from_utf8_lossy(&output.stderr)
}

pub(crate) fn list(config: &Path) -> Value {
    let output = consent(config, &["list", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// A site with a configuration and nothing running.
pub(crate) struct Site {
    pub(crate) at: tempfile::TempDir,
    pub(crate) config: PathBuf,
}

impl Site {
    pub(crate) fn new(name: &str) -> Self {
        let at = folder(name);
        let config = configure(at.path(), "inet:127.0.0.1:1", 1, &Wishes::default());
        let state = at.path().join("state");
        fs::create_dir_all(&state).expect("the state folder");
        Self { at, config }
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.at.path().join("state")
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.state().join("recipients/consents.jsonl")
    }

    pub(crate) fn lines(&self) -> usize {
        let text = fs::read_to_string(self.file()).unwrap_or_default();
        text.lines().count()
    }
}

//! A site with a configuration and nothing running.

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use serde_json::Value;

use crate::support::folder;
use crate::support::gatepost::command;

/// A site with a configuration and nothing running.
pub(crate) struct Site {
    pub(crate) at: tempfile::TempDir,
    pub(crate) config: PathBuf,
}

impl Site {
    pub(crate) fn new(name: &str) -> Self {
        let at = folder(name);
        let config = at.path().join("gatepost.toml");
        let text = "[organisation]\nname = \"Example NHS Trust\"\ndomains = [\"trust.example\"]\n\
            accredited = true\n[folders]\nstate = \"state\"\n";
        fs::write(&config, text).expect("gatepost.toml");
        Self { at, config }
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        command(Some(&self.config), &[&["recipients"], args].concat())
    }

    /// Writes a file and imports it.
    pub(crate) fn import(&self, name: &str, bytes: &[u8], options: &[&str]) -> Output {
        let file = self.at.path().join(name);
        fs::write(&file, bytes).expect("a list");
        self.run(&[&["import", file.to_str().expect("UTF-8")], options].concat())
    }

    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let output = self.run(&[&["--format", "json"], args].concat());
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    pub(crate) fn register(&self) -> Vec<u8> {
        fs::read(self.at.path().join("state/recipients/register.jsonl")).unwrap_or_default()
    }
}

pub(crate) fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}

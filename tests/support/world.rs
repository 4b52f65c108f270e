//! Everything together: gatepost between a Postfix and a catcher.

use std::fs;
use std::path::{Path, PathBuf};

use super::catcher::Catcher;
use super::folder;
use super::gatepost::Gatepost;
use super::gpg::Gpg;
use super::postfix::{Postfix, Setup};
use super::smtp::{self, Reply};

/// What stands around the gate in a test.
#[derive(Debug)]
pub(crate) struct World {
    // In the order in which they must end: the gate before its folder.
    pub(crate) gatepost: Gatepost,
    pub(crate) postfix: Postfix,
    pub(crate) catcher: Catcher,
    pub(crate) gpg: Gpg,
    pub(crate) config: PathBuf,
    pub(crate) folder: tempfile::TempDir,
}

/// How a world differs from the usual one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wishes {
    /// Lines for the end of gatepost.toml.
    pub(crate) config: String,
    /// Addresses that get a key.
    pub(crate) keys: Vec<&'static str>,
    /// A folder for gatepost's state, in place of one in the test's folder.
    pub(crate) state: Option<PathBuf>,
    /// Whether the milter listens on TCP instead of a Unix socket.
    pub(crate) tcp: bool,
    /// Where copies are handed over, in place of Postfix's port.
    pub(crate) hand_over: Option<u16>,
}

/// A small list of invented organisations, with the real one's blemishes.
pub(crate) const ACCREDITED: &str = "Organisation Name,System Type,Domain name ,Data processed outside of the UK? (Y/N),DMARC Policy (quarantine/reject) **please note,SPF (Softfail/Hardfail),All outgoing mail signed with DKIM,Uses TLS version 1.2 as a minimum (Y/N)\r\n\
    Invented Hospital,Office 365,Hospital.Example ,N,Reject,Hardfail,Y,Y\r\n\
    \"Invented Hospice, The\",Exchange,hospice.example,,Quarantine,Softfail,Y,Y\r\n";

impl World {
    pub(crate) fn start(name: &str) -> Self {
        Self::with(name, &Wishes::default())
    }

    pub(crate) fn with(name: &str, wishes: &Wishes) -> Self {
        let folder = folder(name);
        let at = folder.path();
        let keys = at.join("keys");
        fs::create_dir_all(&keys).expect("the folder of keys");
        let gpg = Gpg::new(at);
        for address in &wishes.keys {
            gpg.make_key(address, &keys);
        }
        let catcher = Catcher::start();
        let hand_over = wishes.hand_over.unwrap_or_else(super::free_port);
        let listen = if wishes.tcp {
            format!("inet:127.0.0.1:{}", super::free_port())
        } else {
            format!("unix:{}/milter.sock", at.display())
        };
        let config = configure(at, &listen, hand_over, wishes);
        let gatepost = Gatepost::start(&config, &listen);
        let setup = Setup {
            milter: Some(listen.clone()),
            next_hop: catcher.port,
            port: None,
            hand_over: wishes.hand_over.is_none().then_some(hand_over),
            extra: String::new(),
        };
        let postfix = Postfix::start(at, &setup);
        Self {
            gatepost,
            postfix,
            catcher,
            gpg,
            config,
            folder,
        }
    }

    /// Sends a message through Postfix's public port.
    pub(crate) fn send(&self, recipients: &[&str], message: &[u8]) -> Reply {
        smtp::send(
            self.postfix.port,
            "sender@trust.example",
            recipients,
            message,
        )
    }

    /// The folder of gatepost's state.
    pub(crate) fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }
}

/// Writes gatepost.toml and the accredited list.
pub(crate) fn configure(at: &Path, listen: &str, hand_over: u16, wishes: &Wishes) -> PathBuf {
    let state = wishes.state.clone().unwrap_or_else(|| at.join("state"));
    fs::create_dir_all(at.join("keys")).expect("the folder of keys");
    fs::write(at.join("accredited.csv"), ACCREDITED).expect("the list");
    let text = format!(
        r#"[organisation]
name = "Example NHS Trust"
ods-code = "RXX"
domains = ["trust.example"]
accredited = true
ig-contact = "ig@trust.example"
urgent = "Call 01632 960123"
[milter]
listen = "{listen}"
socket-group = "postfix"
[handover]
smtp = "127.0.0.1:{hand_over}"
[folders]
state = "{}"
keys = "keys"
[recipients]
accredited-list = "accredited.csv"
{}
"#,
        state.display(),
        wishes.config
    );
    let config = at.join("gatepost.toml");
    fs::write(&config, text).expect("gatepost.toml");
    config
}

//! What is exported for filters of spam, loaded by the filters themselves.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::support::gatepost::command;
use crate::support::world::{Wishes, configure};
use crate::support::{folder, free_port, wait_for};

/// A folder with what was exported in a form under a name.
fn exported(form: &str, name: &str) -> tempfile::TempDir {
    let folder = folder(name);
    let config = configure(folder.path(), "inet:127.0.0.1:1", 25, &Wishes::default());
    let file = folder.path().join(name).display().to_string();
    let args = ["recipients", "export", "--as", form, "--out", &file];
    let done = command(Some(&config), &args);
    assert!(done.status.success(), "{done:?}");
    folder
}

/// Runs a program with a message on its standard input.
fn with_message(command: &mut Command, from: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program: run by `make test-all`, which installs it");
    let message = format!(
        "From: Dr A <{from}>\r\nTo: b@trust.example\r\nSubject: Meeting\r\n\
         Date: Thu, 26 Nov 2026 09:00:00 +0000\r\nMessage-ID: <1@x.example>\r\n\r\nHello\r\n"
    );
    let mut input = child.stdin.take().expect("its input");
    input.write_all(message.as_bytes()).expect("a message");
    drop(input);
    child.wait_with_output().expect("its end")
}

#[test]
#[ignore = "needs SpamAssassin: run by `make test-all`"]
fn spamassassin_lets_listed_senders_through_and_no_others() {
    for form in ["spamassassin", "spamassassin-3"] {
        let folder = exported(form, "gatepost.cf");
        // As Debian has it: the plugins that it loads, and nothing else of the site.
        let site = folder.path().join("site");
        fs::create_dir(&site).expect("a folder");
        fs::rename(folder.path().join("gatepost.cf"), site.join("gatepost.cf")).expect("moved");
        for file in fs::read_dir("/etc/spamassassin")
            .expect("Debian's")
            .flatten()
        {
            if file.path().extension().is_some_and(|end| end == "pre") {
                fs::copy(file.path(), site.join(file.file_name())).expect("a copy");
            }
        }
        let spamassassin = |options: &[&str]| {
            let mut command = Command::new("/usr/bin/spamassassin");
            let path = format!("--siteconfigpath={}", site.display());
            command.args([&path, "-x", "-L"]).args(options);
            command.env("HOME", folder.path());
            command
        };
        let lint = with_message(&mut spamassassin(&["--lint"]), "a@x.example");
        assert!(lint.status.success(), "{form}: {lint:?}");
        assert!(lint.stdout.is_empty() && lint.stderr.is_empty(), "{lint:?}");
        for (from, listed) in [
            ("a@hospital.example", true),
            ("a@HOSPICE.example", true),
            ("a@sub.hospital.example", false),
            ("a@hospital.example.evil.example", false),
            ("a@gmail.com", false),
        ] {
            let output = with_message(&mut spamassassin(&["-t"]), from);
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(said.contains("Content analysis details"), "{output:?}");
            let hit = said.contains("USER_IN_WELCOMELIST") || said.contains("USER_IN_WHITELIST");
            assert_eq!(hit, listed, "{form}, {from}: {said}");
        }
    }
}

/// A running rspamd that knows one rule; it is ended when this is dropped.
struct Rspamd {
    child: Child,
    address: String,
}

impl Drop for Rspamd {
    fn drop(&mut self) {
        // It ends its own processes when it is asked to; killed, it would leave them.
        let pid = Pid::from_raw(i32::try_from(self.child.id()).expect("a process id"));
        kill(pid, Signal::SIGTERM).expect("a signal");
        self.child.wait().expect("its end");
    }
}

impl Rspamd {
    /// Starts it with the rule that the head of the export shows.
    fn start(folder: &Path, map: &Path) -> Self {
        let text = fs::read_to_string(map).expect("the export");
        let rule = text.lines().find(|line| line.contains("map = \"FILE\""));
        let rule = rule.expect("the rule in its head").trim_start_matches('#');
        let rule = rule.replace("FILE", &map.display().to_string());
        let address = format!("127.0.0.1:{}", free_port());
        let at = folder.display();
        // Compiling the list of all public suffixes takes long; a short one does.
        fs::write(folder.join("suffixes"), "example\ncom\nnet\n").expect("suffixes");
        let config = format!(
            "lua = \"/usr/share/rspamd/rules/rspamd.lua\";\n\
             options {{ pidfile = \"{at}/pid\"; temp_dir = \"{at}\"; url_tld = \"{at}/suffixes\"; \
             cache_file = \"{at}/cache\"; disable_hyperscan = true; filters = []; \
             dns {{ nameserver = [\"127.0.0.1\"]; }} }}\n\
             logging {{ type = \"console\"; }}\n\
             worker \"normal\" {{ bind_socket = \"{address}\"; count = 1; }}\n\
             modules {{ path = \"/usr/share/rspamd/plugins/multimap.lua\"; }}\n\
             multimap {{ {rule} }}\n"
        );
        let file = folder.join("rspamd.conf");
        fs::write(&file, config).expect("rspamd.conf");
        let checked = Command::new("/usr/bin/rspamadm")
            .args(["configtest", "-c"])
            .arg(&file)
            .output()
            .expect("rspamd: run by `make test-all`, which installs it");
        let said = String::from_utf8_lossy(&checked.stdout).into_owned();
        assert!(
            checked.status.success() && said.contains("syntax OK"),
            "{checked:?}"
        );
        let log = fs::File::create(folder.join("log")).expect("a log");
        let child = Command::new("/usr/bin/rspamd")
            .args(["-f", "-i", "-c"])
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log"))
            .stderr(log)
            .spawn()
            .expect("rspamd starts");
        let started = Self { child, address };
        wait_for("rspamd", 60, || {
            std::net::TcpStream::connect(&started.address).ok()
        });
        started
    }

    /// Whether the rule is met by a message to a recipient.
    fn knows(&self, recipient: &str) -> bool {
        let mut client = Command::new("/usr/bin/rspamc");
        client.args([
            "--json",
            "-h",
            &self.address,
            "-F",
            "a@x.example",
            "-r",
            recipient,
        ]);
        let output = with_message(&mut client, "a@x.example");
        let told: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {output:?}"));
        let symbols = told["symbols"].as_object().expect("symbols");
        symbols.contains_key("SECURE_RECIPIENT")
    }
}

#[test]
#[ignore = "needs rspamd: run by `make test-all`"]
fn rspamd_knows_listed_recipients_and_no_others() {
    let folder = exported("rspamd", "gatepost.map");
    let rspamd = Rspamd::start(folder.path(), &folder.path().join("gatepost.map"));
    for (recipient, listed) in [
        ("b@hospital.example", true),
        ("b@HOSPICE.Example", true),
        ("b@nhs.net", true),
        ("b@sub.hospital.example", false),
        ("b@hospital.example.evil.example", false),
        ("b@gmail.com", false),
        ("b@trust.example", false),
    ] {
        assert_eq!(rspamd.knows(recipient), listed, "{recipient}");
    }
}

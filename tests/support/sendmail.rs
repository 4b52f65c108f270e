//! A throw-away Sendmail, unpacked by `make test` and never installed.

use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{demand_root, end, free_port, wait_for};

/// A running Sendmail; it is stopped when this is dropped.
#[derive(Debug)]
pub(crate) struct Sendmail {
    pub(crate) port: u16,
    /// The port that the filter isn't on.
    pub(crate) hand_over: u16,
    child: Child,
    pid_file: PathBuf,
}

impl Sendmail {
    /// Starts one whose mail is asked for at `milter`, such as
    /// `inet:11332@127.0.0.1`, and goes on to `next_hop`.
    pub(crate) fn start(folder: &Path, milter: &str, next_hop: u16, hand_over: u16) -> Self {
        demand_root();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/sendmail/root");
        assert!(
            root.is_dir(),
            "Sendmail is not unpacked: run `make test`, which does it"
        );
        let folder = folder.join("sendmail");
        fs::create_dir_all(folder.join("queue")).expect("a queue");
        let private = fs::Permissions::from_mode(0o700);
        fs::set_permissions(folder.join("queue"), private).expect("its rights");
        let port = free_port();
        let text = configuration(&root, &folder, milter, port, hand_over, next_hop);
        fs::write(folder.join("t.mc"), text).expect("t.mc");
        let m4 = Command::new("m4")
            .arg(folder.join("t.mc"))
            .output()
            .expect("m4 is installed: run `make packages`");
        assert!(
            m4.status.success(),
            "{}",
            String::from_utf8_lossy(&m4.stderr)
        );
        fs::write(folder.join("t.cf"), m4.stdout).expect("t.cf");
        let host = nix::unistd::gethostname().expect("a host name");
        let host = host.to_string_lossy();
        let files = [
            (
                "hosts",
                format!("127.0.0.1 localhost sm.test.invalid {host}\n"),
            ),
            (
                "resolv",
                String::from("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"),
            ),
            ("svc", String::from("hosts files\naliases files\n")),
            ("aliases", String::new()),
        ];
        for (name, text) in files {
            fs::write(folder.join(name), text).expect("a file");
        }
        // Names are looked up in our own files, in a mount namespace of its
        // own: otherwise it waits for DNS at every step.
        let at = folder.display();
        let script = format!(
            "mount --bind {at}/hosts /etc/hosts && mount --bind {at}/resolv /etc/resolv.conf && \
             exec {}/usr/libexec/sendmail/sendmail -bD -C{at}/t.cf -O DeliveryMode=background \
             -O ServiceSwitchFile={at}/svc -O Timeout.ident=0 -q1m",
            root.display()
        );
        let log = fs::File::create(folder.join("log")).expect("a log");
        let child = Command::new("unshare")
            .args(["-m", "sh", "-c", &script])
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log"))
            .stderr(log)
            .spawn()
            .expect("unshare is installed");
        let mut started = Self {
            port,
            hand_over,
            child,
            pid_file: folder.join("pid"),
        };
        wait_for("Sendmail's ports", 60, || {
            if let Ok(Some(status)) = started.child.try_wait() {
                let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
                assert!(status.success(), "Sendmail ended at once: {log}");
            }
            let ports = [port, hand_over];
            let open = ports
                .iter()
                .all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok());
            open.then_some(())
        });
        started
    }
}

impl Drop for Sendmail {
    fn drop(&mut self) {
        let text = fs::read_to_string(&self.pid_file).unwrap_or_default();
        let pid = text
            .lines()
            .next()
            .and_then(|line| line.trim().parse().ok());
        if let Some(pid) = pid {
            let _ = kill(Pid::from_raw(pid), Signal::SIGTERM);
        }
        end(&mut self.child);
    }
}

fn configuration(
    root: &Path,
    folder: &Path,
    milter: &str,
    port: u16,
    hand_over: u16,
    next_hop: u16,
) -> String {
    let root = root.display();
    let at = folder.display();
    format!(
        "divert(-1)\n\
         define(`_CF_DIR_', `{root}/usr/share/sendmail/cf/')\n\
         divert(0)dnl\n\
         include(`{root}/usr/share/sendmail/cf/m4/cf.m4')\n\
         OSTYPE(`linux')\n\
         define(`QUEUE_DIR', `{at}/queue')\n\
         define(`STATUS_FILE', `{at}/status')\n\
         define(`confPID_FILE', `{at}/pid')\n\
         undefine(`ALIAS_FILE')\n\
         define(`ALIAS_FILE', `{at}/aliases')\n\
         define(`confDOMAIN_NAME', `sm.test.invalid')\n\
         define(`confDONT_BLAME_SENDMAIL', `GroupReadableKeyFile,AssumeSafeChown,GroupWritableDirPathSafe')\n\
         define(`SMART_HOST', `smtp8:[127.0.0.1]')\n\
         define(`SMTP_MAILER_ARGS', `TCP $h {next_hop}')\n\
         define(`RELAY_MAILER_ARGS', `TCP $h {next_hop}')\n\
         define(`ESMTP_MAILER_ARGS', `TCP $h {next_hop}')\n\
         define(`SMTP8_MAILER_ARGS', `TCP $h {next_hop}')\n\
         FEATURE(`nocanonify')\n\
         FEATURE(`accept_unresolvable_domains')\n\
         FEATURE(`promiscuous_relay')\n\
         FEATURE(`no_default_msa')\n\
         DAEMON_OPTIONS(`Name=MTA, Addr=127.0.0.1, Port={port}, Family=inet, InputFilter=gatepost')\n\
         DAEMON_OPTIONS(`Name=HANDOVER, Addr=127.0.0.1, Port={hand_over}, Family=inet')\n\
         MAIL_FILTER(`gatepost', `S={milter}, F=T, T=C:5s;S:10s;R:10s;E:60s')\n\
         MAILER(`smtp')\n"
    )
}

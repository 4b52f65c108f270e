//! A throw-away Postfix: its own configuration, queue and ports on loopback.

use std::fmt::Write as _;
use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User, chown};

use super::{demand_root, free_port, wait_for};

/// How a Postfix is set up.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    /// Where mail is asked for, such as `unix:/dir/milter.sock`; none at all
    /// for comparisons.
    pub(crate) milter: Option<String>,
    /// Where accepted mail goes.
    pub(crate) next_hop: u16,
    /// The public port; a free one if not given.
    pub(crate) port: Option<u16>,
    /// The port without milters; a free one if not given.
    pub(crate) hand_over: Option<u16>,
    /// Lines for main.cf.
    pub(crate) extra: String,
}

/// A running Postfix; it is stopped when this is dropped.
#[derive(Debug)]
pub(crate) struct Postfix {
    pub(crate) port: u16,
    pub(crate) hand_over: u16,
    pub(crate) folder: PathBuf,
}

impl Postfix {
    /// Starts one in `folder`, which must exist and be open to all.
    pub(crate) fn start(folder: &Path, setup: &Setup) -> Self {
        Self::start_with(folder, setup, "")
    }

    /// The same, with more lines for master.cf.
    pub(crate) fn start_with(folder: &Path, setup: &Setup, services: &str) -> Self {
        Self::start_where(folder, setup, services, None)
    }

    /// The same, with a hosts file that it has for itself, in a mount namespace
    /// of its own.
    pub(crate) fn start_where(
        folder: &Path,
        setup: &Setup,
        services: &str,
        hosts: Option<&Path>,
    ) -> Self {
        demand_root();
        let folder = folder.join("postfix");
        for part in ["etc", "spool", "data"] {
            fs::create_dir_all(folder.join(part)).expect("Postfix's folders");
        }
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("rights");
        let postfix = User::from_name("postfix")
            .expect("users")
            .expect("the user postfix");
        chown(&folder.join("data"), Some(postfix.uid), None).expect("data's owner");
        let port = setup.port.unwrap_or_else(free_port);
        let hand_over = setup.hand_over.unwrap_or_else(free_port);
        fs::write(folder.join("etc/main.cf"), main_cf(&folder, setup)).expect("main.cf");
        let master = master_cf(port, hand_over) + services;
        fs::write(folder.join("etc/master.cf"), master).expect("master.cf");
        let started = Self {
            port,
            hand_over,
            folder,
        };
        started.run("/usr/sbin/postfix", &["check"]);
        let master = "/usr/lib/postfix/sbin/master";
        match hosts {
            None => started.run(master, &["-w"]),
            Some(hosts) => started.run_apart(hosts, master),
        }
        for port in [port, hand_over] {
            wait_for("Postfix's port", 20, || {
                TcpStream::connect(("127.0.0.1", port)).ok()
            });
        }
        started
    }

    fn run(&self, program: &str, args: &[&str]) {
        let mut command = Command::new(program);
        command.arg("-c").arg(self.folder.join("etc")).args(args);
        self.finish(program, &mut command);
    }

    fn run_apart(&self, hosts: &Path, master: &str) {
        let script = "mount --bind \"$1\" /etc/hosts && exec \"$2\" -c \"$3\" -w";
        let mut command = Command::new("unshare");
        command.args(["-m", "sh", "-c", script, "sh"]).arg(hosts);
        command.arg(master).arg(self.folder.join("etc"));
        self.finish(master, &mut command);
    }

    fn finish(&self, program: &str, command: &mut Command) {
        let output = command
            .output()
            .expect("Postfix is installed: run `make packages`");
        assert!(
            output.status.success(),
            "{program}: {}{}",
            String::from_utf8_lossy(&output.stderr),
            self.log()
        );
    }

    /// Submits a message as sendmail(1) does on this host.
    pub(crate) fn submit_locally(&self, sender: &str, recipients: &[&str], message: &[u8]) {
        use std::io::Write as _;
        let mut child = Command::new("/usr/sbin/sendmail")
            .arg("-C")
            .arg(self.folder.join("etc"))
            .args(["-f", sender])
            .args(recipients)
            .stdin(std::process::Stdio::piped())
            .spawn()
            .expect("sendmail(1)");
        let mut stdin = child.stdin.take().expect("its input");
        stdin.write_all(message).expect("the message");
        drop(stdin);
        assert!(child.wait().expect("its end").success());
    }

    /// Postfix's log so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.join("maillog")).unwrap_or_default()
    }

    /// How many messages wait in the queue.
    pub(crate) fn queued(&self) -> usize {
        ["incoming", "active", "deferred", "maildrop", "hold"]
            .iter()
            .map(|queue| files_in(&self.folder.join("spool").join(queue)))
            .sum()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let file = self.folder.join("spool/pid/master.pid");
        let Ok(text) = fs::read_to_string(&file) else {
            return;
        };
        let Ok(pid) = text.trim().parse() else { return };
        let _ = kill(Pid::from_raw(pid), Signal::SIGTERM);
        for _ in 0..250 {
            if kill(Pid::from_raw(pid), None).is_err() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
}

fn files_in(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| {
            let path = entry.path();
            if path.is_dir() { files_in(&path) } else { 1 }
        })
        .sum()
}

fn main_cf(folder: &Path, setup: &Setup) -> String {
    let folder = folder.display();
    let mut text = format!(
        "compatibility_level = 3.6\n\
         config_directory = {folder}/etc\n\
         queue_directory = {folder}/spool\n\
         data_directory = {folder}/data\n\
         command_directory = /usr/sbin\n\
         daemon_directory = /usr/lib/postfix/sbin\n\
         mail_owner = postfix\n\
         setgid_group = postdrop\n\
         multi_instance_enable = no\n\
         maillog_file = {folder}/maillog\n\
         maillog_file_prefixes = {folder}\n\
         inet_interfaces = 127.0.0.1\n\
         inet_protocols = ipv4\n\
         myhostname = mx.test.invalid\n\
         mydestination =\n\
         local_recipient_maps =\n\
         local_transport = error:no local mail\n\
         alias_maps =\n\
         alias_database =\n\
         mynetworks = 127.0.0.0/8\n\
         smtpd_relay_restrictions = permit_mynetworks,reject\n\
         relayhost = [127.0.0.1]:{}\n\
         smtp_host_lookup = native\n\
         smtp_dns_support_level = disabled\n\
         disable_dns_lookups = yes\n\
         smtpd_peername_lookup = no\n\
         smtpd_client_connection_count_limit = 0\n\
         smtpd_client_connection_rate_limit = 0\n\
         in_flow_delay = 0\n\
         queue_run_delay = 1s\n\
         minimal_backoff_time = 1s\n\
         message_size_limit = 0\n\
         mailbox_size_limit = 0\n\
         default_process_limit = 50\n\
         default_destination_concurrency_limit = 20\n\
         initial_destination_concurrency = 10\n",
        setup.next_hop
    );
    if let Some(milter) = &setup.milter {
        let _ = write!(
            text,
            "smtpd_milters = {{ {milter}, default_action=tempfail, connect_timeout=10s, command_timeout=30s, content_timeout=120s }}\n\
             non_smtpd_milters = $smtpd_milters\n\
             milter_default_action = tempfail\n"
        );
    }
    text.push_str(&setup.extra);
    text
}

fn master_cf(port: u16, hand_over: u16) -> String {
    format!(
        "127.0.0.1:{port} inet n - n - - smtpd\n\
         127.0.0.1:{hand_over} inet n - n - - smtpd\n  -o smtpd_milters=\n  -o non_smtpd_milters=\n  -o syslog_name=postfix/handover\n\
         pickup unix n - n 1 1 pickup\n\
         cleanup unix n - n - 0 cleanup\n\
         qmgr unix n - n 300 1 qmgr\n\
         rewrite unix - - n - - trivial-rewrite\n\
         bounce unix - - n - 0 bounce\n\
         defer unix - - n - 0 bounce\n\
         trace unix - - n - 0 bounce\n\
         verify unix - - n - 1 verify\n\
         flush unix n - n 1000? 0 flush\n\
         proxymap unix - - n - - proxymap\n\
         smtp unix - - n - - smtp\n\
         relay unix - - n - - smtp\n\
         showq unix n - n - - showq\n\
         error unix - - n - - error\n\
         retry unix - - n - - error\n\
         discard unix - - n - - discard\n\
         anvil unix - - n - 1 anvil\n\
         scache unix - - n - 1 scache\n\
         tlsmgr unix - - n 1000? 1 tlsmgr\n\
         postlog unix-dgram n - n - 1 postlogd\n"
    )
}

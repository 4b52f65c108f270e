//! The binary itself, as an administrator would run it.

use std::fs::{self, File};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{end, wait_for};

/// Where the binary is: beside the tests, the benchmarks and the demonstration.
pub(crate) fn binary() -> PathBuf {
    let built = option_env!("CARGO_BIN_EXE_gatepost").map(PathBuf::from);
    if let Some(path) = built.filter(|path| path.is_file()) {
        return path;
    }
    let this = std::env::current_exe().expect("this program's path");
    this.ancestors()
        .map(|folder| folder.join("gatepost"))
        .find(|path| path.is_file())
        .expect("the binary gatepost is built")
}

/// A running gatepost; it is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Gatepost {
    child: Child,
    config: PathBuf,
    log: PathBuf,
    listen: String,
}

impl Gatepost {
    /// Starts it with a configuration file and waits until it listens at
    /// `listen`, as its configuration names it.
    pub(crate) fn start(config: &Path, listen: &str) -> Self {
        let log = config.with_extension("log");
        let child = spawn(config, &log);
        let started = Self {
            child,
            config: config.to_owned(),
            log,
            listen: listen.to_owned(),
        };
        started.wait_until_listening();
        started
    }

    /// Starts it again after it was stopped or killed.
    pub(crate) fn restart(&mut self) {
        end(&mut self.child);
        self.child = spawn(&self.config, &self.log);
        self.wait_until_listening();
    }

    fn wait_until_listening(&self) {
        wait_for(
            &format!("gatepost at {}: {}", self.listen, self.log()),
            30,
            || is_listening(&self.listen).then_some(()),
        );
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).expect("a process id"))
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(self.pid(), signal).expect("a signal");
    }

    /// Sends SIGHUP and waits until the log says what came of it.
    pub(crate) fn reload(&self) -> String {
        let before = self.log().len();
        self.signal(Signal::SIGHUP);
        wait_for("the reload", 30, || {
            let log = self.log();
            let new = log.get(before..)?.to_owned();
            (new.contains("reloaded") || new.contains("everything stays")).then_some(new)
        })
    }

    /// Kills it at once, as a crash would.
    pub(crate) fn kill(&mut self) {
        end(&mut self.child);
    }

    /// Tells it to stop and waits for its end; its exit code.
    pub(crate) fn stop(&mut self) -> Option<i32> {
        self.signal(Signal::SIGTERM);
        self.child.wait().expect("its end").code()
    }

    /// Everything that it wrote to standard error.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Runs another command with the same configuration.
    pub(crate) fn command(&self, args: &[&str]) -> Output {
        command(Some(&self.config), args)
    }
}

impl Drop for Gatepost {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Runs the binary to its end.
pub(crate) fn command(config: Option<&Path>, args: &[&str]) -> Output {
    let mut command = Command::new(binary());
    if let Some(config) = config {
        command.arg("--config").arg(config);
    }
    command.args(args).output().expect("gatepost runs")
}

/// What the binary printed, as text.
pub(crate) fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn spawn(config: &Path, log: &Path) -> Child {
    let out = File::options()
        .create(true)
        .append(true)
        .open(log)
        .expect("a log file");
    Command::new(binary())
        .arg("--config")
        .arg(config)
        .arg("run")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(out)
        .spawn()
        .expect("gatepost starts")
}

fn is_listening(listen: &str) -> bool {
    if let Some(path) = listen.strip_prefix("unix:") {
        return UnixStream::connect(path).is_ok();
    }
    let address = listen.strip_prefix("inet:").expect("unix: or inet:");
    TcpStream::connect(address).is_ok()
}

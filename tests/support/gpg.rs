//! `GnuPG`: an independent reader of what is sealed, with a home of its own.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A home with the secret keys of test recipients.
#[derive(Debug)]
pub(crate) struct Gpg {
    home: PathBuf,
}

impl Gpg {
    pub(crate) fn new(folder: &Path) -> Self {
        let home = folder.join("gnupg");
        std::fs::create_dir_all(&home).expect("a home for gpg");
        let private: std::fs::Permissions = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        std::fs::set_permissions(&home, private).expect("its rights");
        Self { home }
    }

    /// Makes a key for an address and exports its certificate into `keys`.
    pub(crate) fn make_key(&self, address: &str, keys: &Path) {
        self.make_key_until(address, keys, "never");
    }

    /// As `make_key`, with an end such as `1d` or `seconds=1`.
    pub(crate) fn make_key_until(&self, address: &str, keys: &Path, until: &str) {
        let id = format!("Test <{address}>");
        self.run(
            &[
                "--passphrase",
                "",
                "--quick-generate-key",
                &id,
                "future-default",
                "default",
                until,
            ],
            b"",
        );
        let certificate = self.run(&["--armor", "--export", address], b"");
        std::fs::create_dir_all(keys).expect("the folder of keys");
        std::fs::write(keys.join(format!("{address}.asc")), certificate).expect("a certificate");
    }

    /// Decrypts an armoured message.
    pub(crate) fn decrypt(&self, armoured: &[u8]) -> Vec<u8> {
        self.run(&["--decrypt"], armoured)
    }

    /// What packets a message is made of.
    pub(crate) fn packets(&self, armoured: &[u8]) -> String {
        String::from_utf8_lossy(&self.run(&["--list-packets"], armoured)).into_owned()
    }

    fn run(&self, args: &[&str], input: &[u8]) -> Vec<u8> {
        let mut child = Command::new("gpg")
            .arg("--homedir")
            .arg(&self.home)
            .args([
                "--batch",
                "--quiet",
                "--no-tty",
                "--pinentry-mode",
                "loopback",
            ])
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("gpg is installed: run `make packages`");
        let mut stdin = child.stdin.take().expect("its input");
        let input = input.to_vec();
        let writer = std::thread::spawn(move || {
            // gpg may stop reading early; its exit code says what happened.
            let _ = stdin.write_all(&input);
        });
        let output = child.wait_with_output().expect("gpg's end");
        writer.join().expect("the writer");
        assert!(
            output.status.success(),
            "gpg {args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        output.stdout
    }
}

impl Drop for Gpg {
    fn drop(&mut self) {
        // Its agent would outlive the test.
        let _ = Command::new("gpgconf")
            .arg("--homedir")
            .arg(&self.home)
            .args(["--kill", "all"])
            .status();
    }
}

/// The armoured part of a PGP/MIME body.
pub(crate) fn armour(body: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(body);
    let start = text.find("-----BEGIN PGP MESSAGE-----").expect("armour");
    let end = text.find("-----END PGP MESSAGE-----").expect("its end");
    text[start..end + "-----END PGP MESSAGE-----".len()]
        .as_bytes()
        .to_vec()
}

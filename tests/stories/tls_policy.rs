//! Mail of a real Postfix that asks gatepost where TLS is required, to servers
//! with a certificate that fits, with one that doesn't, and without TLS.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::authority::{Authority, Until};
use crate::support::catcher::Catcher;
use crate::support::gatepost::{Gatepost, printed};
use crate::support::postfix::{Postfix, Setup};
use crate::support::world::{ACCREDITED, Wishes, configure};
use crate::support::{folder, free_port, smtp, wait_for};

/// The servers of other organisations: who is where.
const HOSTS: &str = "127.0.0.1 localhost\n\
    127.0.0.2 hospital.example council.gov.uk\n\
    127.0.0.3 hospice.example other.example gmail.com old.gsi.gov.uk\n\
    127.0.0.4 misnamed.example\n";

/// A site whose Postfix asks, and the servers that it sends to.
struct Site {
    // In the order in which they must end.
    gatepost: Gatepost,
    postfix: Postfix,
    far: Postfix,
    catcher: Catcher,
    policy: String,
    folder: tempfile::TempDir,
}

impl Site {
    fn start(name: &str, settings: &str, list: Option<&str>) -> Self {
        let folder = folder(name);
        let at = folder.path();
        let authority = Authority::new();
        fs::write(at.join("ca.pem"), authority.pem()).expect("the authority");
        let catcher = Catcher::start();
        let (far, port) = far(at, &authority, catcher.port);

        let policy = format!("unix:{}/tls-policy.sock", at.display());
        let listen = format!("unix:{}/milter.sock", at.display());
        let config =
            format!("{settings}\n[tls-policy]\nlisten = \"{policy}\"\nsocket-group = \"postfix\"");
        let wishes = Wishes {
            config,
            ..Wishes::default()
        };
        let config = configure(at, &listen, free_port(), &wishes);
        match list {
            Some(list) => fs::write(at.join("accredited.csv"), list).expect("the list"),
            None => without_list(&config),
        }
        let gatepost = Gatepost::start(&config, &listen);

        let hosts = at.join("hosts");
        fs::write(&hosts, HOSTS).expect("the hosts");
        let setup = Setup {
            milter: None,
            next_hop: port,
            port: None,
            hand_over: None,
            extra: format!(
                "relayhost =\n\
                 smtp_tcp_port = {port}\n\
                 smtp_tls_security_level = may\n\
                 smtp_tls_loglevel = 1\n\
                 smtp_tls_CAfile = {}/ca.pem\n\
                 smtp_tls_policy_maps = socketmap:{policy}:gatepost\n",
                at.display()
            ),
        };
        let near = at.join("near");
        fs::create_dir(&near).expect("a folder");
        let postfix = Postfix::start_where(&near, &setup, "", Some(&hosts));
        Self {
            gatepost,
            postfix,
            far,
            catcher,
            policy,
            folder,
        }
    }

    fn send(&self, recipient: &str) {
        let message = format!(
            "From: sender@trust.example\r\nTo: {recipient}\r\nSubject: hello\r\n\r\nHello.\r\n"
        );
        let reply = smtp::send(
            self.postfix.port,
            "sender@trust.example",
            &[recipient],
            message.as_bytes(),
        );
        assert_eq!(reply.code, 250, "{reply:?}");
    }

    /// Waits until Postfix has said so of a recipient.
    fn said(&self, recipient: &str, words: &str) -> String {
        wait_for(&format!("\"{words}\" of {recipient}"), 60, || {
            let log = self.postfix.log();
            let mut lines = log.lines().filter(|line| line.contains(recipient));
            let line = lines.find(|line| line.contains(words));
            line.map(str::to_owned)
        })
    }

    /// What Postfix's own client is told.
    fn ask(&self, key: &str) -> String {
        let output = Command::new("/usr/sbin/postmap")
            .arg("-c")
            .arg(self.postfix.folder.join("etc"))
            .args(["-q", key, &format!("socketmap:{}:gatepost", self.policy)])
            .output()
            .expect("postmap: run `make packages`");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        // Each setting that stands twice in main.cf is remarked on.
        let said = said
            .lines()
            .filter(|line| !line.contains("overriding earlier entry"));
        let told = printed(&output).trim_end().to_owned();
        std::iter::once(told.as_str()).chain(said).collect()
    }
}

/// A Postfix that is all servers of other organisations, and their port: one
/// with a certificate that fits, one without TLS, one with another's name.
fn far(at: &Path, authority: &Authority, catcher: u16) -> (Postfix, u16) {
    let fits = authority.issue(&["hospital.example", "council.gov.uk"], Until::NextYear);
    let other = authority.issue(&["mx.somebody.example"], Until::NextYear);
    for (name, issued) in [("fits", &fits), ("other", &other)] {
        fs::write(at.join(format!("{name}.pem")), issued.pem()).expect("a certificate");
    }
    let port = free_port();
    let at = at.display();
    let services = format!(
        "127.0.0.2:{port} inet n - n - - smtpd\n\
         127.0.0.3:{port} inet n - n - - smtpd -o smtpd_tls_security_level=none\n\
         127.0.0.4:{port} inet n - n - - smtpd -o smtpd_tls_chain_files={at}/other.pem\n"
    );
    let setup = Setup {
        milter: None,
        next_hop: catcher,
        port: Some(port),
        hand_over: None,
        extra: format!(
            "myhostname = far.test.invalid\n\
             smtpd_tls_security_level = may\n\
             smtpd_tls_received_header = yes\n\
             smtpd_tls_chain_files = {at}/fits.pem\n"
        ),
    };
    let folder = PathBuf::from(format!("{at}/far"));
    fs::create_dir(&folder).expect("a folder");
    (Postfix::start_with(&folder, &setup, &services), port)
}

fn without_list(config: &Path) {
    let text = fs::read_to_string(config).expect("gatepost.toml");
    let text = text.replace("accredited-list = \"accredited.csv\"\n", "");
    fs::write(config, text).expect("gatepost.toml");
}

/// The invented list with an organisation whose server bears another's name.
fn list() -> String {
    format!("{ACCREDITED}Misnamed Clinic,Exchange,misnamed.example,N,Reject,Hardfail,Y,Y\r\n")
}

const REQUIRE: &str =
    "tls-to-accredited = \"require-always\"\ntls-to-government = \"require-always\"";

#[test]
fn mail_to_a_listed_domain_goes_by_tls_or_waits() {
    let site = Site::start("tls-required", REQUIRE, Some(&list()));
    site.send("ward@hospital.example");
    let arrived = site.catcher.wait_for("ward@hospital.example");
    assert!(arrived.head().contains("using TLS"), "{}", arrived.head());
    let log = site.postfix.log();
    let verified = "Verified TLS connection established to hospital.example";
    assert!(log.contains(verified), "{log}");

    // Whoever offers no TLS, or bears another name, gets nothing.
    site.send("ward@hospice.example");
    let line = site.said("ward@hospice.example", "status=deferred");
    assert!(
        line.contains("TLS is required, but was not offered"),
        "{line}"
    );
    site.send("ward@misnamed.example");
    let line = site.said("ward@misnamed.example", "status=deferred");
    assert!(line.contains("Server certificate not verified"), "{line}");

    // Others get theirs as before, in clear where they can't do better.
    site.send("ward@other.example");
    let arrived = site.catcher.wait_for("ward@other.example");
    assert!(!arrived.head().contains("using TLS"), "{}", arrived.head());
    // Several attempts later it still waits.
    let waits = |recipient: &str| {
        let log = site.postfix.log();
        let mut lines = log.lines().filter(|line| line.contains(recipient));
        assert!(lines.all(|line| !line.contains("status=sent")), "{log}");
        assert!(site.catcher.for_recipient(recipient).is_empty());
    };
    waits("ward@hospice.example");
    waits("ward@misnamed.example");
    assert_eq!(site.postfix.queued(), 2, "{}", site.postfix.log());
    assert!(!site.far.log().contains("hospice.example"));
}

#[test]
fn without_a_list_mail_waits_and_goes_when_there_is_one() {
    let site = Site::start("tls-no-list", REQUIRE, None);
    site.send("ward@other.example");
    site.said("ward@other.example", "status=deferred");
    assert!(site.catcher.all().is_empty());
    // What can be told without a list is told.
    assert!(site.ask("council.gov.uk").starts_with("secure "));
    assert!(site.ask("other.example").contains("no accredited list"));

    let file = site.folder.path().join("accredited.csv");
    fs::write(&file, list()).expect("the list");
    let file = file.display().to_string();
    let done = site.gatepost.command(&["recipients", "import", &file]);
    assert!(done.status.success(), "{done:?}");
    site.catcher.wait_for("ward@other.example");
    assert_eq!(site.ask("other.example"), "");
}

#[test]
fn while_gatepost_is_away_mail_waits() {
    let mut site = Site::start("tls-away", REQUIRE, Some(&list()));
    assert_eq!(site.gatepost.stop(), Some(0));
    assert!(!site.folder.path().join("tls-policy.sock").exists());
    site.send("ward@other.example");
    site.said("ward@other.example", "status=deferred");
    assert!(site.catcher.all().is_empty());
    site.gatepost.restart();
    site.catcher.wait_for("ward@other.example");
}

#[test]
fn government_is_asked_for_by_the_domain_above_too() {
    let site = Site::start("tls-government", REQUIRE, Some(&list()));
    let secure = "secure match=nexthop:dot-nexthop:hostname";
    for key in [
        "council.gov.uk",
        ".gov.uk",
        "hospital.example",
        "[hospital.example]:25",
        "HOSPITAL.example:25",
        "nhs.net",
    ] {
        assert_eq!(site.ask(key), secure, "{key}");
    }
    for key in [
        "sub.hospital.example",
        ".hospital.example",
        ".uk",
        "trust.example",
        "[192.0.2.1]",
    ] {
        assert_eq!(site.ask(key), "", "{key}");
    }
    site.send("office@council.gov.uk");
    let arrived = site.catcher.wait_for("office@council.gov.uk");
    assert!(arrived.head().contains("using TLS"), "{}", arrived.head());
    // Of a retired name nothing is told; then Postfix asks for those above it.
    assert_eq!(site.ask("old.gsi.gov.uk"), "");
    site.send("office@old.gsi.gov.uk");
    let line = site.said("office@old.gsi.gov.uk", "status=");
    assert!(
        line.contains("TLS is required, but was not offered"),
        "{line}"
    );
}

#[test]
fn nothing_is_asked_of_mail_where_no_setting_says_so() {
    let site = Site::start("tls-nothing", "", None);
    for recipient in ["ward@hospice.example", "x@gmail.com"] {
        site.send(recipient);
        site.catcher.wait_for(recipient);
    }
    assert_eq!(site.ask("hospital.example"), "");
}

#[test]
fn a_block_and_a_reload_are_followed_and_tls_stays_required() {
    let site = Site::start("tls-reload", REQUIRE, None);
    let file = site.folder.path().join("accredited.csv");
    fs::write(&file, list()).expect("the list");
    let file = file.display().to_string();
    let import = ["recipients", "import", file.as_str()];
    assert!(site.gatepost.command(&import).status.success());
    let told = |key: &str, words: &str| {
        wait_for(&format!("{words} of {key}"), 20, || {
            (site.ask(key) == words).then_some(())
        });
    };
    let before = "secure match=nexthop:dot-nexthop:hostname";
    told("hospital.example", before);
    let block = [
        "recipients",
        "block",
        "hospital.example",
        "--by",
        "IG",
        "--why",
        "a test",
    ];
    assert!(site.gatepost.command(&block).status.success());
    let config = site.folder.path().join("gatepost.toml");
    let text = fs::read_to_string(&config).expect("gatepost.toml");
    let text = text.replace(
        "[tls-policy]\n",
        "[tls-policy]\nmatch = [\".provider.example\"]\n",
    );
    fs::write(&config, text).expect("gatepost.toml");
    assert!(site.gatepost.reload().contains("reloaded"));
    told("hospital.example", "secure match=.provider.example");
}

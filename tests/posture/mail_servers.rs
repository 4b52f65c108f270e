//! Real mail servers: Postfix, set up well and badly.

use std::fs;

use crate::World;
use crate::authority::{Authority, Until};
use crate::names::text_record;
use crate::support::gatepost::printed;
use crate::support::postfix::{Postfix, Setup};
use crate::support::{free_port, wait_for};

/// One Postfix that is five servers, each on an address of its own.
struct Servers {
    world: World,
    postfix: Postfix,
}

impl Servers {
    fn start() -> Self {
        let authority = Authority::new();
        let good = authority.issue(
            &["mx1.good.example", "mx.oldest.example", "mx.plain.example"],
            Until::NextYear,
        );
        let soon = authority.issue(&["mx.lenient.example"], Until::NextWeek);
        let lapsed = authority.issue(&["mx.lapsed.example"], Until::Yesterday);
        let key = openssl::pkey::PKey::generate_ed25519().expect("a key");
        let key = openssl::base64::encode_block(&key.raw_public_key().expect("its bytes"));
        let key = format!("v=DKIM1; k=ed25519; p={key}");
        let further = [
            good.tlsa("mx1.good.example"),
            good.tlsa("mx.plain.example"),
            text_record("selector1._domainkey.good.example.", &key),
        ]
        .concat();
        let mut world = World::with(&authority, &further);
        let port = free_port();
        world.smtp_port = port;
        let folder = world.folder.path().to_owned();
        for (name, issued) in [("good", &good), ("soon", &soon), ("lapsed", &lapsed)] {
            fs::write(folder.join(format!("{name}.pem")), issued.pem()).expect("a certificate");
        }
        let good = folder.join("good.pem");
        let soon = folder.join("soon.pem");
        let lapsed = folder.join("lapsed.pem");
        let extra = format!(
            "smtpd_tls_security_level = may\n\
             smtpd_tls_chain_files = {}\n\
             smtpd_tls_protocols = >=TLSv1.2\n\
             smtpd_tls_loglevel = 1\n",
            good.display()
        );
        // What a server of 2008 can do, and no other today without being told.
        let old = "-o smtpd_tls_ciphers=low -o tls_low_cipherlist=ALL:@SECLEVEL=0";
        let services = format!(
            "127.0.0.2:{port} inet n - n - - smtpd -o smtpd_tls_protocols=TLSv1 {old}\n\
             127.0.0.3:{port} inet n - n - - smtpd -o smtpd_tls_security_level=none\n\
             127.0.0.4:{port} inet n - n - - smtpd -o smtpd_tls_protocols=>=TLSv1 -o smtpd_tls_chain_files={} {old}\n\
             127.0.0.5:{port} inet n - n - - smtpd -o smtpd_tls_chain_files={}\n",
            soon.display(),
            lapsed.display()
        );
        let setup = Setup {
            milter: None,
            next_hop: free_port(),
            port: Some(port),
            hand_over: None,
            extra,
        };
        let postfix = Postfix::start_with(&folder, &setup, &services);
        Self { world, postfix }
    }
}

#[test]
fn mail_servers_are_told_apart_and_nothing_is_sent() {
    let servers = Servers::start();
    let world = &servers.world;

    // Everything as it should be.
    let told = world.posture("good.example", &[]);
    for (name, part) in [
        ("mx", "mx1.good.example"),
        ("spf", "hardfail"),
        ("dkim", "selector1 (Ed25519)"),
        ("dmarc", "p=reject"),
        ("tls", "TLS 1.3, and nothing older than TLS 1.2"),
        ("certificate", "trusted and for this host"),
        ("mta-sts", "mode enforce"),
        (
            "dane",
            "1 TLSA record signed by DNSSEC, fitting the certificate",
        ),
    ] {
        told.demand(name, "meets", part);
    }
    assert_eq!(told.code, Some(0));
    assert_eq!(told.report["standing"], "meets");
    assert_eq!(told.report["v"], 1);
    assert_eq!(told.check("tls")["host"], "mx1.good.example");

    // The text has a line a check.
    let domains = [
        "good.example",
        "clear.example",
        "oldest.example",
        "lenient.example",
        "strict.example",
        "forged.example",
        "null.example",
    ];
    let output = world.run(&domains);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!("report", undated(&printed(&output)));

    // TLS too old, none, or old beside new.
    let told = world.posture("oldest.example", &[]);
    let check = told.demand("tls", "falls-short", "nothing newer than TLS 1.0");
    assert_eq!(check["facts"]["version"], "1.0", "{check}");
    assert_eq!(told.code, Some(1));
    let told = world.posture("clear.example", &[]);
    let check = told.demand("tls", "falls-short", "no STARTTLS");
    assert_eq!(check["facts"]["starttls"], false, "{check}");
    let told = world.posture("lenient.example", &[]);
    let check = told.demand("tls", "advice", "TLS 1.3, but TLS 1.0 or 1.1 is taken too");
    assert_eq!(check["facts"]["old_accepted"], true, "{check}");

    let check = told.demand("certificate", "advice", "trusted and for this host");
    assert_eq!(check["advice"], "renew it now", "{check}");

    // Certificates: a sender with a policy minds, one without does not.
    let told = world.posture("lapsed.example", &[]);
    let check = told.demand("certificate", "advice", "certificate has expired");
    assert_eq!(check["facts"]["trusted"], false, "{check}");
    assert_eq!(check["facts"]["for_host"], true, "{check}");
    let told = world.posture("strict.example", &[]);
    told.demand("certificate", "falls-short", "not for this host");
    told.demand("certificate", "falls-short", "senders will not deliver");

    // DANE counts only signed from the root to the record, and fitting.
    let told = world.posture("wrong.example", &[]);
    told.demand("dane", "falls-short", "none fits the certificate");
    let told = world.posture("odd.example", &[]);
    told.demand("dane", "falls-short", "none of a form that mail uses");
    let told = world.posture("plain.example", &[]);
    told.demand("dane", "advice", "DNSSEC does not vouch for them");
    let told = world.posture("through.example", &[]);
    told.demand("dane", "advice", "DNSSEC does not vouch for them");
    let told = world.posture("forged.example", &[]);
    told.demand(
        "dane",
        "falls-short",
        "DNSSEC signatures are wrong or missing",
    );
    let told = world.posture("lenient.example", &[]);
    told.demand("dane", "advice", "not used");

    // Postfix heard a greeting and a goodbye, and never of mail.
    let log = wait_for("goodbyes in Postfix's log", 10, || {
        let log = servers.postfix.log();
        log.contains("quit=1 commands=3").then_some(log)
    });
    assert!(!log.contains("mail="), "{log}");
    assert!(!log.contains("lost connection after EHLO"), "{log}");
    assert_eq!(servers.postfix.queued(), 0);
}

/// A report without today's date and the ends of today's certificates.
fn undated(text: &str) -> String {
    let today = regex::Regex::new(r"\(\d+ [A-Z][a-z]+ \d{4}\)").expect("a pattern");
    let end = regex::Regex::new(r"until \d+ [A-Z][a-z]+ \d{4}").expect("a pattern");
    let text = today.replace_all(text, "(TODAY)");
    end.replace_all(&text, "until DATE").into_owned()
}

//! Servers that do not answer, answer too much, or lie in wait; and arguments
//! that are no domains.

use std::fmt::Write as _;
use std::net::TcpListener;
use std::time::Duration;

use hickory_server::proto::op::ResponseCode;

use crate::names::{Names, Silence, text_record};
use crate::support::gatepost::{command, printed};
use crate::{Told, World, timed};

#[test]
fn a_dns_server_that_never_answers_costs_a_bounded_time() {
    let silence = Silence::start();
    let resolver = silence.address.to_string();
    let (output, took) = timed(|| {
        command(
            None,
            &[
                "recipients",
                "posture",
                "--resolver",
                &resolver,
                "--dns-timeout",
                "1",
                "--format",
                "json",
                "good.example",
            ],
        )
    });
    let told = Told::of(&output);
    assert_eq!(told.code, Some(75), "{}", told.report);
    assert_eq!(told.report["standing"], "not-checked");
    for check in told.report["checks"].as_array().expect("checks") {
        assert_eq!(check["standing"], "not-checked", "{check}");
    }
    // Three questions, each put twice, and then no more.
    assert!(took < Duration::from_secs(15), "{took:?}");
}

#[test]
fn a_dns_server_that_fails_leaves_everything_unchecked() {
    let folder = crate::support::folder("posture");
    for (code, word) in [
        (ResponseCode::ServFail, "Server Failure"),
        (ResponseCode::Refused, "Query Refused"),
    ] {
        let names = Names::failing(folder.path(), code);
        let resolver = names.address.to_string();
        let output = command(
            None,
            &[
                "recipients",
                "posture",
                "--resolver",
                &resolver,
                "good.example",
            ],
        );
        let text = printed(&output);
        assert_eq!(output.status.code(), Some(75), "{text}");
        assert!(
            text.starts_with("good.example: nothing could be checked"),
            "{text}"
        );
        for line in text.lines().skip(1) {
            assert!(line.starts_with("  not checked  "), "{line}");
        }
        assert!(text.contains(word), "{text}");
    }
}

#[test]
fn a_dns_server_that_drops_signatures_does_not_make_a_zone_forged() {
    let mut world = World::start("");
    world.names = Names::without_signatures(world.folder.path());
    let told = world.posture("wrong.example", &[]);
    told.demand("dane", "not-checked", "passes no signatures on");
    let told = world.posture("testing.example", &[]);
    told.demand("dane", "advice", "not used");
}

#[test]
fn a_mail_server_that_never_greets_costs_a_bounded_time() {
    // Accepts connections by its backlog alone.
    let listener = TcpListener::bind("127.0.0.6:0").expect("a port");
    let mut world = World::start("");
    world.smtp_port = listener.local_addr().expect("its address").port();
    let (told, took) = timed(|| world.posture("deaf.example", &["--timeout", "1"]));
    let checks = told.report["checks"].as_array().expect("checks");
    let servers: Vec<_> = checks
        .iter()
        .filter(|check| check["check"] == "tls")
        .collect();
    assert_eq!(servers.len(), 4);
    for check in &servers {
        assert_eq!(check["standing"], "not-checked", "{check}");
    }
    let last = servers[3]["found"].as_str().expect("a text");
    assert!(
        last.contains("of the hosts before did not answer"),
        "{last}"
    );
    assert!(took < Duration::from_secs(8), "{took:?}");
}

#[test]
fn something_that_is_no_mail_server_is_not_taken_for_a_bad_one() {
    use std::io::Write as _;
    let listener = TcpListener::bind("127.0.0.7:0").expect("a port");
    let mut world = World::start("");
    world.smtp_port = listener.local_addr().expect("its address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // More than any reply, and never an end.
            let mut stream = stream;
            while stream.write_all(b"220-\x1b[2J all the world\r\n").is_ok() {}
        }
    });
    let (told, took) = timed(|| world.posture("web.example", &[]));
    told.demand("tls", "not-checked", "does not speak SMTP");
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[test]
fn a_system_without_authorities_calls_no_certificate_bad() {
    let world = World::start("");
    let output = std::process::Command::new(crate::support::gatepost::binary())
        .args(["recipients", "posture", "--format", "json"])
        .args(["--resolver", &world.names.address.to_string()])
        .args(["--https-port", &world.web.port.to_string()])
        .args(["--smtp-port", &world.smtp_port.to_string(), "good.example"])
        .env("SSL_CERT_FILE", world.folder.path().join("none.pem"))
        .env("SSL_CERT_DIR", world.folder.path().join("none"))
        .output()
        .expect("gatepost");
    let told = Told::of(&output);
    told.demand("mta-sts", "not-checked", "no certificates of authorities");
}

#[test]
fn a_domain_that_takes_too_long_is_cut_off_and_the_rest_is_not_checked() {
    let silence = Silence::start();
    let resolver = silence.address.to_string();
    let (output, took) = timed(|| {
        command(
            None,
            &[
                "recipients",
                "posture",
                "--resolver",
                &resolver,
                "--dns-timeout",
                "60",
                "--domain-timeout",
                "2",
                "--format",
                "json",
                "good.example",
            ],
        )
    });
    let told = Told::of(&output);
    assert_eq!(told.code, Some(75));
    told.demand("mx", "not-checked", "the time for this domain was over");
    assert!(took < Duration::from_secs(6), "{took:?}");
}

#[test]
fn answers_of_the_largest_size_are_read_within_bounds() {
    let mut further = String::new();
    // 60 KB of text in one record, and in one term of it.
    let long = format!("v=spf1 {} -all", "ip4:192.0.2.1 ".repeat(4200));
    further.push_str(&text_record("long.example.", &long));
    further.push_str(&text_record(
        "terms.example.",
        &format!("v=spf1 x{}", "y".repeat(60_000)),
    ));
    further.push_str(&text_record(
        "_dmarc.terms.example.",
        &format!("v=DMARC1; p={}", "z".repeat(60_000)),
    ));
    further.push_str(&text_record(
        "selector1._domainkey.terms.example.",
        &format!("v=DKIM1; p={}", "A".repeat(60_000)),
    ));
    // Characters that steer a terminal.
    further.push_str(&text_record(
        "steer.example.",
        "v=spf1 \x1b[2J\x1b]0;owned\x07 -all",
    ));
    for number in 0..1200 {
        let _ = writeln!(
            further,
            "many.example. 300 IN MX {number} m{number}.many.example."
        );
    }
    let world = World::start(&further);
    let (told, took) = timed(|| world.posture("long.example", &[]));
    told.demand("spf", "falls-short", "more than 1000 terms");
    assert!(took < Duration::from_secs(10), "{took:?}");
    let output = world.run(&["terms.example", "steer.example"]);
    let text = printed(&output);
    assert!(text.len() < 10_000, "{} bytes", text.len());
    assert!(!text.contains(['\x1b', '\x07']), "{text}");
    assert_eq!(output.status.code(), Some(1), "{text}");
    let (told, took) = timed(|| world.posture("many.example", &[]));
    let check = told.demand("mx", "advice", "1200 mail exchangers: m0.many.example");
    assert_eq!(check["facts"]["hosts"].as_array().map(Vec::len), Some(10));
    let checks = told.report["checks"].as_array().expect("checks");
    let visited = checks
        .iter()
        .filter(|check| check["check"] == "tls")
        .count();
    assert_eq!(visited, 10);
    assert!(took < Duration::from_secs(20), "{took:?}");
}

#[test]
fn what_is_no_domain_is_refused_before_anything_is_asked() {
    let huge = "x".repeat(65_536);
    for (text, part) in [
        ("192.0.2.1", "it is an IP address"),
        ("[IPv6:2001:db8::1]", "it is an IP address"),
        ("a@trust.example", "it is an address"),
        ("https://trust.example", "it is a link"),
        ("trust", "it is a single word"),
        ("trust..example", "it is no domain"),
        ("\u{1b}[2J.example", "it is no domain"),
        (huge.as_str(), "it is too long for a domain"),
    ] {
        let output = command(None, &["recipients", "posture", "good.example", text]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(part) && stderr.len() < 300, "{stderr}");
        assert!(!stderr.contains('\u{1b}'), "{stderr}");
        assert!(output.stdout.is_empty());
    }
    for (option, value) in [
        ("--resolver", "dns.example"),
        ("--selector", "a b"),
        ("--ehlo", "a\r\nMAIL FROM:<a@b.test>"),
        ("--smtp-port", "0"),
        ("--ca", "/nowhere/ca.pem"),
        ("--ca", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")),
        ("--trust-anchor", "/nowhere/anchor.key"),
    ] {
        let output = command(
            None,
            &["recipients", "posture", option, value, "good.example"],
        );
        assert_eq!(output.status.code(), Some(2), "{option}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn without_a_name_our_own_domains_are_checked_and_without_those_nothing_is() {
    let world = World::start("");
    let config = world.folder.path().join("gatepost.toml");
    let text = "[organisation]\nname = \"Example NHS Trust\"\n\
        domains = [\"good.example\", \"bad.example\"]\naccredited = true\n";
    std::fs::write(&config, text).expect("gatepost.toml");
    let config = config.to_str().expect("UTF-8");
    let output = world.run(&["--config", config, "--format", "json"]);
    let domains: Vec<String> = printed(&output)
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .map(|told| told["domain"].as_str().expect("a domain").to_owned())
        .collect();
    assert_eq!(domains, ["bad.example", "good.example"], "{output:?}");
    std::fs::write(config, "[milter]\nlisten = 7\n").expect("gatepost.toml");
    let output = world.run(&["--config", config]);
    assert_eq!(output.status.code(), Some(78), "{output:?}");
}

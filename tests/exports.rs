//! What gatepost knows about recipients, as other programs load it. The goldens
//! are in `tests/snapshots`, the register and the site's classes in
//! `tests/exports`.

use std::fs;
use std::path::Path;

use gatepost::diagnostic::Source;
use gatepost::directory::{
    CertificateNames, Classes, Directory, KeyStore, PairRule, Register, Standpoint, Tls,
};
use gatepost::export::{
    Export, SecureDomains, Spelling, csv, exchange, postfix_access, postfix_tls, rspamd,
    spamassassin,
};
use gatepost::mail::Domain;
use gatepost::timestamp::Timestamp;

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports");
    fs::read_to_string(folder.join(name)).expect("a fixture")
}

fn directory(standpoint: Standpoint) -> Directory {
    let register = Register::read(&fixture("register.jsonl")).expect("the register");
    let source = Source::new("classes.toml", &fixture("classes.toml"));
    let (classes, complaints) = Classes::read(&[source]);
    assert!(complaints.is_empty(), "{complaints:?}");
    Directory::new(standpoint, register, classes, KeyStore::default())
}

/// A site that requires TLS wherever it can.
fn strict() -> Standpoint {
    Standpoint {
        own: [Domain::parse("trust.example").expect("a domain")].into(),
        tls_to_accredited: Tls::Require,
        tls_to_government: Tls::Require,
        ..Standpoint::default()
    }
}

fn moment(text: &str) -> Timestamp {
    Timestamp::try_from(text.to_owned()).expect("a moment")
}

/// In the grace period of the last domain that left.
fn now() -> Timestamp {
    moment("2026-11-21T14:05:00Z")
}

type Format = (&'static str, fn(&SecureDomains<'_>) -> Export);

const FORMATS: [Format; 7] = [
    ("csv", csv),
    ("exchange", exchange),
    ("postfix-access", postfix_access),
    ("postfix-tls", postfix_tls),
    ("rspamd", rspamd),
    ("spamassassin", |domains| {
        spamassassin(domains, Spelling::Welcomelist)
    }),
    ("spamassassin-3", |domains| {
        spamassassin(domains, Spelling::Whitelist)
    }),
];

#[test]
fn every_format_is_as_it_was() {
    let directory = directory(strict());
    let domains = SecureDomains::new(&directory, now()).expect("a list");
    for (name, format) in FORMATS {
        let export = format(&domains);
        let told = format!(
            "{}\nentries: {}\nleft out: {}",
            export.text.replace("\r\n", "<CR>\n"),
            export.entries,
            export.left_out.join(", ")
        );
        insta::assert_snapshot!(name, told);
        assert_eq!(format(&domains), export, "{name}");
    }
}

#[test]
fn who_does_not_count_is_in_no_format() {
    let directory = directory(strict());
    let domains = SecureDomains::new(&directory, now()).expect("a list");
    for (name, format) in FORMATS {
        let text = format(&domains).text;
        for domain in [
            "lapsed.example",
            "past.example",
            "trust.example",
            "court.example",
            "nothing.gov.uk",
            "gsi.gov.uk",
            "gmail.com",
            "nhs.scot",
        ] {
            assert!(!text.contains(domain), "{name}: {domain}");
        }
        // A block ends trust, and no requirement.
        let blocked = text.contains("blocked.example");
        assert_eq!(blocked, name == "postfix-tls", "{name}");
    }
}

#[test]
fn grace_and_trust_end_on_their_day() {
    let directory = directory(strict());
    let told = |at: &str| {
        let domains = SecureDomains::new(&directory, moment(at)).expect("a list");
        let text = rspamd(&domains).text;
        ["grace.example", "partner.example"].map(|domain| text.lines().any(|line| line == domain))
    };
    assert_eq!(told("2026-12-16T08:59:59Z"), [true, true]);
    assert_eq!(told("2026-12-16T09:00:00Z"), [false, true]);
    assert_eq!(told("2027-06-01T00:00:00Z"), [false, false]);
}

#[test]
fn our_own_standing_and_the_pair_rule_count() {
    let lines = |standpoint: Standpoint| {
        let directory = directory(standpoint);
        let domains = SecureDomains::new(&directory, now()).expect("a list");
        let text = rspamd(&domains).text;
        let names = text.lines().filter(|line| !line.starts_with('#'));
        names.map(str::to_owned).collect::<Vec<_>>().join(" ")
    };
    let mut site = strict();
    site.pair_rule = PairRule::Strict;
    assert_eq!(
        lines(site.clone()),
        "cjsm.net gov.uk nhs.net partner.example"
    );
    site.accredited = false;
    assert_eq!(lines(site), "partner.example");
}

#[test]
fn tls_is_written_where_a_setting_requires_it_and_nowhere_else() {
    let lines = |accredited, government| {
        let standpoint = Standpoint {
            tls_to_accredited: accredited,
            tls_to_government: government,
            certificate_names: CertificateNames::new(vec![String::from(".provider.example")])
                .expect("a name"),
            ..strict()
        };
        let directory = directory(standpoint);
        let domains = SecureDomains::new(&directory, now()).expect("a list");
        let export = postfix_tls(&domains);
        let lines = export.text.lines().filter(|line| !line.starts_with('#'));
        let lines: Vec<String> = lines.map(str::to_owned).collect();
        assert_eq!(lines.len(), export.entries);
        lines.join("\n")
    };
    let (opportunistic, require) = (Tls::Opportunistic, Tls::Require);
    assert_eq!(lines(opportunistic, opportunistic), "");
    assert_eq!(
        lines(opportunistic, require),
        "gov.uk secure match=.provider.example\n.gov.uk secure match=.provider.example"
    );
    assert_eq!(
        lines(require, opportunistic),
        "blocked.example secure match=.provider.example\n\
         grace.example secure match=.provider.example\n\
         hospital.example secure match=.provider.example\n\
         nhs.net secure match=.provider.example\n\
         returned.example secure match=.provider.example"
    );
}

#[test]
fn there_is_no_export_without_a_list() {
    let directory = directory(strict());
    let before = moment("2026-01-05T08:59:59Z");
    assert!(SecureDomains::new(&directory, before).is_none());
}

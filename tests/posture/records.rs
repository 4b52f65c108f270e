//! What stands in DNS and in policies.

use crate::World;
use crate::authority::Authority;
use crate::names::text_record;

/// A key record with an RSA key.
fn key_record(bits: u32) -> String {
    let key = openssl::rsa::Rsa::generate(bits).expect("a key");
    let bytes = key.public_key_to_der().expect("its bytes");
    let packed = openssl::base64::encode_block(&bytes);
    format!("v=DKIM1; k=rsa; p={packed}")
}

#[test]
fn spf_is_followed_as_a_receiver_would() {
    let world = World::start("");
    for (domain, standing, part) in [
        (
            "good.example",
            "meets",
            "hardfail (-all), 2 DNS lookups of 10",
        ),
        (
            "ward.good.example",
            "meets",
            "hardfail (-all), 3 DNS lookups of 10",
        ),
        (
            "softfail.example",
            "meets",
            "softfail (~all), 1 DNS lookup of 10",
        ),
        (
            "split.example",
            "meets",
            "hardfail (-all), 0 DNS lookups of 10",
        ),
        (
            "macro.example",
            "meets",
            "hardfail (-all), 3 DNS lookups of 10",
        ),
        ("ten.example", "meets", "10 DNS lookups of 10"),
        (
            "eleven.example",
            "falls-short",
            "11 DNS lookups where receivers make at most 10",
        ),
        ("tree.example", "falls-short", "at least 40 DNS lookups"),
        ("void.example", "falls-short", "3 DNS lookups find nothing"),
        (
            "two.example",
            "falls-short",
            "2 SPF records: receivers treat that as an error",
        ),
        ("missing.example", "falls-short", "no SPF record"),
        ("neutral.example", "falls-short", "?all says nothing"),
        ("anybody.example", "falls-short", "+all lets everybody send"),
        ("noall.example", "falls-short", "no \"all\""),
        (
            "typo.example",
            "falls-short",
            "\"ipv4:192.0.2.1\" is no term of SPF",
        ),
        (
            "loop.example",
            "falls-short",
            "include:loop.example leads back to itself",
        ),
        (
            "around.example",
            "falls-short",
            "redirect=around.example leads back to itself",
        ),
        (
            "lost.example",
            "falls-short",
            "include:nowhere.example has no SPF record",
        ),
    ] {
        world.posture(domain, &[]).demand("spf", standing, part);
    }
    let told = world.posture("eleven.example", &[]);
    let facts = &told.check("spf")["facts"];
    assert_eq!(facts["lookups"], 11, "{facts}");
    assert_eq!(facts["records"], 1, "{facts}");
    assert_eq!(facts["all"], "fail", "{facts}");
    assert_eq!(told.code, Some(1));
}

#[test]
fn dmarc_is_judged_by_what_receivers_really_do() {
    let world = World::start("");
    for (domain, standing, part) in [
        ("good.example", "meets", "p=reject, reports to 1 address"),
        (
            "ward.good.example",
            "meets",
            "inherited from good.example: reject",
        ),
        ("none.example", "falls-short", "p=none"),
        ("quarantine.example", "advice", "p=quarantine"),
        (
            "part.example",
            "advice",
            "p=reject for 20 % of the mail only",
        ),
        (
            "trial.example",
            "falls-short",
            "p=quarantine, being tried out only",
        ),
        ("open.example", "advice", "p=reject"),
        (
            "ward.open.example",
            "falls-short",
            "inherited from open.example: none",
        ),
        ("twice.example", "falls-short", "several DMARC records"),
        ("missing.example", "falls-short", "no DMARC record"),
        (
            "firm.registry.example",
            "meets",
            "inherited from registry.example: reject",
        ),
        (
            "desk.branch.open.example",
            "advice",
            "inherited from branch.open.example: quarantine",
        ),
    ] {
        world.posture(domain, &[]).demand("dmarc", standing, part);
    }
    let told = world.posture("ward.good.example", &[]);
    let facts = &told.check("dmarc")["facts"];
    assert_eq!(facts["at"], "good.example", "{facts}");
    assert_eq!(facts["request"], "reject", "{facts}");
}

#[test]
fn dkim_keys_are_found_under_named_and_common_selectors() {
    let long = key_record(2048);
    let further = [
        text_record("google._domainkey.good.example.", &long),
        text_record("own-2026._domainkey.selected.example.", &long),
        text_record("selector1._domainkey.short.example.", &key_record(1024)),
        text_record("selector1._domainkey.tiny.example.", &key_record(512)),
        text_record(
            "selector1._domainkey.trial.example.",
            &long.replace("k=rsa", "k=rsa; t=y"),
        ),
    ]
    .concat();
    let world = World::start(&further);
    let google = "google (RSA 2048 bits)";
    world
        .posture("good.example", &[])
        .demand("dkim", "meets", google);
    let short = world.posture("short.example", &[]);
    let check = short.demand("dkim", "advice", "selector1 (RSA 1024 bits)");
    let facts = &check["facts"]["selectors"][0];
    assert_eq!(facts["selector"], "selector1", "{facts}");
    assert_eq!(facts["state"], "key", "{facts}");
    assert_eq!(
        (&facts["key"], &facts["bits"]),
        (&"rsa".into(), &1024.into())
    );
    for (domain, part) in [
        ("tiny.example", "no key that receivers act on"),
        ("trial.example", "no key that receivers act on"),
        ("revoked.example", "the key was taken back"),
        ("unsigned-mail.example", "no selector exists"),
    ] {
        world
            .posture(domain, &[])
            .demand("dkim", "falls-short", part);
    }
    // Something is there, but nobody can guess its name.
    let told = world.posture("selected.example", &[]);
    let check = told.demand("dkim", "not-checked", "some selector may exist");
    assert_eq!(check["facts"]["some_selector"], true, "{check}");
    // A text that stands there for every name is no key.
    let told = world.posture("wildcard.example", &[]);
    told.demand("dkim", "not-checked", "some selector may exist");
    let named = ["--selector", "Own-2026"];
    let told = world.posture("selected.example", &named);
    told.demand("dkim", "meets", "own-2026 (RSA 2048 bits)");
    let told = world.posture("good.example", &named);
    told.demand("dkim", "falls-short", "the selector own-2026 has no record");
}

#[test]
fn an_mta_sts_policy_must_be_there_and_name_the_hosts() {
    let world = World::start("");
    for (domain, standing, part) in [
        ("good.example", "meets", "mode enforce, kept for 14 days"),
        ("testing.example", "advice", "mode testing"),
        (
            "mismatch.example",
            "falls-short",
            "it does not name backup.elsewhere.example",
        ),
        ("expired.example", "falls-short", "certificate has expired"),
        ("gone.example", "falls-short", "the web server answered 404"),
        (
            "moved.example",
            "falls-short",
            "the web server answered 302",
        ),
        (
            "nonsense.example",
            "falls-short",
            "line 1 is not of the form",
        ),
        (
            "unfound.example",
            "falls-short",
            "its web server has no address",
        ),
        ("implicit.example", "advice", "not used"),
    ] {
        world.posture(domain, &[]).demand("mta-sts", standing, part);
    }
    let told = world.posture("mismatch.example", &[]);
    let facts = &told.check("mta-sts")["facts"];
    assert_eq!(facts["unnamed"][0], "backup.elsewhere.example", "{facts}");
    // With another authority's file the web server is a stranger.
    std::fs::write(&world.ca, Authority::new().pem()).expect("another authority");
    let told = world.posture("good.example", &[]);
    told.demand("mta-sts", "falls-short", "not to be trusted");
}

#[test]
fn where_mail_goes_is_told_in_the_words_of_dns() {
    let world = World::start("");
    for (domain, standing, part) in [
        (
            "good.example",
            "meets",
            "1 mail exchanger: mx1.good.example",
        ),
        ("null.example", "falls-short", "takes no mail (null MX)"),
        ("both.example", "falls-short", "1 mail exchanger"),
        (
            "implicit.example",
            "advice",
            "mail goes to the domain's own address",
        ),
        (
            "nowhere-to-go.example",
            "falls-short",
            "no mail exchanger and no address",
        ),
        (
            "never-there.example",
            "falls-short",
            "the domain does not exist",
        ),
        (
            "mismatch.example",
            "meets",
            "2 mail exchangers: mx.mismatch.example, backup.elsewhere.example",
        ),
    ] {
        world.posture(domain, &[]).demand("mx", standing, part);
    }
    // Where nothing arrives, nothing of the way is told.
    let told = world.posture("null.example", &[]);
    let names: Vec<&str> = told.report["checks"]
        .as_array()
        .expect("checks")
        .iter()
        .filter_map(|check| check["check"].as_str())
        .collect();
    assert_eq!(names, ["mx", "spf", "dkim", "dmarc"]);
    let told = world.posture("homeless.example", &[]);
    told.demand("tls", "falls-short", "the host has no address");
}

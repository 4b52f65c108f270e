//! MTA-STS (RFC 8461): whether senders are told, by the web, that TLS is a must
//! on the way to a domain, and by which hosts.

use crate::posture::dns::{Answer, Questions};
use crate::posture::https::Fetcher;
use crate::posture::records::{Mode, Policy, announces_policy};
use crate::posture::report::{Check, Facts, Standing, Topic};
use crate::posture::shown::{count, shown, some_of};

/// RFC 8461 section 3.3.
const PATH: &str = "/.well-known/mta-sts.txt";

/// Below a day, a policy is hardly ever in a sender's memory.
const SHORT_AGE_SECONDS: u32 = 86_400;

/// Looks at a domain's policy; gives its mode too, for what a bad certificate
/// means depends on it.
pub(super) async fn check(
    questions: &Questions<'_>,
    fetcher: &Fetcher<'_>,
    domain: &str,
    hosts: &[String],
) -> (Check, Option<Mode>) {
    let check = |standing, found: &str| Check::new(Topic::MtaSts, standing, found);
    let texts = match questions.texts(&format!("_mta-sts.{domain}")).await {
        Ok(answer) => answer.records(),
        Err(error) => return (Check::not_done(Topic::MtaSts, &error), None),
    };
    let announced: Vec<bool> = texts
        .iter()
        .filter_map(|text| announces_policy(text))
        .collect();
    let nothing = Facts::MtaSts {
        announced: !announced.is_empty(),
        mode: None,
        max_age_seconds: None,
        unnamed: Vec::new(),
    };
    match announced.as_slice() {
        [] => {
            let check = check(
                Standing::Advice,
                "not used; the standard does not ask for it",
            )
            .advise("publish a policy, so that senders insist on TLS")
            .facts(nothing);
            return (check, None);
        }
        [true] => {}
        _ => {
            let check = check(
                Standing::FallsShort,
                "the _mta-sts record is broken or stands there twice: senders ignore the policy",
            )
            .advise("publish one record, v=STSv1; id=...")
            .facts(nothing);
            return (check, None);
        }
    }
    let host = format!("mta-sts.{domain}");
    let addresses = match questions.addresses(&host).await {
        Ok(Answer::Records(addresses)) => addresses,
        Ok(Answer::NoRecords | Answer::NoName) => {
            let found = "a policy is announced, but its web server has no address";
            let check = check(Standing::FallsShort, found)
                .advise(format!("publish the address of {host}"))
                .facts(nothing);
            return (check, None);
        }
        Err(error) => return (Check::not_done(Topic::MtaSts, &error), None),
    };
    let Some(address) = addresses.first() else {
        return (check(Standing::NotChecked, "no address"), None);
    };
    let text = match fetcher.fetch(*address, &host, PATH).await {
        Ok(text) => text,
        Err(error) if error.is_out_of_reach() => {
            let found = format!("the policy can't be fetched: {error}");
            return (check(Standing::NotChecked, &found).facts(nothing), None);
        }
        Err(error) => {
            let found = format!("the policy can't be fetched: {error}; senders ignore it");
            let check = check(Standing::FallsShort, &found)
                .advise(format!("mend https://{host}{PATH}"))
                .facts(nothing);
            return (check, None);
        }
    };
    match Policy::parse(&text) {
        Ok(policy) => (judge(&policy, hosts), Some(policy.mode)),
        Err(error) => {
            let found = format!(
                "the policy can't be read: {}; senders ignore it",
                shown(&error.to_string())
            );
            let check = check(Standing::FallsShort, &found)
                .advise(format!("mend https://{host}{PATH}"))
                .facts(nothing);
            (check, None)
        }
    }
}

fn judge(policy: &Policy, hosts: &[String]) -> Check {
    let unnamed: Vec<&str> = hosts
        .iter()
        .filter(|host| !policy.allows(host))
        .map(String::as_str)
        .collect();
    let facts = Facts::MtaSts {
        announced: true,
        mode: Some(policy.mode),
        max_age_seconds: Some(policy.max_age_seconds),
        unnamed: unnamed.iter().map(|host| shown(host)).collect(),
    };
    let mode = match policy.mode {
        Mode::Enforce => "enforce",
        Mode::Testing => "testing",
        Mode::None => "none",
    };
    let found = format!("mode {mode}, kept for {}", age(policy.max_age_seconds));
    let names = some_of(unnamed.iter().copied(), 3);
    let check = match (policy.mode, unnamed.is_empty()) {
        (Mode::None, _) => Check::new(Topic::MtaSts, Standing::Advice, found)
            .advise("go on to mode enforce once all mail exchangers have TLS"),
        (Mode::Enforce, false) => Check::new(
            Topic::MtaSts,
            Standing::FallsShort,
            format!("{found}; it does not name {names}: senders will not deliver there"),
        )
        .advise("name every mail exchanger in the policy, and change the id"),
        (Mode::Testing, false) => Check::new(
            Topic::MtaSts,
            Standing::FallsShort,
            format!("{found}; it does not name {names}"),
        )
        .advise("name every mail exchanger in the policy, and change the id"),
        (Mode::Testing, true) => Check::new(Topic::MtaSts, Standing::Advice, found)
            .advise("go on to mode enforce once reports are clean"),
        (Mode::Enforce, true) if policy.max_age_seconds < SHORT_AGE_SECONDS => {
            Check::new(Topic::MtaSts, Standing::Advice, found)
                .advise("keep it for weeks (max_age), or senders forget it between messages")
        }
        (Mode::Enforce, true) => Check::new(Topic::MtaSts, Standing::Meets, found),
    };
    check.facts(facts)
}

fn age(seconds: u32) -> String {
    match seconds.checked_div(86_400) {
        Some(days) if days > 0 => count(usize::try_from(days).unwrap_or_default(), "day"),
        _ => count(usize::try_from(seconds).unwrap_or_default(), "second"),
    }
}

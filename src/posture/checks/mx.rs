//! Where a domain's mail goes (RFC 5321 section 5.1, RFC 7505).

use std::net::IpAddr;

use crate::posture::dns::{Answer, Exchanger, Questions};
use crate::posture::report::{Check, Facts, Standing, Topic};
use crate::posture::shown::{count, shown, some_of};

/// Mail exchangers of one domain that are visited.
const MAX_HOSTS: usize = 10;

/// The hosts that take a domain's mail, the first to be asked first.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Route {
    /// These.
    Hosts(Vec<String>),
    /// There are none: nothing can be sent there.
    Nowhere,
    /// Not known.
    Unknown,
}

/// Looks where mail goes.
pub(super) async fn check(questions: &Questions<'_>, domain: &str) -> (Check, Route) {
    let answer = match questions.exchangers(domain).await {
        Ok(answer) => answer,
        Err(error) => return (Check::not_done(Topic::Mx, &error), Route::Unknown),
    };
    match answer {
        Answer::Records(exchangers) => published(&exchangers),
        Answer::NoName => nowhere("the domain does not exist in DNS", false),
        Answer::NoRecords => match questions.addresses(domain).await {
            Err(error) => (Check::not_done(Topic::Mx, &error), Route::Unknown),
            Ok(Answer::Records(_)) => {
                let check = Check::new(
                    Topic::Mx,
                    Standing::Advice,
                    "no mail exchanger is published; mail goes to the domain's own address",
                )
                .advise("publish an MX record")
                .facts(facts(&[], false, true));
                (check, Route::Hosts(vec![domain.to_owned()]))
            }
            Ok(Answer::NoRecords | Answer::NoName) => nowhere(
                "no mail exchanger and no address: nothing can be sent there",
                false,
            ),
        },
    }
}

fn published(exchangers: &[Exchanger]) -> (Check, Route) {
    let real: Vec<&Exchanger> = exchangers
        .iter()
        .filter(|exchanger| !exchanger.host.is_empty())
        .collect();
    let null = real.len() < exchangers.len();
    if real.is_empty() {
        return nowhere("the domain says that it takes no mail (null MX)", true);
    }
    let mut hosts: Vec<String> = Vec::new();
    for exchanger in &real {
        if !hosts.contains(&exchanger.host) {
            hosts.push(exchanger.host.clone());
        }
        if hosts.len() > MAX_HOSTS {
            break;
        }
    }
    let named = some_of(real.iter().map(|exchanger| exchanger.host.as_str()), 5);
    let found = format!("{}: {named}", count(real.len(), "mail exchanger"));
    let check = Check::new(Topic::Mx, Standing::Meets, found);
    let address = real
        .iter()
        .find(|exchanger| exchanger.host.parse::<IpAddr>().is_ok());
    let mut check = if null {
        let mut check = check.advise("take the null MX away: it contradicts the others");
        check.standing = Standing::FallsShort;
        check
    } else if let Some(exchanger) = address {
        let what = format!("name a host: {} is an address", shown(&exchanger.host));
        let mut check = check.advise(what);
        check.standing = Standing::FallsShort;
        check
    } else if real.len() > MAX_HOSTS {
        let what = format!("check whether all are needed; only {MAX_HOSTS} hosts were visited");
        let mut check = check.advise(what);
        check.standing = Standing::Advice;
        check
    } else {
        check
    };
    check = check.facts(facts(&real, null, false));
    hosts.truncate(MAX_HOSTS);
    (check, Route::Hosts(hosts))
}

fn nowhere(found: &str, null: bool) -> (Check, Route) {
    let check = Check::new(Topic::Mx, Standing::FallsShort, found)
        .advise("nothing can be sent there; if it should receive mail, publish an MX record")
        .facts(facts(&[], null, false));
    (check, Route::Nowhere)
}

fn facts(exchangers: &[&Exchanger], null: bool, implicit: bool) -> Facts {
    let hosts = exchangers.iter().take(MAX_HOSTS);
    Facts::Mx {
        exchangers: exchangers.len(),
        hosts: hosts.map(|exchanger| shown(&exchanger.host)).collect(),
        null,
        implicit,
    }
}

//! The checks, one a file: what is asked, and what the answer means to whoever
//! reads the report.
//!
//! **What is not here:** how records are read, see [`super::records`]; how DNS,
//! mail servers and web servers are spoken to, see the files beside this folder.

mod dane;
mod dkim;
mod dmarc;
mod mta_sts;
mod mx;
mod spf;
mod tls;

use self::mx::Route;
use crate::posture::certificate::Authority;
use crate::posture::dns::Questions;
use crate::posture::https::Fetcher;
use crate::posture::report::{Check, Topic};
use crate::posture::smtp::Visitor;

/// What all checks of a domain need.
#[derive(Debug)]
pub(super) struct World<'a> {
    pub(super) questions: Questions<'a>,
    pub(super) fetcher: Fetcher<'a>,
    pub(super) visitor: Visitor<'a>,
    pub(super) authority: &'a Authority,
    pub(super) selectors: &'a [String],
}

/// Does every check of a domain, in the order in which they are told.
pub(super) async fn all(world: &World<'_>, domain: &str) -> Vec<Check> {
    let questions = &world.questions;
    let (exchangers, route) = mx::check(questions, domain).await;
    let mut checks = vec![exchangers];
    checks.push(spf::check(questions, domain).await);
    checks.push(dkim::check(questions, domain, world.selectors).await);
    checks.push(dmarc::check(questions, domain).await);
    let hosts = match route {
        Route::Hosts(hosts) => hosts,
        // Nothing arrives there, so nothing of it can be in danger.
        Route::Nowhere => return checks,
        Route::Unknown => {
            let why = "it is not known where the domain's mail goes";
            for topic in [Topic::Tls, Topic::MtaSts, Topic::Dane] {
                checks.push(Check::not_done(topic, &why));
            }
            return checks;
        }
    };
    let (policy, mode) = mta_sts::check(questions, &world.fetcher, domain, &hosts).await;
    let visited = tls::visit_all(questions, &world.visitor, world.authority, &hosts, mode).await;
    let dane = dane::check_all(questions, domain, &visited).await;
    for one in visited {
        checks.push(one.tls);
        checks.extend(one.certificate);
    }
    checks.push(policy);
    checks.extend(dane);
    checks
}

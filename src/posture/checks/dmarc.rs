//! What receivers do with mail that only pretends to be a domain's own (RFC
//! 7489, RFC 9989).
//!
//! A domain without a record is covered by that of its organisation, which is
//! found by asking upwards name by name (RFC 9989 section 4.10), as receivers
//! of the new standard do. The older way, a list of public suffixes (RFC 7489
//! section 3.2), would need a list in the program that grows old.

use crate::posture::dns::{Questions, Unanswered};
use crate::posture::records::{DmarcRecord, Request};
use crate::posture::report::{Check, Facts, Standing, Topic};
use crate::posture::shown::shown;

/// RFC 9989 section 4.10: questions on the way up.
const MAX_STEPS: usize = 8;

/// Looks at the policy that covers a domain.
pub(super) async fn check(questions: &Questions<'_>, domain: &str) -> Check {
    let walked = match walk(questions, domain).await {
        Ok(walked) => walked,
        Err(error) => return Check::not_done(Topic::Dmarc, &error),
    };
    match walked {
        Walked::Several(at) => {
            let found = format!(
                "several DMARC records at {}: receivers take none of them",
                shown(&at)
            );
            Check::new(Topic::Dmarc, Standing::FallsShort, found).advise("keep one")
        }
        Walked::Nothing => Check::new(Topic::Dmarc, Standing::FallsShort, "no DMARC record")
            .advise("publish v=DMARC1; p=none with rua=, read the reports, then go on to p=reject"),
        Walked::Found { at, record } => judge(domain, &at, &record),
    }
}

enum Walked {
    Nothing,
    Several(String),
    Found { at: String, record: DmarcRecord },
}

async fn walk(questions: &Questions<'_>, domain: &str) -> Result<Walked, Unanswered> {
    // The organisation's record is that of the highest name that has one.
    let mut organisation = None;
    for name in way_up(domain) {
        let answer = questions.texts(&format!("_dmarc.{name}")).await?;
        let texts = answer.records();
        let mut records = texts.iter().filter_map(|text| DmarcRecord::parse(text));
        let record = records.next();
        if records.next().is_some() {
            if name == domain {
                return Ok(Walked::Several(name.to_owned()));
            }
            continue;
        }
        let Some(record) = record else { continue };
        if name == domain {
            let at = name.to_owned();
            return Ok(Walked::Found { at, record });
        }
        let last = record.psd;
        // A registry's own record counts only where nothing below it does.
        if last != Some(true) || organisation.is_none() {
            organisation = Some((name.to_owned(), record));
        }
        if last.is_some() {
            break;
        }
    }
    Ok(match organisation {
        Some((at, record)) => Walked::Found { at, record },
        None => Walked::Nothing,
    })
}

/// The names to ask: the domain, then its parents; of a very deep one the
/// middle is left out.
fn way_up(domain: &str) -> Vec<&str> {
    let labels = domain.split('.').count();
    let mut names = vec![domain];
    let mut rest = domain;
    let mut left = labels;
    while let Some((_, parent)) = rest.split_once('.') {
        rest = parent;
        left = left.saturating_sub(1);
        if left < MAX_STEPS {
            names.push(rest);
        }
    }
    names
}

fn judge(domain: &str, at: &str, record: &DmarcRecord) -> Check {
    let own = at == domain;
    let asked = if own {
        record.p
    } else {
        record.for_subdomains()
    };
    // What is really asked for the weakest-treated message.
    let in_force = if record.testing || record.pct < 100 {
        asked.weaker()
    } else {
        asked
    };
    let mut found = format!("p={}", asked.word());
    if !own {
        found = format!("inherited from {}: {}", shown(at), asked.word());
    }
    if record.pct < 100 {
        found = format!("{found} for {} % of the mail only", record.pct);
    }
    if record.testing {
        found = format!("{found}, being tried out only (t=y)");
    }
    found = match record.reports {
        0 => format!("{found}, no reports"),
        1 => format!("{found}, reports to 1 address"),
        reports => format!("{found}, reports to {reports} addresses"),
    };
    let check = |standing| Check::new(Topic::Dmarc, standing, found);
    let check = match (asked, in_force) {
        (Request::Reject, Request::Reject) if own && record.for_subdomains() < Request::Reject => {
            check(Standing::Advice).advise(format!(
                "subdomains are left at sp={}; go on to sp=reject",
                record.for_subdomains().word()
            ))
        }
        (Request::Reject, Request::Reject) if !record.whole => {
            check(Standing::Advice).advise("the record has mistakes: mend it")
        }
        (Request::Reject, Request::Reject) if record.reports == 0 => check(Standing::Advice)
            .advise("name an address for reports (rua=), so that trouble is seen"),
        (Request::Reject, Request::Reject) => check(Standing::Meets),
        (Request::Reject, _) => check(Standing::Advice)
            .advise("take pct= and t=y out; until then mail is quarantined at most, which the standard bears for three months after accreditation"),
        (Request::Quarantine, Request::Quarantine) => check(Standing::Advice)
            .advise("go on to p=reject; the standard bears quarantine for three months after accreditation"),
        (Request::Quarantine | Request::None, _) => check(Standing::FallsShort)
            .advise("read the reports, then go on to p=reject"),
    };
    check.facts(Facts::Dmarc {
        at: Some(shown(at)),
        request: Some(asked),
        subdomains: Some(record.for_subdomains()),
        pct: Some(record.pct),
        testing: record.testing,
        reports: record.reports,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_up_has_eight_steps_at_most() {
        assert_eq!(
            way_up("a.b.trust.example"),
            [
                "a.b.trust.example",
                "b.trust.example",
                "trust.example",
                "example"
            ]
        );
        let deep = "a.b.c.d.e.f.g.h.i.j.mail.example.com";
        let names = way_up(deep);
        assert_eq!(names.len(), MAX_STEPS);
        assert_eq!(names[..2], [deep, "g.h.i.j.mail.example.com"]);
    }
}

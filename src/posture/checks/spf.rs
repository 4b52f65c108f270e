//! Who may send for a domain, and whether receivers can find out (RFC 7208).
//!
//! Receivers give up, and treat the record as an error, after ten lookups or
//! two that found nothing. Which ones they make depends on the sender; counted
//! is the longest way, that of a sender whom nothing matches.

use crate::posture::dns::{Answer, Questions, Unanswered};
use crate::posture::records::{Mechanism, Qualifier, SpfRecord, is_spf};
use crate::posture::report::{Check, Facts, Standing, Topic};
use crate::posture::shown::{count, shown};

/// RFC 7208 section 4.6.4.
const MAX_LOOKUPS: usize = 10;
/// RFC 7208 section 4.6.4.
const MAX_VOID_LOOKUPS: usize = 2;
/// Lookups after which counting stops: it is far too many already.
const COUNTED_LOOKUPS: usize = 40;

/// Looks at a domain's SPF.
pub(super) async fn check(questions: &Questions<'_>, domain: &str) -> Check {
    let mut walk = Walk {
        questions,
        lookups: 0,
        void_lookups: 0,
    };
    let records = match walk.records_of(domain).await {
        Ok(records) => records,
        Err(error) => return Check::not_done(Topic::Spf, &error),
    };
    let facts = |all, walk: &Walk<'_>| Facts::Spf {
        records: records.len(),
        all,
        lookups: walk.lookups,
        void_lookups: walk.void_lookups,
    };
    let record = match records.as_slice() {
        [record] => record,
        [] => {
            let check = Check::new(Topic::Spf, Standing::FallsShort, "no SPF record");
            return check
                .advise("publish one that ends in -all or ~all")
                .facts(facts(None, &walk));
        }
        several => {
            let found = format!(
                "{}: receivers treat that as an error",
                count(several.len(), "SPF record")
            );
            return Check::new(Topic::Spf, Standing::FallsShort, found)
                .advise("put them together into one")
                .facts(facts(None, &walk));
        }
    };
    let done = walk.follow(domain, record).await;
    let all = match done {
        Ok(all) => all,
        Err(Stopped::Dns(error)) => return Check::not_done(Topic::Spf, &error),
        Err(Stopped::Wrong { what, todo }) => {
            let found = format!("{what}: receivers treat that as an error");
            return Check::new(Topic::Spf, Standing::FallsShort, found)
                .advise(todo)
                .facts(facts(None, &walk));
        }
    };
    judge(all, &walk).facts(facts(all, &walk))
}

fn judge(all: Option<Qualifier>, walk: &Walk<'_>) -> Check {
    let short = |found: String| Check::new(Topic::Spf, Standing::FallsShort, found);
    if walk.lookups > MAX_LOOKUPS {
        let more = if walk.lookups >= COUNTED_LOOKUPS {
            "at least "
        } else {
            ""
        };
        let found = format!(
            "{more}{} where receivers make at most {MAX_LOOKUPS}: they treat it as an error",
            count(walk.lookups, "DNS lookup")
        );
        return short(found).advise("take out includes that are no longer needed");
    }
    if walk.void_lookups > MAX_VOID_LOOKUPS {
        let found = format!(
            "{} find nothing where receivers bear {MAX_VOID_LOOKUPS}: they treat it as an error",
            count(walk.void_lookups, "DNS lookup")
        );
        return short(found).advise("take out names that are no longer there");
    }
    let lookups = format!("{} of {MAX_LOOKUPS}", count(walk.lookups, "DNS lookup"));
    match all {
        Some(Qualifier::Fail) => Check::new(
            Topic::Spf,
            Standing::Meets,
            format!("hardfail (-all), {lookups}"),
        ),
        Some(Qualifier::Softfail) => Check::new(
            Topic::Spf,
            Standing::Meets,
            format!("softfail (~all), {lookups}"),
        ),
        Some(Qualifier::Pass) => short(String::from("+all lets everybody send for the domain"))
            .advise("end the record in -all or ~all"),
        Some(Qualifier::Neutral) => short(String::from("?all says nothing about other senders"))
            .advise("end the record in -all or ~all"),
        None => short(String::from(
            "the record has no \"all\" and says nothing about other senders",
        ))
        .advise("end the record in -all or ~all"),
    }
}

/// Why the walk along includes ended early.
enum Stopped {
    Dns(Unanswered),
    /// What receivers call a permanent error.
    Wrong {
        what: String,
        todo: &'static str,
    },
}

impl From<Unanswered> for Stopped {
    fn from(error: Unanswered) -> Self {
        Self::Dns(error)
    }
}

fn wrong(what: String, todo: &'static str) -> Stopped {
    Stopped::Wrong { what, todo }
}

struct Walk<'a> {
    questions: &'a Questions<'a>,
    lookups: usize,
    void_lookups: usize,
}

/// A record on the way, and how far it has been followed.
struct Open {
    domain: String,
    record: SpfRecord,
    next: usize,
    /// Whether its `all` is the answer: it is the domain's own record, or where
    /// that redirects to.
    decides: bool,
}

impl Walk<'_> {
    async fn records_of(&mut self, domain: &str) -> Result<Vec<String>, Unanswered> {
        let answer = self.questions.texts(domain).await?;
        Ok(answer
            .records()
            .into_iter()
            .filter(|text| is_spf(text))
            .collect())
    }

    /// Follows a record to its end and gives what becomes of everybody else.
    async fn follow(&mut self, domain: &str, text: &str) -> Result<Option<Qualifier>, Stopped> {
        let mut outermost = Open::read(domain, text)?;
        outermost.decides = true;
        let mut open = vec![outermost];
        let mut all = None;
        while let Some(current) = open.last_mut() {
            if self.lookups >= COUNTED_LOOKUPS {
                break;
            }
            if let Some(mechanism) = current.record.asks.get(current.next).cloned() {
                current.next = current.next.saturating_add(1);
                let domain = current.domain.clone();
                self.lookups = self.lookups.saturating_add(1);
                match mechanism {
                    Mechanism::Include(target) => {
                        let next = self.enter(&open, &target, "include:").await?;
                        open.extend(next);
                    }
                    Mechanism::A(name) => self.look(name.unwrap_or(domain), Kind::Address).await?,
                    Mechanism::Mx(name) => {
                        self.look(name.unwrap_or(domain), Kind::Exchanger).await?;
                    }
                    // Depend on the sender.
                    Mechanism::Exists(_) | Mechanism::Ptr => {}
                }
                continue;
            }
            let decides = current.decides;
            if decides && current.record.all.is_some() {
                all = current.record.all;
            }
            // The record stays open while its redirect is followed: one that
            // leads back to it would never end.
            let Some(target) = current.record.redirect.take() else {
                open.pop();
                continue;
            };
            self.lookups = self.lookups.saturating_add(1);
            if let Some(mut next) = self.enter(&open, &target, "redirect=").await? {
                next.decides = decides;
                open.push(next);
            }
        }
        Ok(all)
    }

    /// The record that an include or a redirect leads to; nothing where the
    /// name depends on the sender.
    async fn enter(
        &mut self,
        open: &[Open],
        target: &str,
        by: &str,
    ) -> Result<Option<Open>, Stopped> {
        if target.contains('%') {
            return Ok(None);
        }
        let target = target.trim_end_matches('.').to_ascii_lowercase();
        let name = shown(&target);
        if open.iter().any(|above| above.domain == target) {
            let what = format!("{by}{name} leads back to itself");
            return Err(wrong(what, "take the circle out"));
        }
        let records = match self.records_of(&target).await {
            Err(Unanswered::Name) => Vec::new(),
            records => records?,
        };
        match records.as_slice() {
            [text] => Open::read(&target, text).map(Some),
            [] => Err(wrong(
                format!("{by}{name} has no SPF record"),
                "take it out, or mend its name",
            )),
            _ => Err(wrong(
                format!("{by}{name} has several SPF records"),
                "take it out, or ask its owner to mend it",
            )),
        }
    }

    async fn look(&mut self, name: String, of: Kind) -> Result<(), Unanswered> {
        if name.contains('%') {
            return Ok(());
        }
        let nothing = match of {
            Kind::Address => self
                .questions
                .addresses(&name)
                .await
                .map(|answer| !matches!(answer, Answer::Records(_))),
            Kind::Exchanger => self
                .questions
                .exchangers(&name)
                .await
                .map(|answer| !matches!(answer, Answer::Records(_))),
        };
        let nothing = match nothing {
            Err(Unanswered::Name) => true,
            nothing => nothing?,
        };
        self.void_lookups = self.void_lookups.saturating_add(usize::from(nothing));
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Address,
    Exchanger,
}

impl Open {
    fn read(domain: &str, text: &str) -> Result<Self, Stopped> {
        match SpfRecord::parse(text) {
            Ok(record) => Ok(Self {
                domain: domain.to_owned(),
                record,
                next: 0,
                decides: false,
            }),
            Err(error) => Err(wrong(
                format!(
                    "the record of {}: {}",
                    shown(domain),
                    shown(&error.to_string())
                ),
                "mend the record",
            )),
        }
    }
}

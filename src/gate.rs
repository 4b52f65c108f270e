//! The gate: the whole pure route of one message in one function.
//!
//! **What is not here:** where messages come from and what is done with the
//! plan; see [`crate::milter`].

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::act::{Organisation, Plan, plan};
use crate::directory::{Class, Consents, Directory, KeyState};
use crate::extract::{Extracted, Reader, extract};
use crate::limits::Limits;
use crate::location::{Location, Place};
use crate::mail::{Address, Envelope, Gap, GapReason, Header, Message, Path, addresses};
use crate::policy::{
    Facts, FindingFact, MessageFacts, Policy, RecipientFact, TagWords, Verdict, decide,
};
use crate::scan::token::{Token, TokenKey};
use crate::scan::{Finding, NumberClass, Scanned, Scanner};
use crate::timestamp::Timestamp;

/// Everything that a decision needs beside the message: loaded whole, never
/// changed, swapped as one.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Who we are.
    pub organisation: Organisation,
    /// What is known about recipients.
    pub directory: Directory,
    /// Who has agreed to ordinary mail.
    pub consents: Consents,
    /// What is looked for.
    pub scanner: Scanner,
    /// The rules.
    pub policy: Policy,
    /// The words that count as tags.
    pub tags: TagWords,
    /// The bounds.
    pub limits: Limits,
    /// The key of the tokens in facts.
    pub token_key: TokenKey,
    /// Whether there is a hand-over port for copies and notices.
    pub can_hand_over: bool,
}

/// What became of one message on the pure route.
#[derive(Clone, Debug)]
pub struct Examination {
    /// The message, parsed.
    pub message: Message,
    /// Each identifier at each place, with its value.
    pub findings: Vec<Finding>,
    /// The facts that the decision rests on.
    pub facts: Facts,
    /// What is to be done for each recipient, and why.
    pub verdict: Verdict,
    /// How it is to be done.
    pub plan: Plan,
}

impl Gate {
    /// The whole route: read, find, look up, decide, plan.
    pub fn examine(
        &self,
        message: Message,
        envelope: &Envelope,
        at: Timestamp,
        reader: &dyn Reader,
    ) -> Examination {
        let Extracted {
            texts,
            mut gaps,
            hidden,
        } = extract(&message, &self.limits, reader);
        let Scanned {
            mut findings,
            cut_short,
        } = self.scanner.scan(&texts);
        drop_echoes(&mut findings);
        gaps.extend(cut_short.into_iter().map(|location| Gap {
            location,
            why: GapReason::TooManyNumbers,
            format: None,
        }));
        let facts = self.facts(&message, envelope, &findings, (gaps, hidden), at);
        let verdict = decide(&facts, &self.policy);
        let plan = plan(&verdict, &visible(&message, envelope), self.can_hand_over);
        Examination {
            message,
            findings,
            facts,
            verdict,
            plan,
        }
    }

    fn facts(
        &self,
        message: &Message,
        envelope: &Envelope,
        findings: &[Finding],
        (gaps, hidden): (Vec<Gap>, Vec<Location>),
        at: Timestamp,
    ) -> Facts {
        let subject = message.header("subject").map(Header::text);
        let subject = subject.as_ref().map_or("", |subject| subject.reveal());
        let (findings, more_findings) = self.finding_facts(findings);
        let consenting = self.consenting(message, envelope, at);
        let recipients = envelope.recipients.iter().map(|path| {
            let recipient = self.directory.look_up(path, at);
            // No consent lifts a block of ours.
            let consented = recipient.class != Class::Blocked
                && consenting.is_some()
                && self.consent(path.address(), at) == consenting;
            RecipientFact {
                class: recipient.class,
                standing: recipient.standing,
                secure: recipient.secure,
                key: self.without_fingerprint(recipient.key),
                looks_like: recipient.looks_like,
                consented,
            }
        });
        Facts {
            message: MessageFacts {
                bytes: message.raw().reveal().len(),
                encrypted: message.is_encrypted(),
                tags: self.tags.found(subject),
            },
            findings,
            more_findings,
            gaps,
            hidden,
            recipients: recipients.collect(),
        }
    }

    /// The token of the one recipient who has agreed to ordinary mail; `None`
    /// if nobody has, or more than one: each agreed to receive their own data,
    /// and whose it is can't be told. Who is named in To or Cc counts too, since
    /// MTAs send a message on in pieces.
    fn consenting(&self, message: &Message, envelope: &Envelope, at: Timestamp) -> Option<Token> {
        let recipients = envelope.recipients.iter().map(Path::address);
        let mut tokens: BTreeSet<Token> = recipients
            .filter_map(|address| self.consent(address, at))
            .collect();
        if tokens.len() == 1 {
            let named = named(message);
            tokens.extend(
                named
                    .iter()
                    .filter_map(|address| self.consent(Some(address), at)),
            );
        }
        let first = tokens.pop_first();
        first.filter(|_| tokens.is_empty())
    }

    /// Whether a patient with this address has agreed to ordinary mail.
    pub fn has_consented(&self, address: &Address, at: Timestamp) -> bool {
        self.consent(Some(address), at).is_some()
    }

    /// The token of an address for which a consent is in force.
    fn consent(&self, address: Option<&Address>, at: Timestamp) -> Option<Token> {
        if self.consents.is_empty() {
            return None;
        }
        let token = Consents::token(&self.token_key, address?);
        self.consents.in_force(&token, at).map(|_| token)
    }

    fn without_fingerprint(&self, key: KeyState) -> KeyState {
        let KeyState::Usable { fingerprint } = key else {
            return key;
        };
        let token = self.token_key.token("key", fingerprint.as_bytes());
        KeyState::Usable {
            fingerprint: token.as_str().to_owned(),
        }
    }

    /// One fact for each value, place and level, the surest first. Of each kind of
    /// place, seen by people and not, with and without a clinical word, in test
    /// ranges and others, as many as the bound are kept, so that no flood of one
    /// kind can push out another; and further places of a value only where there
    /// is room beside all values.
    fn finding_facts(&self, findings: &[Finding]) -> (Vec<FindingFact>, usize) {
        let mut surest: BTreeMap<_, FindingFact> = BTreeMap::new();
        for finding in findings {
            let kind = finding.identifier.word();
            let value = finding.value.reveal().as_bytes();
            let token = self.token_key.token(kind, value);
            let key = (
                token.clone(),
                finding.location.place,
                finding.location.part.clone(),
                finding.location.hidden,
                finding.clinical,
                finding.confidence,
            );
            let fact = FindingFact {
                identifier: finding.identifier.clone(),
                class: finding.class,
                confidence: finding.confidence,
                score: finding.score,
                evidence: finding.evidence.clone(),
                clinical: finding.clinical,
                ours: finding.ours,
                location: finding.location.clone(),
                shape: finding.shape.clone(),
                token,
            };
            surest
                .entry(key)
                .and_modify(|known| {
                    if known.score < fact.score {
                        known.clone_from(&fact);
                    }
                })
                .or_insert(fact);
        }
        let mut facts: Vec<FindingFact> = surest.into_values().collect();
        facts.sort_by(surest_first);
        let mut met: BTreeMap<Token, usize> = BTreeMap::new();
        let mut counted: Vec<(usize, FindingFact)> = Vec::with_capacity(facts.len());
        for fact in facts {
            let times = met.entry(fact.token.clone()).or_default();
            *times = times.saturating_add(1);
            counted.push((*times, fact));
        }
        counted.sort_by_key(|(times, _)| *times);
        let mut facts: Vec<FindingFact> = counted.into_iter().map(|(_, fact)| fact).collect();
        let mut kept: BTreeMap<_, usize> = BTreeMap::new();
        let all = facts.len();
        facts.retain(|fact| {
            let test = fact.class == Some(NumberClass::Test);
            let count = kept
                .entry((
                    fact.identifier.clone(),
                    fact.location.place,
                    fact.location.hidden.is_some(),
                    fact.clinical,
                    test,
                    fact.ours,
                ))
                .or_default();
            *count = count.saturating_add(1);
            *count <= self.limits.findings
        });
        facts.sort_by(surest_first);
        let more = all.saturating_sub(facts.len());
        (facts, more)
    }
}

/// Drops what the message as it stands, without its parts, tells of a part a
/// second time: people would look for it in the body. What only the whole gives,
/// or gives more surely, stays.
fn drop_echoes(findings: &mut Vec<Finding>) {
    let is_whole = |at: &Location| at.place == Place::Body && at.part.depth() == 0;
    let weight = |finding: &Finding| (finding.score, finding.clinical);
    let mut told: HashMap<_, Vec<_>> = HashMap::new();
    let is_header = |at: &Location| matches!(at.place, Place::Subject | Place::Header);
    for finding in findings
        .iter()
        .filter(|finding| !is_whole(&finding.location) && !is_header(&finding.location))
    {
        let key = (finding.identifier.clone(), finding.value.reveal().clone());
        let known = told.entry(key).or_default();
        if !known.contains(&weight(finding)) {
            known.push(weight(finding));
        }
    }
    findings.retain(|finding| {
        let key = (finding.identifier.clone(), finding.value.reveal().clone());
        let (score, clinical) = weight(finding);
        let echoes = told.get(&key).is_some_and(|known| {
            known
                .iter()
                .any(|(known, words)| *known >= score && *words >= clinical)
        });
        !(is_whole(&finding.location) && echoes)
    });
}

fn surest_first(one: &FindingFact, other: &FindingFact) -> Ordering {
    let order = other.score.cmp(&one.score);
    order
        .then_with(|| one.location.cmp(&other.location))
        .then_with(|| one.token.cmp(&other.token))
}

/// For each recipient of the envelope, whether To or Cc names it. Bcc exists
/// only in the envelope.
fn visible(message: &Message, envelope: &Envelope) -> Vec<bool> {
    let named = named(message).into_iter().map(|address| address.key());
    let named: BTreeSet<_> = named.collect();
    let recipients = envelope.recipients.iter();
    recipients
        .map(|path| {
            let address = path.address();
            address.is_some_and(|address| named.contains(&address.key()))
        })
        .collect()
}

/// The addresses in To and Cc.
fn named(message: &Message) -> Vec<Address> {
    let headers = message.headers().iter();
    headers
        .filter(|header| header.is("to") || header.is("cc"))
        .flat_map(|header| addresses(header.text().reveal()))
        .collect()
}

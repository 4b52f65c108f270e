//! The consent register: patients who have agreed to ordinary mail.
//!
//! Each entry is a keyed token of one address, never the address: who has the
//! file alone learns how many agreed and when. With the site's key an address
//! can be tried, so the file is patient data all the same. The tokens are of a
//! kind of their own and can't be joined with those of the audit log.
//!
//! **One address, exactly.** A consent is for the address as
//! [`Address::key`] knows it: the local part in lower case, the domain
//! normalised. `a+x@` and `a.b@` are other addresses than `a@` and `ab@`,
//! although some providers deliver them alike: nobody agreed to a likeness.
//!
//! **The key.** Each entry names the key that it was made with by a token that
//! tells nothing of it, so that a key that was lost or changed is noticed,
//! instead of nobody being recognised any more without a word.
//!
//! **What is not here:** the file on disk ([`crate::load`]) and what a consent
//! leads to ([`crate::policy`]).

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::entries::{self, RegisterError};
use crate::mail::Address;
use crate::scan::token::{Token, TokenKey};
use crate::timestamp::Timestamp;

/// One line of the consent register.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ConsentEntry {
    /// The version of the format, 1.
    pub v: u32,
    /// When it was recorded. Entries stand in this order.
    pub at: Timestamp,
    /// Who recorded it.
    pub by: String,
    /// Which of the site's keys the token was made with; see
    /// [`Consents::key_mark`].
    pub key: Token,
    /// The token of the address; see [`Consents::token`].
    pub token: Token,
    /// What was recorded.
    #[serde(flatten)]
    pub act: ConsentAct,
}

/// What may be recorded about an address.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
pub enum ConsentAct {
    /// The patient agreed; an earlier consent of the same address is renewed.
    Agreed {
        /// When it ends, unless it is ended before.
        until: Timestamp,
        /// Where the evidence is, such as the number of a form.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
    },
    /// The consent was ended.
    Ended {
        /// Why.
        why: String,
    },
}

/// One consent, from when it was recorded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Consent {
    /// The token of the address.
    pub token: Token,
    /// Which key the token was made with.
    pub key: Token,
    /// Since when.
    pub from: Timestamp,
    /// Until when, as it was said.
    pub until: Timestamp,
    /// Who recorded it.
    pub by: String,
    /// Where the evidence is.
    pub reference: Option<String>,
    /// How it was ended before its time, if it was.
    pub end: Option<ConsentEnd>,
}

/// How a consent was ended before its time.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ConsentEnd {
    /// Another one for the same address took its place.
    Renewed {
        /// When.
        at: Timestamp,
    },
    /// Somebody ended it.
    Ended {
        /// When.
        at: Timestamp,
        /// Who.
        by: String,
        /// Why.
        why: String,
    },
}

impl ConsentEnd {
    /// When it was ended.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Renewed { at } | Self::Ended { at, .. } => *at,
        }
    }
}

impl Consent {
    /// Whether it is in force at a moment; at its end it no longer is.
    pub fn is_in_force(&self, at: Timestamp) -> bool {
        let ended = self.end.as_ref().map(ConsentEnd::at);
        self.from <= at && at < self.until && ended.is_none_or(|end| at < end)
    }
}

/// The consent register: every consent that was ever recorded.
#[derive(Clone, Debug, Default)]
pub struct Consents {
    all: Vec<Consent>,
    /// Where the consents of a token stand among all, the oldest first.
    by_token: HashMap<Token, Vec<usize>>,
    last: Option<Timestamp>,
    entries: usize,
}

impl Consents {
    /// The token under which an address is recorded.
    pub fn token(key: &TokenKey, address: &Address) -> Token {
        key.token("consent", address.key().reveal().as_bytes())
    }

    /// Tells one of the site's keys from another, and nothing of it.
    pub fn key_mark(key: &TokenKey) -> Token {
        key.token("consent key", b"")
    }

    /// Reads a register, one entry a line. What stands behind the last line end
    /// was never finished, so never counted, and is passed over.
    ///
    /// # Errors
    /// At the first line that is no entry, is older than the one before, or
    /// does not follow from those before: a register that is wrong in one place
    /// is not used.
    pub fn read(text: &str) -> Result<Self, RegisterError> {
        let mut consents = Self::default();
        entries::read(text, |entry| consents.add(entry))?;
        Ok(consents)
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// Why it does not follow from those before; then nothing is changed.
    pub fn add(&mut self, entry: ConsentEntry) -> Result<(), String> {
        if entry.v != 1 {
            return Err(format!("format {} is from a later version", entry.v));
        }
        if self.last.is_some_and(|last| entry.at < last) {
            return Err(String::from("it is older than the entry before it"));
        }
        let at = entry.at;
        match entry.act {
            ConsentAct::Agreed { until, reference } => {
                if until <= at {
                    return Err(String::from("the consent ends before it begins"));
                }
                if let Some(before) = self.in_force_mut(&entry.token, at) {
                    before.end = Some(ConsentEnd::Renewed { at });
                }
                let places = self.by_token.entry(entry.token.clone()).or_default();
                places.push(self.all.len());
                self.all.push(Consent {
                    token: entry.token,
                    key: entry.key,
                    from: at,
                    until,
                    by: entry.by,
                    reference,
                    end: None,
                });
            }
            ConsentAct::Ended { why } => {
                let Some(consent) = self.in_force_mut(&entry.token, at) else {
                    return Err(String::from("it ends a consent that is not in force"));
                };
                let by = entry.by;
                consent.end = Some(ConsentEnd::Ended { at, by, why });
            }
        }
        self.last = Some(at);
        self.entries = self.entries.saturating_add(1);
        Ok(())
    }

    fn in_force_mut(&mut self, token: &Token, at: Timestamp) -> Option<&mut Consent> {
        let last = *self.by_token.get(token)?.last()?;
        let consent = self.all.get_mut(last)?;
        consent.is_in_force(at).then_some(consent)
    }

    /// The consent of a token that is in force at a moment.
    pub fn in_force(&self, token: &Token, at: Timestamp) -> Option<&Consent> {
        let mut consents = self.of(token).rev();
        consents.find(|consent| consent.is_in_force(at))
    }

    /// Every consent of a token, the oldest first.
    pub fn of(&self, token: &Token) -> impl DoubleEndedIterator<Item = &Consent> {
        let places = self.by_token.get(token).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|place| self.all.get(*place))
    }

    /// Every consent, the oldest first.
    pub fn all(&self) -> impl Iterator<Item = &Consent> {
        self.all.iter()
    }

    /// How many consents are in force at a moment that were made with another
    /// key than this one: no address is recognised by them.
    pub fn of_other_keys(&self, key: &TokenKey, at: Timestamp) -> usize {
        let mark = Self::key_mark(key);
        let lost = self.all.iter();
        lost.filter(|consent| consent.is_in_force(at) && consent.key != mark)
            .count()
    }

    /// Whether nothing was ever recorded.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// How many entries were ever made.
    pub fn entries(&self) -> usize {
        self.entries
    }

    /// When the last entry was made.
    pub fn last(&self) -> Option<Timestamp> {
        self.last
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> TokenKey {
        TokenKey::new(vec![7; 32])
    }

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_unix_ms(minute.saturating_mul(60_000))
    }

    fn token(text: &str) -> Token {
        Consents::token(&key(), &Address::parse(text).unwrap())
    }

    fn entry(minute: i64, token: &Token, act: ConsentAct) -> ConsentEntry {
        ConsentEntry {
            v: 1,
            at: at(minute),
            by: String::from("A. Clerk"),
            key: Consents::key_mark(&key()),
            token: token.clone(),
            act,
        }
    }

    fn agreed(until: i64) -> ConsentAct {
        ConsentAct::Agreed {
            until: at(until),
            reference: None,
        }
    }

    fn ended() -> ConsentAct {
        ConsentAct::Ended {
            why: String::from("asked to"),
        }
    }

    #[test]
    fn the_same_mailbox_is_known_however_it_is_written_and_no_other_is() {
        let known = token("mary@webmail.example");
        for same in [
            "Mary@Webmail.Example",
            "<MARY@webmail.example.>",
            " mary@webmail.example ",
        ] {
            assert_eq!(token(same), known, "{same}");
        }
        for other in [
            "mary+clinic@webmail.example",
            "m.ary@webmail.example",
            "mary@mail.webmail.example",
            "\"mary\"@webmail.example",
        ] {
            assert_ne!(token(other), known, "{other}");
        }
    }

    #[test]
    fn no_token_can_be_joined_with_one_of_the_audit_log() {
        let address = Address::parse("mary@webmail.example").unwrap();
        let audit = key().token("address", address.key().reveal().as_bytes());
        assert_ne!(Consents::token(&key(), &address), audit);
    }

    #[test]
    fn a_register_that_was_changed_by_hand_or_torn_is_told_from_one_that_was_not() {
        let mary = token("mary@webmail.example");
        let one = serde_json::to_string(&entry(1, &mary, agreed(100))).unwrap();
        let two = serde_json::to_string(&entry(2, &mary, ended())).unwrap();
        let torn = Consents::read(&format!("{one}\n{}", &two[..30])).unwrap();
        assert!(torn.in_force(&mary, at(50)).is_some());
        for (text, line) in [
            (format!("{one}\n{}\n", &two[..30]), 2),
            (format!("{two}\n{one}\n"), 1),
            (format!("{one}\n{two}\n{two}\n"), 3),
            (format!("{one}\n{two}\n{one}\n"), 3),
            (one.replace("\"v\":1", "\"v\":2") + "\n", 1),
            (
                one.replace("1970-01-01T01:40", "1969-01-01T01:40") + "\n",
                1,
            ),
        ] {
            assert_eq!(Consents::read(&text).unwrap_err().line, line, "{text}");
        }
    }

    #[test]
    fn consents_of_a_key_that_is_gone_are_counted() {
        let mut consents = Consents::default();
        consents
            .add(entry(1, &token("a@b.test"), agreed(100)))
            .unwrap();
        assert_eq!(consents.of_other_keys(&key(), at(2)), 0);
        let other = TokenKey::new(vec![8; 32]);
        assert_eq!(consents.of_other_keys(&other, at(2)), 1);
        assert_eq!(consents.of_other_keys(&other, at(100)), 0, "it is over");
    }

    /// The same told from the entries of one address alone.
    fn model(entries: &[(i64, bool, i64)], now: i64) -> bool {
        let mut until = None;
        for (minute, agrees, length) in entries {
            if *minute > now {
                break;
            }
            let in_force = until.is_some_and(|until| *minute < until);
            if *agrees {
                until = Some(minute.saturating_add(*length));
            } else if in_force {
                until = None;
            }
        }
        until.is_some_and(|until| now < until)
    }

    proptest! {
        #[test]
        fn whether_one_is_in_force_is_told_right_at_every_minute(
            steps in proptest::collection::vec((0_i64..5, any::<bool>(), 1_i64..20, 0_usize..3), 0..40),
        ) {
            let people = ["a@x.test", "b@x.test", "a@y.test"];
            let tokens = people.map(token);
            let mut minute = 0;
            let mut lines = String::new();
            let mut consents = Consents::default();
            let mut done: [Vec<(i64, bool, i64)>; 3] = [vec![], vec![], vec![]];
            for (pause, agrees, length, who) in steps {
                minute += pause;
                let act = if agrees { agreed(minute + length) } else { ended() };
                let entry = entry(minute, &tokens[who], act);
                let in_force = consents.in_force(&tokens[who], at(minute)).is_some();
                let line = serde_json::to_string(&entry).unwrap();
                let added = consents.add(entry);
                prop_assert_eq!(added.is_ok(), agrees || in_force);
                if added.is_ok() {
                    lines.push_str(&line);
                    lines.push('\n');
                    done[who].push((minute, agrees, length));
                }
            }
            let read = Consents::read(&lines).unwrap();
            for (token, done) in tokens.iter().zip(&done) {
                for now in 0..minute + 25 {
                    let expected = model(done, now);
                    prop_assert_eq!(read.in_force(token, at(now)).is_some(), expected);
                    let of_it = read.of(token).filter(|one| one.is_in_force(at(now)));
                    prop_assert!(of_it.count() <= 1);
                }
            }
        }

        #[test]
        fn no_entry_holds_any_part_of_the_address(local in "[a-z]{8,20}", domain in "[a-z]{8,20}") {
            let address = Address::parse(&format!("{local}@{domain}.example")).unwrap();
            let token = Consents::token(&key(), &address);
            let line = serde_json::to_string(&entry(1, &token, agreed(2))).unwrap();
            prop_assert!(!line.contains(&local) && !line.contains(&domain));
        }
    }
}

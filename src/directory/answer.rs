//! What a look-up tells.

use super::class::{Class, Standing};
use super::classes::Member;
use super::keys::KeyState;
use super::series::{Listed, Series};
use crate::mail::Domain;
use crate::timestamp::Timestamp;

/// What is known about one recipient at one moment.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// Whose address it is.
    pub class: Class,
    /// Where its domain stands on the accredited list, or by our decision.
    pub standing: Standing,
    /// Whether mail from us to it is secure, after the pair rule.
    pub secure: bool,
    /// Whether we can encrypt to it.
    pub key: KeyState,
    /// The known domain that its domain looks like, but is not.
    pub looks_like: Option<Domain>,
}

/// Where a domain stands at a moment, and why.
#[derive(Clone, Debug)]
pub struct Answer<'d> {
    /// Whose domain it is.
    pub class: Class,
    /// Where it stands.
    pub standing: Standing,
    /// Whether mail from us to it is secure, after the pair rule.
    pub secure: bool,
    /// Where it stands on the published list alone.
    pub listed: Listed,
    /// When the grace period ends or ended, of a domain that left the list.
    pub grace_ends: Option<Timestamp>,
    /// All that the register has about it.
    pub series: Option<&'d Series>,
    /// The entry of the classes that it falls under.
    pub member: Option<&'d Member>,
    /// The known domain that it looks like, but is not.
    pub looks_like: Option<&'d Domain>,
}

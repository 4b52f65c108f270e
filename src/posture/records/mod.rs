//! What stands in the records of DNS, in an MTA-STS policy and in the replies of
//! mail servers: texts become facts, without a question to anybody.
//!
//! mail-auth reads these records too, but tells neither how long a key is nor
//! which lookups an SPF record asks for, and brings a second mail parser and a
//! third library of ciphers. What stands here is small, and fuzzed.
//!
//! Every text comes from a stranger: nothing here panics, and each text is read
//! once from its beginning to its end.
//!
//! **What is not here:** how records are asked for, see `super::dns`; whether
//! what they say is good, see `super::checks`.

mod dkim;
mod dmarc;
mod mta_sts;
mod reply;
mod spf;
mod tags;

pub use self::dkim::{DkimError, DkimRecord, Key};
pub use self::dmarc::{DmarcRecord, Request};
pub use self::mta_sts::{Mode, Policy, PolicyError, announces_policy, matches_pattern};
pub use self::reply::{Parsed, Reply};
pub use self::spf::{Mechanism, Qualifier, SpfError, SpfRecord, is_spf};

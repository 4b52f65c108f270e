//! What gatepost knows about recipients, in the formats that other programs
//! load: one source of truth, a format a file.
//!
//! An export is of one moment. It has no more than counts as secure at that
//! moment, in an order that depends on nothing else.
//!
//! **What is not here:** where it is written ([`crate::cli`]), and the answers
//! that a running MTA asks for ([`crate::postfix`]).

mod csv;
mod domains;
mod exchange;
mod postfix_access;
mod postfix_tls;
mod rspamd;
mod spamassassin;

pub use csv::csv;
pub use domains::{Export, SecureDomains};
pub use exchange::exchange;
pub use postfix_access::postfix_access;
pub use postfix_tls::postfix_tls;
pub use rspamd::rspamd;
pub use spamassassin::{Spelling, spamassassin};

//! Recipients: whose address is it, is it secure, and can we encrypt to it?
//!
//! [`Directory::look_up`] answers for one address at one moment from what was
//! loaded; it never asks the network.
//!
//! **What is not here:** what is done with a recipient; see [`crate::policy`].

mod accredited;
mod acts;
mod age;
mod answer;
mod class;
mod classes;
mod consent;
mod correspondents;
mod entries;
mod keys;
mod list_error;
mod look_alike;
mod look_up;
mod programs;
mod register;
mod series;
mod standpoint;
mod table;
mod tls;

pub use accredited::AccreditedList;
pub use acts::{Act, Approval, Entry, Import};
pub use age::{Age, AgeReminder};
pub use answer::{Answer, Recipient};
pub use class::{Class, Standing};
pub use classes::{Classes, Member};
pub use consent::{Consent, ConsentAct, ConsentEnd, ConsentEntry, Consents};
pub use correspondents::Correspondents;
pub use entries::RegisterError;
pub use keys::{Certificate, KeyError, KeyState, KeyStore, UsableKey};
pub use list_error::ListError;
pub use look_alike::LookAlikes;
pub use look_up::Directory;
pub use register::{Doubt, Register};
pub use series::{Block, Listed, Series, Span, Trust};
pub use standpoint::{PairRule, Standpoint};
pub use tls::{CertificateNames, Tls, TlsDemand};

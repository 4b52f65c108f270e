//! A file for each kind of identifier: issuer, grammar, check, false friends.
//!
//! **What is not here:** words and addresses around a number, which all kinds
//! share.

pub mod nhs_number;

//! A file for each kind of identifier: issuer, grammar, check, false friends.
//!
//! The ten-digit numbers are told apart here and weighed in `ten_digits`; every
//! other kind has a reader that is offered each run of digits and gives a
//! `Shape`. Telephones, book numbers and times are read only as evidence
//! against a number; postcodes and clinical codes only as support.
//!
//! **What is not here:** words and addresses around a number, which all kinds
//! share, and weights, which are data (`rules/identifiers/*.toml`).

pub(crate) mod birth_date;
pub(crate) mod book_number;
mod boundary;
pub mod chi_number;
pub(crate) mod driving_licence;
pub mod hc_number;
pub(crate) mod iban;
pub(crate) mod label;
pub mod nhs_number;
pub(crate) mod nino;
pub(crate) mod passport;
pub(crate) mod payment_card;
pub(crate) mod phone;
pub(crate) mod postcode;
pub(crate) mod shape;
pub(crate) mod staff_number;
#[cfg(test)]
mod suite;
pub mod test_number;
pub(crate) mod time_stamp;

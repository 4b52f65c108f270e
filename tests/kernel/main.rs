//! The matching kernel: every engine against the reference, and the reference
//! against a plain regular expression.

#[path = "../support/corpus.rs"]
mod corpus;
mod engines;
mod shapes;

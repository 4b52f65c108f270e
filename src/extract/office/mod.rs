//! Documents and slides as Office Open XML (ECMA-376), and encrypted Office files.
//!
//! **What is not here:** workbooks; see `extract::sheet`.

mod attributes;
mod decrypt;
pub(in crate::extract) mod encrypted;
mod layout;
mod markup;
pub(in crate::extract) mod package;
mod paragraph;
pub(in crate::extract) mod parts;
mod role;
#[cfg(test)]
mod sample;
pub(in crate::extract) mod slides;
mod strings;
mod styles;
mod told;
mod vba;
pub(in crate::extract) mod word;
pub(in crate::extract) mod xml;

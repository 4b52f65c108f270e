//! Documents and slides as Office Open XML (ECMA-376), and encrypted Office files.
//!
//! **What is not here:** workbooks; see `extract::sheet`.

mod attributes;
mod behind;
pub(in crate::extract) mod blob;
mod decrypt;
pub(in crate::extract) mod encrypted;
pub(in crate::extract) mod flat;
mod layout;
mod markup;
pub(in crate::extract) mod package;
mod paragraph;
pub(in crate::extract) mod parts;
mod role;
#[cfg(test)]
pub(in crate::extract) mod sample;
mod scheme;
mod slide_letters;
mod slide_look;
mod slide_plane;
pub(in crate::extract) mod slides;
mod styles;
mod told;
pub(in crate::extract) mod word;
pub(in crate::extract) mod xml;

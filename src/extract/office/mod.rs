//! Word and PowerPoint as Office Open XML (ECMA-376), and encrypted Office files.
//!
//! **What is not here:** workbooks; see `extract::sheet`.

pub(in crate::extract) mod encrypted;
pub(in crate::extract) mod package;
pub(in crate::extract) mod slides;
pub(in crate::extract) mod word;
pub(in crate::extract) mod xml;

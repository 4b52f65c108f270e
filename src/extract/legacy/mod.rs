//! Formats from before XML: Word, `PowerPoint` and Outlook in OLE containers, TNEF, RTF.
//!
//! ```text
//! doc, ppt, msg --> embedded --> properties, vba, native    what else is in the container
//!        |             '-------> ole                        the container itself
//!        |--> word_file, word_text, ppt_records, art            the formats' records
//!        |      '--> word_marks --> word_styles, word_sprms     what of Word's is hidden
//!        |--> ppt_look --> ppt_runs                            what of slides is hidden
//! tnef, msg --> mapi                                        Outlook's properties
//! rtf --> rtf_tokens, rtf_words, rtf_look, rtf_fonts, native
//! ```
//!
//! **What is not here:** the sheets of old workbooks; see `extract::sheet`.

pub(in crate::extract) mod art;
mod code_page;
pub(in crate::extract) mod doc;
pub(in crate::extract) mod embedded;
mod layers;
mod mapi;
pub(in crate::extract) mod msg;
mod native;
pub(in crate::extract) mod ole;
mod packed_rtf;
pub(in crate::extract) mod ppt;
mod ppt_look;
mod ppt_records;
mod ppt_runs;
mod properties;
mod raw;
pub(in crate::extract) mod rtf;
mod rtf_fonts;
mod rtf_look;
mod rtf_tokens;
mod rtf_words;
pub(in crate::extract) mod tnef;
mod vba;
mod word_95_sprms;
mod word_file;
mod word_marks;
mod word_sprms;
mod word_styles;
mod word_text;

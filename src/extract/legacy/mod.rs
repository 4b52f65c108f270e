//! Formats from before XML: Word, PowerPoint and Outlook in OLE containers, TNEF, RTF.
//!
//! **What is not here:** old workbooks; see `extract::sheet`.

pub(in crate::extract) mod doc;
pub(in crate::extract) mod msg;
pub(in crate::extract) mod ppt;
pub(in crate::extract) mod rtf;
pub(in crate::extract) mod tnef;

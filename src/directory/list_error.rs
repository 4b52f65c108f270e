//! What speaks against a published list.

/// Why a file is no accredited list that can be trusted.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ListError {
    /// It is a web page, as when a download was answered with an error page.
    #[error("this is a web page and not a CSV file; download the list again")]
    Html,
    /// It is no text, but another kind of file.
    #[error("{0}; save the list as CSV (UTF-8)")]
    NotText(&'static str),
    /// A workbook can't be read.
    #[error("the workbook can't be read; save it as CSV")]
    Workbook,
    /// A workbook unpacks to more than any such list has.
    #[error("the workbook is too large for this list; save it as CSV")]
    LargeWorkbook,
    /// More than one sheet of a workbook is such a list.
    #[error("more than one sheet is such a list: {sheets}; save the right one as CSV")]
    Sheets {
        /// Their names.
        sheets: String,
    },
    /// No column is named as the domain's should be.
    #[error(
        "no column's name begins with \"Domain name\" (found: {found}); save the published file as CSV with its header line"
    )]
    NoDomainColumn {
        /// The column names that were found.
        found: String,
    },
    /// Not one domain was found.
    #[error("there is not one domain in it; keep the last good file")]
    Empty,
    /// A row's domain is no domain, or a row can't be read.
    #[error("line {line}: {what}")]
    Row {
        /// The line of the file, counted from 1.
        line: u64,
        /// What is wrong and how to mend it.
        what: String,
    },
}

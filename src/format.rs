//! The formats of files that are told apart, as words.
//!
//! **What is not here:** how a format is recognised and read; see
//! [`crate::extract`].

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a file is, by its content.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
pub enum Format {
    /// An archive of another kind.
    #[serde(rename = "archive")]
    Archive,
    /// A sound.
    #[serde(rename = "audio")]
    Audio,
    /// A bzip2 file.
    #[serde(rename = "bzip2")]
    Bzip2,
    /// A calendar entry.
    #[serde(rename = "calendar")]
    Calendar,
    /// A clinical document.
    #[serde(rename = "cda")]
    Cda,
    /// An old Word document.
    #[serde(rename = "doc")]
    Doc,
    /// A document of another kind.
    #[serde(rename = "document")]
    Document,
    /// A Word document.
    #[serde(rename = "docx")]
    Docx,
    /// A program.
    #[serde(rename = "executable")]
    Executable,
    /// An `OpenDocument` file.
    #[serde(rename = "flat-open-document")]
    FlatOpenDocument,
    /// A gzip file.
    #[serde(rename = "gzip")]
    Gzip,
    /// A web page.
    #[serde(rename = "html")]
    Html,
    /// A picture.
    #[serde(rename = "image")]
    Image,
    /// JSON.
    #[serde(rename = "json")]
    Json,
    /// A mailbox.
    #[serde(rename = "mbox")]
    Mbox,
    /// A message.
    #[serde(rename = "message")]
    Message,
    /// An Outlook message.
    #[serde(rename = "msg")]
    Msg,
    /// An Office document.
    #[serde(rename = "office")]
    Office,
    /// An `OpenDocument` file.
    #[serde(rename = "open-document")]
    OpenDocument,
    /// A PDF.
    #[serde(rename = "pdf")]
    Pdf,
    /// A PGP file.
    #[serde(rename = "pgp")]
    Pgp,
    /// An old `PowerPoint` file.
    #[serde(rename = "ppt")]
    Ppt,
    /// A `PowerPoint` file.
    #[serde(rename = "pptx")]
    Pptx,
    /// A RAR archive.
    #[serde(rename = "rar")]
    Rar,
    /// An RTF document.
    #[serde(rename = "rtf")]
    Rtf,
    /// A 7z archive.
    #[serde(rename = "7z")]
    SevenZip,
    /// An S/MIME message.
    #[serde(rename = "smime")]
    Smime,
    /// A tar archive.
    #[serde(rename = "tar")]
    Tar,
    /// Text.
    #[serde(rename = "text")]
    Text,
    /// An Outlook winmail.dat.
    #[serde(rename = "tnef")]
    Tnef,
    /// A uuencoded file.
    #[serde(rename = "uuencode")]
    Uuencode,
    /// A contact.
    #[serde(rename = "vcard")]
    Vcard,
    /// A film.
    #[serde(rename = "video")]
    Video,
    /// An old Excel workbook.
    #[serde(rename = "xls")]
    Xls,
    /// A binary Excel workbook.
    #[serde(rename = "xlsb")]
    Xlsb,
    /// An Excel workbook.
    #[serde(rename = "xlsx")]
    Xlsx,
    /// XML.
    #[serde(rename = "xml")]
    Xml,
    /// An xz file.
    #[serde(rename = "xz")]
    Xz,
    /// A zip archive.
    #[serde(rename = "zip")]
    Zip,
    /// A zstd file.
    #[serde(rename = "zstd")]
    Zstd,
}

impl Format {
    /// The word for it in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Archive => "archive",
            Self::Audio => "audio",
            Self::Bzip2 => "bzip2",
            Self::Calendar => "calendar",
            Self::Cda => "cda",
            Self::Doc => "doc",
            Self::Document => "document",
            Self::Docx => "docx",
            Self::Executable => "executable",
            Self::FlatOpenDocument => "flat-open-document",
            Self::Gzip => "gzip",
            Self::Html => "html",
            Self::Image => "image",
            Self::Json => "json",
            Self::Mbox => "mbox",
            Self::Message => "message",
            Self::Msg => "msg",
            Self::Office => "office",
            Self::OpenDocument => "open-document",
            Self::Pdf => "pdf",
            Self::Pgp => "pgp",
            Self::Ppt => "ppt",
            Self::Pptx => "pptx",
            Self::Rar => "rar",
            Self::Rtf => "rtf",
            Self::SevenZip => "7z",
            Self::Smime => "smime",
            Self::Tar => "tar",
            Self::Text => "text",
            Self::Tnef => "tnef",
            Self::Uuencode => "uuencode",
            Self::Vcard => "vcard",
            Self::Video => "video",
            Self::Xls => "xls",
            Self::Xlsb => "xlsb",
            Self::Xlsx => "xlsx",
            Self::Xml => "xml",
            Self::Xz => "xz",
            Self::Zip => "zip",
            Self::Zstd => "zstd",
        }
    }
}

impl fmt::Display for Format {
    /// What a sender reads, with its article.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Archive => "an archive of another kind",
            Self::Audio => "a sound",
            Self::Bzip2 => "a bzip2 file",
            Self::Calendar => "a calendar entry",
            Self::Cda => "a clinical document",
            Self::Doc => "an old Word document",
            Self::Document => "a document of another kind",
            Self::Docx => "a Word document",
            Self::Executable => "a program",
            Self::FlatOpenDocument | Self::OpenDocument => "an OpenDocument file",
            Self::Gzip => "a gzip file",
            Self::Html => "a web page",
            Self::Image => "a picture",
            Self::Json => "JSON",
            Self::Mbox => "a mailbox",
            Self::Message => "a message",
            Self::Msg => "an Outlook message",
            Self::Office => "an Office document",
            Self::Pdf => "a PDF",
            Self::Pgp => "a PGP file",
            Self::Ppt => "an old PowerPoint file",
            Self::Pptx => "a PowerPoint file",
            Self::Rar => "a RAR archive",
            Self::Rtf => "an RTF document",
            Self::SevenZip => "a 7z archive",
            Self::Smime => "an S/MIME message",
            Self::Tar => "a tar archive",
            Self::Text => "text",
            Self::Tnef => "an Outlook winmail.dat",
            Self::Uuencode => "a uuencoded file",
            Self::Vcard => "a contact",
            Self::Video => "a film",
            Self::Xls => "an old Excel workbook",
            Self::Xlsb => "a binary Excel workbook",
            Self::Xlsx => "an Excel workbook",
            Self::Xml => "XML",
            Self::Xz => "an xz file",
            Self::Zip => "a zip archive",
            Self::Zstd => "a zstd file",
        })
    }
}

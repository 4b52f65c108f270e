//! What the elements of Office's markup mean for the text in them.

use crate::extract::office::xml::Element;

/// What an open element means for what is in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::extract::office) enum Role {
    /// A paragraph, of a document, a drawing or a sheet.
    Paragraph,
    ParagraphLook,
    Run,
    /// `rPr`.
    Look,
    /// The look before a tracked change.
    OldLook,
    RowLook,
    CellLook,
    TableLook,
    TextFill,
    /// The fill of a slide's letters, and the colour of that.
    LetterFill,
    LetterColour,
    /// The outline of a slide's letters.
    LetterLine,
    /// Their highlight.
    Marker,
    Text,
    DeletedText,
    Code,
    Deleted,
    Inserted,
    /// Alternative content.
    Alternatives,
    /// Its first choice.
    First,
    /// Another choice, or the fallback.
    Other,
    Table,
    Row,
    Cell,
    /// A text of its own inside a paragraph.
    Story,
    /// A shape with its properties and its text.
    Shape,
    /// A file in base64.
    Binary,
    /// A form field's data in base64.
    FieldData,
    /// Measures in the place of text.
    Noise,
    Plain,
}

impl Role {
    /// What an element means, by its name and by what it stands in.
    pub(in crate::extract::office) fn of(
        element: &Element<'_>,
        parent: Self,
        in_paragraph: bool,
    ) -> Self {
        match element.name {
            "p" | "si" => Self::Paragraph,
            "pPr" => Self::ParagraphLook,
            "r" | "fld" => Self::Run,
            "rPr" if parent == Self::OldLook => Self::OldLook,
            "rPr" => Self::Look,
            "rPrChange" | "pPrChange" | "tblPrChange" | "tcPrChange" | "trPrChange" => {
                Self::OldLook
            }
            "trPr" => Self::RowLook,
            "tcPr" => Self::CellLook,
            "tblPr" => Self::TableLook,
            "textFill" => Self::TextFill,
            "solidFill" if matches!(parent, Self::Look | Self::TextFill) => Self::LetterFill,
            "ln" if parent == Self::Look => Self::LetterLine,
            "highlight" if parent == Self::Look => Self::Marker,
            _ if parent == Self::LetterFill => Self::LetterColour,
            "t" => Self::Text,
            "delText" => Self::DeletedText,
            "instrText" | "delInstrText" => Self::Code,
            "del" | "moveFrom" if !parent.is_look() => Self::Deleted,
            "ins" | "moveTo" if !parent.is_look() => Self::Inserted,
            "AlternateContent" => Self::Alternatives,
            "Choice" => Self::First,
            "Fallback" => Self::Other,
            "tbl" => Self::Table,
            "tr" => Self::Row,
            "tc" => Self::Cell,
            "drawing" | "pict" | "object" | "txbxContent" | "txBody" | "textbox" | "rt"
                if in_paragraph =>
            {
                Self::Story
            }
            "sp" | "pic" | "graphicFrame" | "cxnSp" | "grpSp" | "anchor" | "inline" | "wsp"
            | "shape" => Self::Shape,
            "binData" | "binaryData" => Self::Binary,
            "fldData" => Self::FieldData,
            "posOffset" | "pctPosHOffset" | "pctPosVOffset" | "pctWidth" | "pctHeight" => {
                Self::Noise
            }
            _ => Self::Plain,
        }
    }

    /// Whether it says how something looks.
    fn is_look(self) -> bool {
        matches!(
            self,
            Self::ParagraphLook
                | Self::Look
                | Self::OldLook
                | Self::RowLook
                | Self::CellLook
                | Self::TableLook
        )
    }
}

//! What the elements of a part mean for the text in them.

use super::cell_styles::Unseen;

/// What ends with an element.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Role {
    Paragraph,
    /// A piece of a paragraph that is not seen.
    Unseen,
    /// A paragraph or a piece of one that names the colour of its letters.
    Coloured,
    /// A paragraph with letters of the colour behind them unless they name another.
    White,
    /// A text of its own.
    Apart,
    Sheet,
    SheetRow,
    /// A cell of a sheet; it stands so often, and its value is in the target.
    SheetCell(usize, Unseen),
    Row,
    Cell,
    Binary,
}

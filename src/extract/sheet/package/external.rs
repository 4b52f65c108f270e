//! Values copied from another workbook (ECMA-376 part 1, 18.14): they stay when
//! the file that they come from is nowhere near.

use super::part::PartText;
use crate::extract::office::xml::{self, Token};
use crate::extract::sheet::grid::Grid;
use crate::extract::sheet::reference::place;
use crate::extract::sink::{Sink, Spot};

/// Reads an `externalLink` part.
pub(super) fn read(bytes: &[u8], spot: Spot, sink: &mut Sink<'_>) {
    let most = sink.left().text_bytes;
    let mut grids = Vec::new();
    let mut text = PartText::default();
    let mut grid = None;
    let mut at = None;
    let mut value = String::new();
    let stopped = xml::walk(bytes, |token| match token {
        Token::Open(element) if element.name == "sheetData" => grid = Some(Grid::new(most)),
        Token::Close("sheetData") => grids.extend(grid.take()),
        Token::Open(element) if element.name == "cell" => {
            at = place(element.attribute("r").unwrap_or_default());
            value.clear();
        }
        Token::Text(piece) if grid.is_some() => value.push_str(piece),
        Token::Close("cell") => {
            let (row, column) = at.unwrap_or_default();
            if let Some(grid) = &mut grid {
                let full = super::sheet::in_full(&value);
                grid.put(row, column, &full);
            }
            value.clear();
        }
        token @ (Token::Open(_) | Token::Close(_) | Token::Text(_) | Token::Aside(_)) => {
            if grid.is_none() {
                text.token(&token);
            }
        }
    });
    grids.extend(grid);
    for grid in grids {
        grid.finish(spot, sink);
    }
    let (seen, hidden) = text.finish();
    sink.text(spot, seen);
    sink.text(spot, hidden);
    if let Some(why) = stopped {
        sink.gap(spot, why);
    }
}

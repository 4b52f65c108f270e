//! Tables: which of their cells their style fills (ECMA-376 part 1, 18.5.1).
//!
//! What each style looks like is the program's own knowledge: those named
//! medium and dark, which nearly everybody uses, fill the head, the totals and
//! the first and last column where these are told apart, dark ones and those of
//! people's own all of it.

use super::workbook::is_true;
use crate::extract::office::xml::{self, Token};
use crate::extract::sheet::reference::area;

/// The first and the last cell of each area, by row and column.
pub(super) fn grounds(table: &[u8]) -> Vec<((u32, u32), (u32, u32))> {
    let (mut whole, mut heads, mut totals) = (None, true, false);
    let mut areas = Vec::new();
    // Damage is said where the part is read as text.
    let _ = xml::walk(table, |token| {
        let Token::Open(element) = token else { return };
        let given = |name: &str| element.attribute(name);
        if element.name == "table" {
            whole = given("ref").and_then(area);
            heads = given("headerRowCount") != Some("0");
            totals = given("totalsRowCount").is_some_and(|count| count != "0");
        } else if element.name == "tableStyleInfo"
            && let (Some((first, last)), Some(style)) = (whole, given("name"))
        {
            let says = |name: &str| given(name).is_some_and(is_true);
            if style.starts_with("TableStyleDark") || !style.starts_with("TableStyle") {
                areas.push((first, last));
            }
            for (fills, from, to) in [
                (heads, first, (first.0, last.1)),
                (totals, (last.0, first.1), last),
                (says("showFirstColumn"), first, (last.0, first.1)),
                (says("showLastColumn"), (first.0, last.1), last),
            ] {
                if fills {
                    areas.push((from, to));
                }
            }
        }
    });
    areas
}

#[cfg(test)]
mod tests {
    use super::grounds;

    #[test]
    fn the_style_of_a_table_fills_its_head() {
        let table = |of: &str, style: &str| {
            grounds(format!("<table ref='B2:D9' {of}><tableStyleInfo {style}/></table>").as_bytes())
        };
        let medium = "name='TableStyleMedium2'";
        assert_eq!(table("", medium), [((1, 1), (1, 3))]);
        assert_eq!(table("headerRowCount='0'", medium), []);
        assert_eq!(
            table("headerRowCount='0' totalsRowCount='1'", medium),
            [((8, 1), (8, 3))]
        );
        let dark = table("headerRowCount='0'", "name='TableStyleDark1'");
        assert_eq!(dark, [((1, 1), (8, 3))]);
        assert_eq!(table("", ""), []);
    }
}

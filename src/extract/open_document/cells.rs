//! The walk through tables: sheets, their rows and cells, and the tables of a
//! text.
//!
//! Source: ODF 1.3 part 3, sections 9 and 19.600 on.

use quick_xml::events::BytesStart;

use super::attributes::{count, number, value, value_behind};
use super::cell_styles::Unseen;
use super::role::Role;
use super::sheet::{Cell, Sheet, in_full};
use super::target::Target;
use super::walk::Walk;
use crate::extract::sink::Spot;
use crate::location::{Hidden, Unit};

impl Walk<'_, '_> {
    /// Elements that belong to a table; the words of any other.
    pub(super) fn table_part(&mut self, local: &str, tag: &BytesStart<'_>) {
        let in_grid = self.sheet.is_some() && self.is_in_grid();
        match local {
            "table" if self.is_workbook && self.sheet.is_none() => self.begin_sheet(tag),
            "table-source" if in_grid => {
                self.attributes(tag);
                // A sheet that only keeps values of another file; one that is
                // shown and linked says so in the same way.
                let is_copy = value(tag, "table-name").is_some()
                    || value(tag, "href").is_some_and(|href| !href.is_empty());
                if let Some(sheet) = self.sheet.as_mut().filter(|_| is_copy) {
                    sheet.spot = sheet.spot.hidden(Hidden::ExternalCache);
                }
            }
            // What it has in the place of what is shown.
            "scenario" if in_grid && value(tag, "is-active").as_deref() != Some("true") => {
                self.attributes(tag);
                if let Some(sheet) = self.sheet.as_mut() {
                    sheet.spot = sheet.spot.hidden(Hidden::Sheet);
                }
            }
            "table-column" if in_grid => {
                let visibility = value(tag, "visibility");
                let times = count(tag, "number-columns-repeated");
                let style = value(tag, "default-cell-style-name").unwrap_or_default();
                if let Some(sheet) = &mut self.sheet {
                    sheet.columns(times, visibility.as_deref(), &style);
                }
            }
            "conditional-format" => {
                let cells = value(tag, "target-range-address").unwrap_or_default();
                if let Some(sheet) = &mut self.sheet {
                    sheet.condition(&cells);
                }
            }
            "table-row" if in_grid => {
                let visibility = value(tag, "visibility");
                let style = value(tag, "default-cell-style-name");
                if let Some(sheet) = &mut self.sheet {
                    sheet.begin_row(visibility.as_deref(), style);
                }
                self.role(Role::SheetRow);
            }
            "table-cell" | "covered-table-cell" if in_grid => self.begin_cell(local, tag),
            "table-row" => self.role(Role::Row),
            "table-cell" | "covered-table-cell" => {
                self.cell_words(tag);
                self.with(|target, _| target.cells = target.cells.saturating_add(1));
                self.role(Role::Cell);
            }
            _ => self.attributes(tag),
        }
    }

    /// Whether the innermost open element with a role belongs to the sheet
    /// itself, not to something that stands in a cell.
    fn is_in_grid(&self) -> bool {
        matches!(self.open.last(), Some((_, Role::Sheet | Role::SheetRow)))
    }

    fn begin_sheet(&mut self, tag: &BytesStart<'_>) {
        self.sheets = self.sheets.saturating_add(1);
        let mut spot = self.spot();
        spot.unit = Some(Unit::Sheet(self.sheets));
        let style = value(tag, "style-name").unwrap_or_default();
        let hidden = value(tag, "display").as_deref() == Some("false");
        if hidden || self.styles.hidden(&style, None) == Some(Hidden::Sheet) {
            spot = spot.hidden(Hidden::Sheet);
        }
        if style == "ta_extref" {
            spot = spot.hidden(Hidden::ExternalCache);
        }
        self.sink
            .name(spot, &value(tag, "name").unwrap_or_default());
        self.sheet = Some(Sheet::new(spot, self.sink.left().text_bytes));
        self.role(Role::Sheet);
    }

    fn begin_cell(&mut self, local: &str, tag: &BytesStart<'_>) {
        let outer = self
            .sheet
            .as_ref()
            .map_or(Spot::default(), |sheet| sheet.spot);
        let mut target = Target::at(outer);
        target.cells = 1;
        self.targets.push(target);
        self.cell_words(tag);
        let own = value(tag, "style-name");
        let style = own.as_deref().or(self.sheet.as_ref().map(Sheet::style));
        let number = number(tag);
        let mut unseen = self.styles.cells.unseen(style.unwrap_or_default(), number);
        // What a merged cell covers nobody sees.
        unseen.all |= local == "covered-table-cell";
        let times = count(tag, "number-columns-repeated");
        self.role(Role::SheetCell(times, unseen));
    }

    /// The value behind a cell, and its formula.
    fn cell_words(&mut self, tag: &BytesStart<'_>) {
        let found = value_behind(tag);
        let formula = value(tag, "formula").filter(|formula| !formula.is_empty());
        if let (Some(sheet), Some(formula)) = (&mut self.sheet, &formula) {
            sheet.aside(formula);
        }
        if let Some(found) = found {
            self.with(|target, _| target.aside(&in_full(&found)));
        }
    }

    /// Ends a cell of a sheet.
    pub(super) fn end_cell(&mut self, times: usize, unseen: Unseen) {
        let Some(target) = self.targets.pop() else {
            return;
        };
        let (shown, behind) = target.into_parts(self.sink);
        let shown = shown.trim().to_owned();
        let behind = behind.trim().to_owned();
        let value = if behind.is_empty() {
            shown.clone()
        } else {
            behind
        };
        let shown = if shown.is_empty() {
            value.clone()
        } else {
            shown
        };
        if let Some(sheet) = &mut self.sheet {
            sheet.cell(&Cell {
                shown,
                value,
                unseen,
                times,
            });
        }
    }
}

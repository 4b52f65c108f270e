//! From the workbook along its arrows to every part, and to those that no
//! arrow leads to.

use std::collections::{BTreeMap, BTreeSet};

use super::any::{any_part, any_xml, is_records, is_xml, root, told};
use super::strings::Strings;
use super::workbook::Workbook;
use super::{binary, external, look, pivot, sheet, table};
use crate::extract::office::blob;
use crate::extract::office::package::{Package, Relationship};
use crate::extract::sheet::styles::Styles;
use crate::extract::sink::{Sink, Spot};
use crate::location::{Hidden, Unit};
use crate::mail::GapReason;

/// Reads the file.
pub(super) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let Some(package) = Package::open(bytes, sink) else {
        return;
    };
    let mut reader = Reader {
        package,
        styles: Styles::default(),
        strings: Strings::default(),
        done: BTreeSet::new(),
    };
    reader.workbook(sink);
    reader.rest(sink);
    let unused = reader.strings.unused();
    sink.text(Spot::default().hidden(Hidden::Text), unused);
}

struct Reader<'b> {
    package: Package<'b>,
    styles: Styles,
    strings: Strings,
    /// The parts that were read, in lower case.
    done: BTreeSet<String>,
}

impl Reader<'_> {
    fn workbook(&mut self, sink: &mut Sink<'_>) {
        let spot = Spot::default();
        let others = self.package.relationships("", sink);
        let arrow = others
            .iter()
            .find(|arrow| arrow.kind == "officeDocument" && !arrow.external);
        let name = arrow
            .map(|arrow| arrow.target.clone())
            .filter(|name| self.package.has(name))
            .unwrap_or_else(|| "xl/workbook.xml".to_owned());
        let bytes = self.take(&name, spot, sink);
        if bytes.is_empty() {
            sink.gap(spot, GapReason::Broken);
        }
        let (workbook, stopped) = if is_xml(&bytes) {
            any_xml(&bytes, spot, sink);
            Workbook::read(&bytes)
        } else {
            let (workbook, other, hidden, stopped) = binary::book::workbook(&bytes);
            sink.text(spot, other);
            sink.text(spot.hidden(Hidden::Text), hidden);
            (workbook, stopped)
        };
        if let Some(why) = stopped {
            sink.gap(spot, why);
        }
        self.styles.epoch = workbook.epoch;
        let arrows = self.package.relationships(&name, sink);
        for arrow in &arrows {
            match arrow.kind.as_str() {
                "sharedStrings" => self.shared_strings(&arrow.target, sink),
                "styles" => self.look(&arrow.target, sink),
                _ => {}
            }
        }
        self.sheets(&workbook, &arrows, sink);
        self.follow(arrows, spot, sink);
        self.follow(others, spot, sink);
    }

    fn shared_strings(&mut self, name: &str, sink: &mut Sink<'_>) {
        let bytes = self.take(name, Spot::default(), sink);
        let (strings, stopped) = if is_xml(&bytes) {
            Strings::read(&bytes)
        } else {
            binary::book::strings(&bytes)
        };
        self.strings = strings;
        if let Some(why) = stopped {
            sink.gap(Spot::default(), why);
        }
    }

    fn look(&mut self, name: &str, sink: &mut Sink<'_>) {
        let spot = Spot::default();
        let bytes = self.take(name, spot, sink);
        let stopped = if is_xml(&bytes) {
            any_xml(&bytes, spot, sink);
            look::read(&bytes, &mut self.styles)
        } else {
            let (text, stopped) = binary::book::styles(&bytes, &mut self.styles);
            sink.text(spot, text);
            stopped
        };
        if let Some(why) = stopped {
            sink.gap(spot, why);
        }
    }

    fn sheets(&mut self, workbook: &Workbook, arrows: &[Relationship], sink: &mut Sink<'_>) {
        let by_id: BTreeMap<&str, &Relationship> = arrows
            .iter()
            .rev()
            .map(|arrow| (arrow.id.as_str(), arrow))
            .collect();
        let unseen = workbook.is_windowless && !sink.is_unseen();
        for (sheet, number) in workbook.sheets.iter().zip(1..) {
            let spot = Spot {
                unit: Some(Unit::Sheet(number)),
                hidden: sheet.hidden.or(unseen.then_some(Hidden::Sheet)),
            };
            sink.name(spot, &sheet.name);
            sink.hidden(spot);
            let arrow = by_id.get(sheet.arrow.as_str());
            match arrow.filter(|arrow| !arrow.external && self.package.has(&arrow.target)) {
                Some(arrow) => {
                    let bytes = self.take(&arrow.target, spot, sink);
                    self.sheet(&arrow.target, &bytes, spot, sink);
                }
                None => sink.gap(spot, GapReason::Broken),
            }
        }
    }

    /// Reads a sheet and all that its arrows lead to.
    fn sheet(&mut self, name: &str, bytes: &[u8], spot: Spot, sink: &mut Sink<'_>) {
        let most = sink.left().text_bytes;
        let mut read = if is_xml(bytes) {
            sheet::read(bytes, &self.styles, &mut self.strings, most)
        } else {
            binary::cells::read(bytes, &self.styles, &mut self.strings, most)
        };
        let arrows = self.package.relationships(name, sink);
        for arrow in arrows
            .iter()
            .filter(|arrow| arrow.kind == "table" && !arrow.external)
        {
            let part = self.take(&arrow.target, spot, sink);
            // `BrtBeginFilterColumn` in a binary table.
            let filters: &[u8] = if is_xml(&part) {
                b"filterColumn"
            } else {
                b"\xA3\x01"
            };
            if memchr::memmem::find(&part, filters).is_some() {
                read.grid.filter();
            }
            for (first, last) in table::grounds(&part) {
                read.grid.ground(first, last);
            }
            any_part(&part, spot, sink);
        }
        read.grid.finish(spot, sink);
        told(read.other, spot, sink);
        if let Some(why) = read.stopped {
            sink.gap(spot, why);
        }
        self.follow(arrows, spot, sink);
    }

    /// Reads what arrows lead to, and what leads on from there.
    fn follow(&mut self, arrows: Vec<Relationship>, spot: Spot, sink: &mut Sink<'_>) {
        let mut open = arrows;
        open.reverse();
        while let Some(arrow) = open.pop() {
            if arrow.external {
                sink.text(spot, arrow.target);
                continue;
            }
            // Other sheets have their own turn.
            if arrow.kind.ends_with("sheet")
                || arrow.kind == "officeDocument"
                || self.is_done(&arrow.target)
            {
                continue;
            }
            if !self.package.has(&arrow.target) {
                continue;
            }
            let mut next = self.part(&arrow.target, &arrow.kind, spot, sink);
            next.reverse();
            open.append(&mut next);
        }
    }

    /// Reads a part to which an arrow of a kind led by what it holds; gives the
    /// arrows that start there.
    fn part(
        &mut self,
        name: &str,
        kind: &str,
        spot: Spot,
        sink: &mut Sink<'_>,
    ) -> Vec<Relationship> {
        let bytes = self.take(name, spot, sink);
        if !is_xml(&bytes) && !is_records(name, &bytes) {
            blob::read(name, |wanted| wanted == kind, bytes, spot, sink);
            return Vec::new();
        }
        match root(&bytes).as_str() {
            "worksheet" | "dialogsheet" | "chartsheet" | "macrosheet" => {
                // In no list of sheets: no program shows it.
                let spot = spot.hidden(Hidden::VeryHiddenSheet);
                sink.hidden(spot);
                self.sheet(name, &bytes, spot, sink);
                return Vec::new();
            }
            "pivotCacheDefinition" => {
                let spot = spot.hidden(Hidden::PivotCache);
                let arrows = self.package.relationships(name, sink);
                let records = arrows
                    .iter()
                    .find(|arrow| arrow.kind == "pivotCacheRecords");
                let records = records.map(|arrow| self.take(&arrow.target, spot, sink));
                if is_xml(&bytes) {
                    pivot::read(&bytes, records.as_deref(), &mut self.styles, spot, sink);
                } else {
                    binary::caches::pivot(&bytes, records.as_deref(), spot, sink);
                }
                return arrows;
            }
            "pivotCacheRecords" => {
                let spot = spot.hidden(Hidden::PivotCache);
                if is_xml(&bytes) {
                    pivot::read(b"", Some(&bytes), &mut self.styles, spot, sink);
                } else {
                    binary::caches::pivot(b"", Some(&bytes), spot, sink);
                }
            }
            "externalLink" => {
                let spot = spot.hidden(Hidden::ExternalCache);
                if is_xml(&bytes) {
                    external::read(&bytes, spot, sink);
                } else {
                    binary::caches::external(&bytes, spot, sink);
                }
            }
            // What was in cells of a shared workbook before others changed it.
            "revisions" => any_part(&bytes, spot.hidden(Hidden::Deletion), sink),
            _ => any_part(&bytes, spot, sink),
        }
        self.package.relationships(name, sink)
    }

    /// Reads what no arrow leads to.
    fn rest(&mut self, sink: &mut Sink<'_>) {
        let spot = Spot::default();
        let mut unread = self.package.unread();
        // Definitions say what the columns of records are called.
        unread.sort_by_key(|name| name.to_ascii_lowercase().contains("records"));
        // A name that is read already may have a second member.
        let before = self.done.clone();
        for name in unread {
            let folded = name.to_ascii_lowercase();
            if self.done.contains(&folded) && !before.contains(&folded) {
                continue;
            }
            let arrows = self.part(&name, "", spot, sink);
            self.follow(arrows, spot, sink);
        }
    }

    fn is_done(&self, name: &str) -> bool {
        self.done.contains(&name.to_ascii_lowercase())
    }

    fn take(&mut self, name: &str, spot: Spot, sink: &mut Sink<'_>) -> Vec<u8> {
        self.done.insert(name.to_ascii_lowercase());
        self.package.part(name, spot, sink).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::suite::{package, workbook};
    use super::super::workbook::Workbook;
    use crate::extract::suite;

    const FIELDS: &[u8] = b"<pivotCacheDefinition><cacheFields count='3'>\
        <cacheField name='NHS number'><sharedItems/></cacheField>\
        <cacheField name='Ward'><sharedItems><s v='A'/><s v='T1 943 476 5919'/></sharedItems></cacheField>\
        <cacheField name='Born'><sharedItems containsDate='1'/></cacheField></cacheFields></pivotCacheDefinition>";
    const RECORDS: &[u8] = b"<pivotCacheRecords><r><n v='9434765919'/><x v='0'/>\
        <d v='1970-05-31T00:00:00'/></r></pivotCacheRecords>";

    #[test]
    fn the_rows_behind_a_pivot_table_are_a_table() {
        let cache = super::super::suite::arrows(&[("r", "pivotCacheRecords", "r1.xml")]);
        let bytes = workbook(
            "",
            &[("c", "pivotCacheDefinition", "pivotCache/d1.xml")],
            &[],
            &[
                ("xl/pivotCache/d1.xml", FIELDS),
                ("xl/pivotCache/_rels/d1.xml.rels", cache.as_bytes()),
                ("xl/pivotCache/r1.xml", RECORDS),
            ],
        );
        let reading = suite::read(&bytes);
        let told = suite::told(&reading);
        let table = "attachment of part 1, byte 0 (the rows behind a pivot table): \
            NHS number\tWard\tBorn\n9434765919\tA\t31/05/1970\n";
        assert!(told.contains(&table.to_owned()), "{told:#?}");
        // An item that no record has any more.
        assert!(suite::has(&reading, "Ward T1 943 476 5919"));
        assert_eq!(suite::hidden(&reading), ["pivot-cache"]);
        assert!(suite::gaps(&reading).is_empty());
    }

    #[test]
    fn a_pivot_cache_that_no_arrow_leads_to_is_read() {
        let bytes = workbook(
            "",
            &[],
            &[],
            &[("xl/x.xml", FIELDS), ("xl/records.xml", RECORDS)],
        );
        let reading = suite::read(&bytes);
        assert!(suite::has(&reading, "9434765919"));
        assert_eq!(suite::hidden(&reading), ["pivot-cache"]);
    }

    #[test]
    fn what_cells_of_a_shared_workbook_held_before_is_a_deletion() {
        let log = b"<revisions><rcc rId='1' sId='1'><oc r='A1' t='inlineStr'><is><t>943 476 5919</t></is></oc>\
            <nc r='A1'/></rcc></revisions>";
        let bytes = workbook("", &[], &[], &[("xl/revisions/revisionLog1.xml", log)]);
        let reading = suite::read(&bytes);
        assert!(suite::has(&reading, "943 476 5919"));
        assert_eq!(suite::hidden(&reading), ["deletion"]);
    }

    #[test]
    fn values_of_another_workbook_are_hidden() {
        let link = b"<externalLink><externalBook><sheetNames><sheetName val='Patients'/></sheetNames>\
            <sheetDataSet><sheetData sheetId='0'><row r='1'><cell r='A1' t='str'><v>NHS number</v></cell>\
            <cell r='C1'><v>9.434765919E9</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>";
        let bytes = workbook(
            "",
            &[("x", "externalLink", "externalLinks/e1.xml")],
            &[],
            &[("xl/externalLinks/e1.xml", link)],
        );
        let reading = suite::read(&bytes);
        let told = suite::told(&reading);
        let cells = "attachment of part 1, byte 0 (values kept from another workbook): \
            NHS number\t9434765919\n";
        assert!(told.contains(&cells.to_owned()), "{told:#?}");
        assert_eq!(suite::hidden(&reading), ["external-cache"]);
    }

    #[test]
    fn an_embedded_workbook_says_what_it_is_and_where() {
        let inner = workbook(
            "<sheetData><row><c><v>9434765919</v></c></row></sheetData>",
            &[],
            &[],
            &[],
        );
        let bytes = workbook(
            "",
            &[],
            &[("o", "package", "../embeddings/w.xlsx")],
            &[("xl/embeddings/w.xlsx", &inner)],
        );
        let reading = suite::read(&bytes);
        let told = suite::told(&reading);
        let cell = "attachment of part 1.1, sheet 1, byte 0 (an embedded workbook): 9434765919\n";
        assert!(told.contains(&cell.to_owned()), "{told:#?}");
        assert_eq!(suite::hidden(&reading), ["embedded-workbook"]);
    }

    #[test]
    fn a_workbook_that_no_window_shows_is_hidden() {
        let windows = |visible: &str| {
            let views =
                format!("<bookViews><workbookView visibility='hidden'/>{visible}</bookViews>");
            let workbook = Workbook::read(
                format!("<workbook>{views}<sheets><sheet name='A'/></sheets></workbook>")
                    .as_bytes(),
            );
            workbook.0.is_windowless
        };
        assert!(windows("") && !windows("<workbookView/>"));
    }

    #[test]
    fn a_sheet_in_no_list_is_very_hidden() {
        let lost =
            b"<worksheet><sheetData><row><c><v>9434765919</v></c></row></sheetData></worksheet>";
        let reading = suite::read(&workbook(
            "",
            &[],
            &[],
            &[("xl/worksheets/sheet9.xml", lost)],
        ));
        assert!(suite::has(&reading, "9434765919"));
        assert_eq!(suite::hidden(&reading), ["very-hidden-sheet"]);
    }

    #[test]
    fn a_string_that_no_cell_uses_is_hidden() {
        let strings = b"<sst><si><t>seen</t></si><si><t>943 476 5919</t></si></sst>";
        let bytes = workbook(
            "<sheetData><row><c t='s'><v>0</v></c></row></sheetData>",
            &[("s", "sharedStrings", "sharedStrings.xml")],
            &[],
            &[("xl/sharedStrings.xml", strings)],
        );
        let reading = suite::read(&bytes);
        let told = suite::told(&reading);
        assert!(
            told.contains(&"attachment of part 1, byte 0 (hidden text): 943 476 5919".to_owned())
        );
        assert!(told.contains(&"attachment of part 1, sheet 1, byte 0: seen\n".to_owned()));
    }

    #[test]
    fn a_part_of_an_unknown_kind_is_read() {
        let part = b"<future><thing note='T1 943 476 5919'/>T2 943 476 5919</future>";
        let reading = suite::read(&workbook("", &[], &[], &[("xl/future/f.xml", part)]));
        assert!(suite::has(&reading, "T1 943 476 5919") && suite::has(&reading, "T2 943 476 5919"));
    }

    #[test]
    fn a_workbook_without_its_sheet_is_broken() {
        let reading = suite::read(&package(&[
            ("[Content_Types].xml", b"<Types/>"),
            (
                "xl/workbook.xml",
                b"<workbook><sheets><sheet name='x' r:id='r'/></sheets></workbook>",
            ),
        ]));
        assert_eq!(suite::gaps(&reading), ["broken xlsx"]);
    }

    #[test]
    fn protection_is_no_encryption() {
        let Some(bytes) = suite::corpus("tika/protectedSheets.xlsx") else {
            return;
        };
        let reading = suite::read(&bytes);
        assert!(suite::gaps(&reading).is_empty());
        assert!(reading.texts.len() > 3);
    }
}

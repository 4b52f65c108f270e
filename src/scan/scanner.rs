//! The scanner: one text after the other, from the kernel to the findings.

use std::sync::Arc;

use super::column::{Cell, Columns, Header, may_be_cell};
use super::context::Context;
use super::finding::{Finding, Identifier};
use super::identifiers::{self, Example, Identifiers};
use super::kernel::{self, Candidate, Spot};
use super::known::KnownPatients;
use super::shapes::{Found, Gathered};
use super::structure::{self, Field};
use super::ten_digits::{Gate, Ten, lost_zero};
use super::weighing::Weighing;
use crate::diagnostic::{Diagnostic, Source, has_errors};
use crate::extract::PlacedText;
use crate::location::{Location, PartPath, Place};
use crate::text::Text;

/// How many numbers of one text are weighed; what goes beyond is said.
const WEIGHED: usize = 20_000;

/// What was found in the texts of a message.
#[derive(Clone, Debug, Default)]
pub struct Scanned {
    /// Each identifier at each place, in the order in which they stand.
    pub findings: Vec<Finding>,
    /// The texts in which there were more numbers than are weighed: what
    /// stands after those was not judged.
    pub cut_short: Vec<Location>,
}

/// Finds identifiers in texts.
#[derive(Clone, Debug)]
pub struct Scanner {
    identifiers: Identifiers,
    known: Option<Arc<KnownPatients>>,
}

impl Scanner {
    /// A scanner of the identifiers that come with gatepost.
    pub fn built_in() -> Self {
        let (identifiers, _, _) = identifiers::read(&[]);
        Self {
            identifiers,
            known: None,
        }
    }

    /// A scanner of those and a site's own files. The complaints cover all
    /// files and their examples; with an error among them there is no scanner.
    pub fn compile(site: &[Source]) -> (Option<Self>, Vec<Diagnostic>) {
        let (identifiers, examples, mut diagnostics) = identifiers::read(site);
        if has_errors(&diagnostics) {
            return (None, diagnostics);
        }
        let scanner = Self {
            identifiers,
            known: None,
        };
        diagnostics.extend(
            examples
                .iter()
                .filter_map(|example| scanner.try_out(example)),
        );
        let scanner = (!has_errors(&diagnostics)).then_some(scanner);
        (scanner, diagnostics)
    }

    /// The same with an index of the organisation's own patients.
    #[must_use]
    pub fn with_known(self, known: Option<KnownPatients>) -> Self {
        Self {
            known: known.map(Arc::new),
            ..self
        }
    }

    /// The words for identifiers that rules may use.
    pub fn words(&self) -> Vec<String> {
        self.identifiers.words()
    }

    /// Everything that is found in the texts.
    pub fn scan(&self, texts: &[PlacedText]) -> Scanned {
        let mut scanned = Scanned::default();
        for text in texts {
            self.text(text, &mut scanned);
        }
        scanned
    }

    fn text(&self, placed: &PlacedText, scanned: &mut Scanned) {
        let view = placed.text.folded();
        let (mut tens, shapes, cut_short) = self.gather(view);
        if cut_short {
            scanned.cut_short.push(placed.location.clone());
        }
        if tens.is_empty() && shapes.is_empty() {
            return;
        }
        tens.sort_by_key(|ten| ten.candidate.start);
        let columns = self.columns(view, &mut tens);
        let mut spans: Vec<(usize, usize)> = tens
            .iter()
            .map(|ten| (ten.candidate.start, ten.candidate.end))
            .chain(
                shapes
                    .iter()
                    .map(|found| (found.shape.start, found.shape.end)),
            )
            .collect();
        spans.sort_unstable();
        let findings = &mut scanned.findings;
        findings.reserve(tens.len());
        let mut weighing = Weighing {
            identifiers: &self.identifiers,
            known: self.known.as_deref(),
            placed,
            columns: &columns,
            context: Context::around(view, spans),
            birth_dates: shapes
                .iter()
                .filter(|found| found.identifier == Identifier::BirthDate)
                .map(|found| found.shape.start)
                .collect(),
            after: 0,
            cursor: 0,
        };
        // Each kind has a bound of its own, so that no flood of one pushes out
        // another.
        let mut others = shapes.iter().peekable();
        for (index, ten) in tens.iter().enumerate() {
            while let Some(other) = others.next_if(|other| other.shape.start < ten.candidate.start)
            {
                findings.extend(weighing.other(other));
            }
            let later = tens.get(index.saturating_add(1)..).unwrap_or(&[]);
            findings.extend(weighing.ten(ten, later));
        }
        for other in others {
            findings.extend(weighing.other(other));
        }
    }

    /// The numbers that are worth weighing, those whose check digit holds and
    /// those in a field for them; and all other shapes. The last value is
    /// whether there were more.
    fn gather(&self, view: &[u8]) -> (Vec<Ten>, Vec<Found>, bool) {
        let (mut tens, mut lost) = (Vec::new(), Vec::new());
        let (mut cut_short, mut lost_more) = (false, false);
        let mut fields = 0_usize;
        let mut shapes = Gathered::new(view, self.identifiers.local());
        let mut spot = |spot: Spot| {
            if !spot.valid && !structure::may_be_field(view, spot.start) {
                return;
            }
            fields = fields.saturating_add(usize::from(!spot.valid));
            if tens.len() >= WEIGHED || fields > WEIGHED {
                cut_short = true;
                return;
            }
            tens.extend(ten(view, spot));
        };
        let mut nine = |start: usize, end: usize| {
            let found = lost_zero(view, start, end);
            lost_more |= found.is_some() && lost.len() >= WEIGHED;
            let room = lost.len() < WEIGHED;
            lost.extend(found.filter(|_| room).map(|candidate| Ten {
                candidate,
                gate: Gate::LostZero,
                field: structure::field(view, start, end),
                in_cell: may_be_cell(view, start),
            }));
        };
        kernel::numbers(
            view,
            self.identifiers.chi(),
            &mut spot,
            &mut |start, end| {
                shapes.run(start, end, &mut nine);
            },
        );
        shapes.offer_all(&mut nine);
        let (shapes, more) = shapes.finish();
        tens.append(&mut lost);
        (tens, shapes, cut_short || lost_more || more)
    }

    /// The columns that numbers stand in. Where there may be any, the numbers
    /// whose check digits fail are looked at too: they tell chance from
    /// patients, and under a header they are findings.
    fn columns(&self, view: &[u8], tens: &mut Vec<Ten>) -> Columns {
        let columns = Columns::of(view, cells(tens));
        let stretches = columns.stretches(view);
        if stretches.is_empty() {
            return columns;
        }
        let room = WEIGHED.saturating_sub(tens.len());
        let mut failing = Vec::new();
        for (from, to) in stretches {
            let stretch = view.get(from..to).unwrap_or(b"");
            kernel::spots(stretch, self.identifiers.chi(), false, &mut |spot: Spot| {
                if !spot.valid
                    && failing.len() < room
                    && let Some(candidate) = Candidate::read(view, from.saturating_add(spot.start))
                {
                    failing.push(Ten {
                        candidate,
                        gate: Gate::WrongDigit,
                        field: None,
                        in_cell: may_be_cell(view, candidate.start),
                    });
                }
            });
        }
        let known: Vec<usize> = tens.iter().map(|ten| ten.candidate.start).collect();
        failing.retain(|ten| known.binary_search(&ten.candidate.start).is_err());
        tens.extend(failing);
        tens.sort_by_key(|ten| ten.candidate.start);
        let columns = Columns::of(view, cells(tens));
        tens.retain(|ten| {
            ten.gate != Gate::WrongDigit
                || ten.field == Some(Field::Patient)
                || columns.says(ten.candidate.start).header == Some(Header::Number)
        });
        columns
    }

    /// Runs an example of an identifier file.
    fn try_out(&self, example: &Example) -> Option<Diagnostic> {
        let placed = PlacedText {
            location: Location::new(Place::Body, PartPath::root(), 0),
            text: Text::new(example.text.clone()),
        };
        let scanned = self.scan(&[placed]);
        let found = scanned.findings.iter();
        let found: Vec<(&str, &str)> = found
            .filter(|finding| finding.identifier == example.identifier)
            .map(|finding| (finding.value.reveal().as_str(), finding.confidence.word()))
            .collect();
        let values: Vec<&str> = found.iter().map(|(value, _)| *value).collect();
        let sure = example.confidence.is_none_or(|wanted| {
            let mut levels = found.iter();
            levels.all(|(_, level)| *level == wanted.word())
        });
        if values == example.finds && sure {
            return None;
        }
        let told: Vec<String> = found
            .iter()
            .map(|(value, level)| format!("\"{value}\" ({level})"))
            .collect();
        let told = if told.is_empty() {
            String::from("nothing")
        } else {
            told.join(", ")
        };
        let message = format!("in this example {told} is found");
        let complaint = Diagnostic::error(
            "identifier::example-fails",
            &example.source,
            example.span.clone(),
            message,
        );
        Some(complaint.help("mend the shape, labels or weights, or the example if it was mistaken"))
    }
}

/// Reads what stands at a spot; `None` if it is not worth weighing.
fn ten(view: &[u8], spot: Spot) -> Option<Ten> {
    let candidate = Candidate::read(view, spot.start)?;
    let field = structure::field(view, candidate.start, candidate.end);
    let gate = if !spot.valid {
        Gate::WrongDigit
    } else if kernel::passes_mod_11(&candidate.digits) {
        Gate::CheckDigit
    } else {
        Gate::Luhn
    };
    (spot.valid || field == Some(Field::Patient)).then_some(Ten {
        candidate,
        gate,
        field,
        in_cell: may_be_cell(view, candidate.start),
    })
}

/// The cells among numbers: what can be none is not looked at again.
fn cells(tens: &[Ten]) -> impl Iterator<Item = Cell> {
    let in_cells = tens.iter().filter(|ten| ten.in_cell);
    in_cells.map(|ten| Cell {
        start: ten.candidate.start,
        end: ten.candidate.end,
        value: ten.value(),
        valid: ten.gate != Gate::WrongDigit,
        plausible: ten.plausible(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(text: &str) -> Scanned {
        let placed = PlacedText {
            location: Location::new(Place::Body, PartPath::root(), 0),
            text: Text::new(text.to_owned()),
        };
        Scanner::built_in().scan(&[placed])
    }

    #[test]
    fn no_flood_of_another_kind_hides_a_number_and_a_flood_is_said() {
        for flood in ["DOB 01/02/1970, ", "GMC no 9123456, "] {
            let text = format!("{}NHS No 943 476 5919", flood.repeat(20_100));
            let scanned = scan(&text);
            let mut values = scanned
                .findings
                .iter()
                .map(|finding| finding.value.reveal());
            assert!(values.any(|value| value == "9434765919"), "{flood}");
            assert_eq!(scanned.cut_short.len(), 1, "{flood}");
        }
    }

    #[test]
    fn a_sites_own_numbers_are_found_in_lists_and_columns() {
        let file = "[identifier]\nid = \"hospital-number\"\ntitle = \"Hospital number\"\n\
            mask = \"A999999\"\nlabels = [\"hospital no\", \"mrn\"]\n\
            [weights]\npattern = 30\nlabel-direct = 40\n\
            [[example]]\ntext = \"MRN A912345\"\nfinds = [\"A912345\"]\n";
        let (scanner, complaints) = Scanner::compile(&[Source::new("hospital.toml", file)]);
        assert!(complaints.is_empty());
        let scanner = scanner.unwrap();
        for (text, count) in [
            ("MRN A912345, A912346 and A912347.", 3),
            ("MRN A912345, bolt A912346", 1),
            ("Name,Hospital No\nSmith,A912345\nJones,A912346\n", 2),
            (
                "Surname\tPatient MRN\r\nSmith\tA912345\r\nJones\tA912346\r\n",
                2,
            ),
            ("Name,Part No\nBolt,A912345\nNut,A912346\n", 0),
        ] {
            let placed = PlacedText {
                location: Location::new(Place::Body, PartPath::root(), 0),
                text: Text::new(text.to_owned()),
            };
            let found = scanner.scan(&[placed]).findings;
            assert_eq!(found.len(), count, "{text}");
            assert!(found.iter().all(|finding| finding.score == 70), "{text}");
        }
    }

    #[test]
    fn more_numbers_than_are_weighed_are_said() {
        let text = "9434765919\n".repeat(WEIGHED + 1);
        assert_eq!(scan(&text).cut_short.len(), 1);
        let text = "9434765919\n".repeat(WEIGHED);
        assert_eq!(scan(&text).cut_short.len(), 0);
    }
}

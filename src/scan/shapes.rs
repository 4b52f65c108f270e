//! Identifiers other than ten-digit numbers: each run of digits is offered to
//! the readers of all kinds whose form could begin with it.

use super::column::{Cell, Columns, Header};
use super::context::Context;
use super::evidence::{Gathering, Sign, Weights};
use super::finding::{Confidence, Finding, Identifier};
use super::kinds::shape::Shape;
use super::kinds::{birth_date, driving_licence, iban, nino, passport, payment_card, staff_number};
use super::local::Local;
use super::offers;
use crate::extract::PlacedText;
use crate::sensitive::Sensitive;

/// How many of one text are kept.
const SHAPES: usize = 20_000;

/// How many runs wait for the readers: whether the next one is offered cannot
/// be foreseen, so nothing is asked about one alone.
const WAITING: usize = 64;

/// A shape and what it is.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) identifier: Identifier,
    pub(super) shape: Shape,
}

/// The shapes of a view, gathered run by run.
#[derive(Debug)]
pub(super) struct Gathered<'v> {
    view: &'v [u8],
    local: &'v [Local],
    all: Vec<Found>,
    dates: Vec<Shape>,
    /// Shapes of a site's own in cells, whose headers must still be looked at,
    /// with the number of their kind.
    cells: Vec<(usize, Shape)>,
    more: bool,
    /// Where the last shape ends.
    after: usize,
    /// Runs that are offered, but not yet looked at, and how many.
    waiting: [(usize, usize, bool); WAITING],
    count: usize,
}

impl<'v> Gathered<'v> {
    pub(super) fn new(view: &'v [u8], local: &'v [Local]) -> Self {
        Self {
            view,
            local,
            all: Vec::new(),
            dates: Vec::new(),
            cells: Vec::new(),
            more: false,
            after: 0,
            waiting: [(0, 0, false); WAITING],
            count: 0,
        }
    }

    /// Takes the next run of digits. Runs of nine are handed on to `nine`.
    #[inline]
    pub(super) fn run(&mut self, start: usize, end: usize, nine: &mut impl FnMut(usize, usize)) {
        let offered = offers::is_offered(self.view, start, end);
        if let Some(slot) = self.waiting.get_mut(self.count) {
            *slot = (start, end, offered);
        }
        let taken = offered || !self.local.is_empty();
        self.count = self.count.wrapping_add(usize::from(taken));
        if self.count == WAITING {
            self.offer_all(nine);
        }
    }

    /// Offers the runs that wait, in order.
    pub(super) fn offer_all(&mut self, nine: &mut impl FnMut(usize, usize)) {
        let waiting = self.waiting;
        for (start, end, offered) in waiting.iter().take(self.count) {
            if *start >= self.after {
                self.offer(*start, *end, *offered, nine);
            }
        }
        self.count = 0;
    }

    fn offer(
        &mut self,
        start: usize,
        end: usize,
        offered: bool,
        nine: &mut impl FnMut(usize, usize),
    ) {
        let view = self.view;
        let length = end.saturating_sub(start);
        if length == 9 {
            nine(start, end);
        }
        let found = if offered {
            built_in(view, start, end, length)
        } else {
            None
        };
        let found = found.or_else(|| self.own(start));
        if let Some(found) = found {
            self.after = found.shape.end;
            if self.all.len() < SHAPES {
                self.all.push(found);
            } else {
                self.more = true;
            }
        } else if offered
            && matches!(length, 1 | 2 | 4)
            && self.dates.len() < SHAPES
            && may_be_cell(view, start)
            && let Some((end, value)) = birth_date::date_at(view, start, end)
        {
            self.after = end;
            self.dates.push(Shape {
                start,
                end,
                value,
                signs: vec![Sign::RealDate, Sign::ColumnHeader],
            });
        } else {
            self.own_cell(start);
        }
    }

    /// A shape of a site's own at a run, after its label or in a list of such.
    fn own(&self, run: usize) -> Option<Found> {
        let last = self.all.last();
        self.local.iter().find_map(|local| {
            let identifier = local.identifier();
            let last = last.filter(|last| last.identifier == identifier);
            let shape = local.at_run(self.view, run, last.map(|last| last.shape.end))?;
            Some(Found { identifier, shape })
        })
    }

    /// Notes shapes of a site's own in a cell.
    fn own_cell(&mut self, run: usize) {
        for (local, number) in self.local.iter().zip(0..) {
            if let Some(shape) = local.in_cell(self.view, run)
                && may_be_cell(self.view, shape.start)
            {
                if self.cells.len() < SHAPES {
                    self.cells.push((number, shape));
                } else {
                    self.more = true;
                }
            }
        }
    }

    /// All shapes in order, none inside another, and whether there were more
    /// than are kept.
    pub(super) fn finish(self) -> (Vec<Found>, bool) {
        let mut all = self.all;
        all.extend(birthdays(self.view, self.dates));
        let mut cells = self.cells;
        for (local, number) in self.local.iter().zip(0..) {
            let (own, others) = cells.into_iter().partition(|(kind, _)| *kind == number);
            cells = others;
            all.extend(headed(self.view, local, own));
        }
        all.sort_by_key(|found| found.shape.start);
        (all, self.more)
    }
}

/// Whether a cell of a table could begin here: dates in sentences are none.
fn may_be_cell(view: &[u8], start: usize) -> bool {
    let before = view.get(start.saturating_sub(2)..start).unwrap_or(b"");
    matches!(
        *before,
        [] | [.., b'\n' | b'\r' | b',' | b'\t' | b';' | b'|' | b'"']
            | [.., b';' | b'|' | b' ', b' ']
    )
}

/// Of dates without a label, those in a column whose header makes them dates
/// of birth.
fn birthdays(view: &[u8], dates: Vec<Shape>) -> impl Iterator<Item = Found> {
    let cells = dates.iter().map(|date| Cell {
        start: date.start,
        end: date.end,
        value: 0,
        valid: false,
        plausible: false,
    });
    let columns = Columns::of(view, cells);
    let born = move |date: &Shape| columns.says(date.start).header == Some(Header::BirthDate);
    dates.into_iter().filter(born).map(|shape| Found {
        identifier: Identifier::BirthDate,
        shape,
    })
}

/// Of a site's own shapes in cells, those in a column with one of their labels.
fn headed(view: &[u8], local: &Local, shapes: Vec<(usize, Shape)>) -> Vec<Found> {
    let cells = shapes.iter().map(|(_, shape)| Cell {
        start: shape.start,
        end: shape.end,
        value: 0,
        valid: false,
        plausible: false,
    });
    let heads = |cell: &[u8]| local.heads(cell).then_some(Header::Own);
    let columns = Columns::under(view, cells, &heads);
    let is_headed = |shape: &Shape| columns.says(shape.start).header == Some(Header::Own);
    let own = shapes.into_iter().map(|(_, shape)| shape);
    own.filter(is_headed)
        .map(|shape| Found {
            identifier: local.identifier(),
            shape,
        })
        .collect()
}

/// Whether a letter stands before, or a letter and one blank or hyphen.
fn letter_before(view: &[u8], start: usize) -> bool {
    let at = |back: usize| start.checked_sub(back).and_then(|at| view.get(at)).copied();
    let letter = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphabetic());
    letter(at(1)) || (matches!(at(1), Some(b' ' | b'-')) && letter(at(2)))
}

/// The kinds that come with gatepost, each where the run could begin it.
fn built_in(view: &[u8], start: usize, end: usize, length: usize) -> Option<Found> {
    macro_rules! offer {
        ($kind:ident, $identifier:ident) => {
            if let Some(shape) = $kind::at_run(view, start, end) {
                let identifier = Identifier::$identifier;
                return Some(Found { identifier, shape });
            }
        };
    }
    let before = start.checked_sub(1).and_then(|at| view.get(at)).copied();
    let glued = before.is_some_and(|byte| byte.is_ascii_alphabetic());
    // The commonest lengths have a way of their own: what is asked of one
    // alone is asked once.
    match length {
        1 => offer!(birth_date, BirthDate),
        2 => {
            offer!(birth_date, BirthDate);
            if letter_before(view, start) {
                offer!(nino, NationalInsuranceNumber);
            }
            if glued {
                offer!(iban, Iban);
            }
            offer!(staff_number, StaffNumber);
        }
        4 => {
            offer!(birth_date, BirthDate);
            if letter_before(view, start) {
                offer!(nino, NationalInsuranceNumber);
            }
            if glued {
                offer!(iban, Iban);
            }
            offer!(payment_card, PaymentCard);
        }
        _ => {
            if length == 8 {
                offer!(birth_date, BirthDate);
            }
            if length == 6 && letter_before(view, start) {
                offer!(nino, NationalInsuranceNumber);
            }
            if glued {
                offer!(iban, Iban);
            }
            offer!(payment_card, PaymentCard);
            offer!(passport, Passport);
            offer!(staff_number, StaffNumber);
        }
    }
    // The surname before the digits may end in nines.
    if length >= 6 || glued {
        offer!(driving_licence, DrivingLicence);
    }
    None
}

impl Found {
    /// Weighs a shape; `None` if too little speaks for it. `cursor` is for
    /// [`Context::near`].
    pub(super) fn weigh(
        &self,
        placed: &PlacedText,
        weights: &Weights,
        context: &Context<'_>,
        cursor: &mut usize,
    ) -> Option<Finding> {
        let (start, end) = (self.shape.start, self.shape.end);
        let around = context.near(start, end, cursor).surroundings();
        let mut signs = Gathering::new(weights);
        for sign in &self.shape.signs {
            signs.push(*sign);
        }
        if around.clinical || around.patient {
            signs.push(Sign::WeakContext);
        }
        let labelled = self.shape.signs.contains(&Sign::LabelDirect);
        if !labelled && (context.in_url(start) || context.in_mailbox(start, end)) {
            signs.push(Sign::InAddress);
        }
        let (evidence, score) = signs.finish();
        Some(Finding {
            identifier: self.identifier.clone(),
            class: None,
            confidence: Confidence::of(score)?,
            score,
            evidence,
            clinical: around.clinical,
            ours: false,
            location: placed.locate(start),
            shape: super::finding::shape(placed.text.folded(), start, end),
            value: Sensitive::new(self.shape.value.clone()),
        })
    }
}

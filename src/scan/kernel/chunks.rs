//! The three steps over a whole view, chunk by chunk.
//!
//! A candidate may cross the border of two chunks. So a chunk decides on those
//! runs only that cannot go on behind its end, and the next chunk begins again
//! at the first run that can: ten groups with nine long gaps before the border
//! at most, in truth a few bytes.

use super::check::ChiMod10;
use super::edges::{BIAS, CHUNK, Edges, Kind, raised};
use super::engine::Engine;
use super::layout::LONGEST_GAP;
use super::scalar::{digit_runs_scalar, spots_scalar};
use super::shapes::{Shapes, Spans, WORDS};
use super::simd::Power;
use super::spot::Spot;
use super::verify::{BATCH, Chunk, Fast, Marked, verify};

/// Below this length the tables cost more than they save.
const SHORT: usize = 160;

/// All digit-run starts at which ten digits stand in an accepted layout, in
/// ascending order; with `only_valid` those whose check digit holds.
pub fn spots(view: &[u8], chi: ChiMod10, only_valid: bool, found: &mut impl FnMut(Spot)) {
    if view.len() < SHORT {
        return spots_scalar(view, chi, only_valid, found);
    }
    spots_with(Engine::Best, view, chi, only_valid, found);
}

/// As [`spots`], by a given engine.
pub fn spots_with(
    engine: Engine,
    view: &[u8],
    chi: ChiMod10,
    only_valid: bool,
    found: &mut impl FnMut(Spot),
) {
    in_chunks(Power::of(engine), view, chi, |chunk| {
        chunk.spots(only_valid, found);
    });
}

/// All that [`spots`] and [`digit_runs`] give, in one pass over the view: chunk
/// by chunk first the spots that begin in it, then the runs.
pub fn numbers(
    view: &[u8],
    chi: ChiMod10,
    found: &mut impl FnMut(Spot),
    run: &mut impl FnMut(usize, usize),
) {
    if view.len() < SHORT {
        spots_scalar(view, chi, false, found);
        return digit_runs_scalar(view, run);
    }
    numbers_with(Engine::Best, view, chi, found, run);
}

/// As [`numbers`], by a given engine.
pub fn numbers_with(
    engine: Engine,
    view: &[u8],
    chi: ChiMod10,
    found: &mut impl FnMut(Spot),
    run: &mut impl FnMut(usize, usize),
) {
    in_chunks(Power::of(engine), view, chi, |chunk| {
        chunk.spots(false, found);
        chunk.runs(run);
    });
}

/// One chunk with its edges and shapes.
struct Marks<'c> {
    power: Power,
    chunk: Chunk<'c>,
    /// The runs that begin a fast shape.
    fast: &'c Fast,
    /// Those that begin another.
    rare: &'c Marked,
    /// The first edge that is decided on here, and the first that is not.
    decides: [usize; 2],
}

impl Marks<'_> {
    fn spots(&self, only_valid: bool, found: &mut impl FnMut(Spot)) {
        let weigh = |chunk: &Chunk<'_>, batch: &[u16; BATCH], count: usize| {
            self.power.weigh(chunk, batch, count)
        };
        verify(self.chunk, weigh, self.fast, self.rare, only_valid, found);
    }

    /// The runs that are decided on here, whole ones.
    fn runs(&self, run: &mut impl FnMut(usize, usize)) {
        let [from, to] = self.decides;
        let list = self.chunk.edges.list.get(from..to).unwrap_or(&[]);
        let (pairs, open) = list.as_chunks::<2>();
        for [start, end] in pairs {
            // The edge of a run that began before the chunk is 0, and the run
            // was told when it began.
            if *start >= BIAS {
                run(self.chunk.place(*start), self.chunk.place(*end));
            }
        }
        // Longer than any number, and its end is not in this chunk.
        if let Some(start) = open.first().filter(|start| **start >= BIAS) {
            let start = self.chunk.place(*start);
            let rest = self.chunk.view.get(start..).unwrap_or(b"");
            let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            run(start, start.saturating_add(length));
        }
    }
}

/// Marks the view chunk by chunk. Each run is decided on once.
fn in_chunks(power: Power, view: &[u8], chi: ChiMod10, mut decide: impl FnMut(&Marks<'_>)) {
    let skew = view.as_ptr().align_offset(64);
    let (mut edges, mut spans) = (Edges::new(), Spans::new());
    let mut shapes = Shapes::new();
    let (mut fast, mut rare) = (Fast::new(), Marked::new());
    // Runs that begin before `decided` have been looked at.
    let (mut base, mut decided) = (0_usize, 0_usize);
    loop {
        let rest = view.get(base..).unwrap_or(b"");
        let bytes = rest.get(..CHUNK).unwrap_or(rest);
        let last = bytes.len() == rest.len();
        power.fill(
            &mut edges,
            Kind::Digits,
            bytes,
            follows(view, base, Kind::Digits),
        );
        let undecided = if last {
            edges.close(bytes.len());
            edges.count
        } else {
            first_that_goes_on(&edges, bytes.len())
        };
        edges.seal();
        let words = edges.count.div_ceil(64).min(WORDS.saturating_sub(16));
        power.mark(&edges, words, &mut spans, &mut shapes);
        let from = first_from(&edges, decided.saturating_sub(base));
        let words = shapes.keep([from, undecided]);
        power.list_fast(&shapes.fast, words, &edges, &spans, &mut fast);
        power.list(&shapes.rare, words, &mut rare);
        decide(&Marks {
            power,
            chunk: Chunk {
                view,
                base,
                edges: &edges,
                chi,
            },
            fast: &fast,
            rare: &rare,
            decides: [from, undecided],
        });
        if last {
            return;
        }
        let ahead = match edges.list.get(undecided) {
            Some(edge) if undecided < edges.count => usize::from(edge.saturating_sub(BIAS)),
            _ => bytes.len(),
        };
        decided = base.saturating_add(ahead);
        // Whole cache lines, as far as the view allows.
        base = decided.saturating_sub(decided.wrapping_sub(skew) & 63);
    }
}

/// Whether the byte before a place is of the kind.
fn follows(view: &[u8], place: usize, kind: Kind) -> bool {
    let before = place.checked_sub(1).and_then(|at| view.get(at));
    before.is_some_and(|byte| kind.holds(*byte))
}

/// The first edge of the first run that begins at an offset or after it.
fn first_from(edges: &Edges, offset: usize) -> usize {
    let before = edges
        .runs()
        .iter()
        .take_while(|[start, _]| *start < raised(offset))
        .count();
    before.saturating_mul(2)
}

/// The first edge of the first run that a candidate over the end of the chunk
/// could begin with: near enough, run by run, and with at most ten groups.
fn first_that_goes_on(edges: &Edges, length: usize) -> usize {
    let end = raised(length);
    let runs = edges.runs();
    let mut first = runs.len().saturating_mul(2);
    let mut next = end;
    if edges.is_open() {
        next = edges.list.get(first).copied().unwrap_or(end);
        if end.saturating_sub(next) > 10 {
            // Too long already: a number ends before it or not at all.
            return edges.count;
        }
    }
    for [start, close] in runs.iter().rev().take(10) {
        let near = usize::from(next.saturating_sub(*close)) <= LONGEST_GAP;
        if !near || close.saturating_sub(*start) > 10 {
            break;
        }
        first = first.saturating_sub(2);
        next = *start;
    }
    first
}

/// All runs of ASCII digits, whole ones only: where each begins and ends.
pub fn digit_runs(view: &[u8], found: &mut impl FnMut(usize, usize)) {
    if view.len() < SHORT {
        return digit_runs_scalar(view, found);
    }
    digit_runs_with(Engine::Best, view, found);
}

/// As [`digit_runs`], by a given engine.
pub fn digit_runs_with(engine: Engine, view: &[u8], found: &mut impl FnMut(usize, usize)) {
    Runs::of(engine, Kind::Digits).each(view, found);
}

/// As [`Words::each`], by a given engine.
pub fn words_with(engine: Engine, view: &[u8], found: &mut impl FnMut(usize, usize)) {
    Runs::of(engine, Kind::Letters).each(view, found);
}

/// Finds words: runs of letters, ASCII or 0x80. Kept for many stretches, since
/// its memory is made once.
#[derive(Debug, Default)]
pub struct Words(Option<Box<Runs>>);

impl Words {
    /// All words of a view: where each begins and ends.
    pub fn each(&mut self, view: &[u8], found: &mut impl FnMut(usize, usize)) {
        self.0
            .get_or_insert_with(|| Box::new(Runs::of(Engine::Best, Kind::Letters)))
            .each(view, found);
    }
}

/// Finds the runs of one kind.
#[derive(Debug)]
struct Runs {
    power: Power,
    kind: Kind,
    edges: Edges,
}

impl Runs {
    fn of(engine: Engine, kind: Kind) -> Self {
        Self {
            power: Power::of(engine),
            kind,
            edges: Edges::new(),
        }
    }

    fn each(&mut self, view: &[u8], found: &mut impl FnMut(usize, usize)) {
        let edges = &mut self.edges;
        let mut base = 0_usize;
        // Where the run began that the last chunk left open.
        let mut begun = 0_usize;
        for bytes in view.chunks(CHUNK) {
            let open = follows(view, base, self.kind);
            self.power.fill(edges, self.kind, bytes, open);
            let end = base.saturating_add(bytes.len());
            if end == view.len() {
                edges.close(bytes.len());
            }
            let place = |edge: u16| base.wrapping_add(usize::from(edge.wrapping_sub(BIAS)));
            for [start, close] in edges.runs() {
                let start = if *start < BIAS { begun } else { place(*start) };
                found(start, place(*close));
            }
            if edges.is_open()
                && let Some(start) = edges.list.get(edges.count.saturating_sub(1))
                && *start >= BIAS
            {
                begun = place(*start);
            }
            base = end;
        }
    }
}

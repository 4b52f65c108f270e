//! Content streams (ISO 32000-1 sections 7.8, 8 and 9): what is drawn on a
//! page, as far as it is text or bears on it.
//!
//! The work is bounded by the desk: forms may draw forms ten times each, ten
//! levels deep.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::canvas::{Canvas, Picture};
use super::document::Document;
use super::fonts::Font;
use super::geometry::{IDENTITY, Matrix};
use super::layers::Layers;
use super::lexer::{Lexer, Token, is_space};
use super::object::{Dict, NULL, Object, Stream};
use super::parse;
use super::path::{Path, Step};
use super::raster;
use super::state::{self, State};
use super::text_string;
use crate::extract::ink::BLACK;
use crate::extract::sink::Spot;

/// Forms in forms.
const DEPTH: usize = 16;

/// What calling a form or a picture costs besides what it draws: measured, some
/// hundred nanoseconds.
const FORM_STEPS: usize = 64;

/// States that were put aside.
const STATES: usize = 1_000;

/// Draws content streams of a document.
#[derive(Debug)]
pub(super) struct Painter<'o, 'd, 's, 'g> {
    pub(super) document: &'o Document<'d, 's, 'g>,
    layers: &'o Layers,
    /// Fonts by the place of their dictionary in memory.
    fonts: BTreeMap<usize, Rc<Font<'o>>>,
    /// Unpacked forms by their place in the file.
    forms: BTreeMap<usize, Rc<Vec<u8>>>,
    /// The streams that are being drawn.
    open: Vec<usize>,
    /// The streams that were drawn.
    pub(super) drawn: BTreeSet<usize>,
    /// Where gaps are said.
    pub(super) spot: Spot,
}

/// One stream while it is drawn.
pub(super) struct Drawing<'o, 'c> {
    /// On what.
    pub(super) canvas: &'c mut Canvas<'o>,
    resources: &'o Dict,
    /// The state now.
    pub(super) state: State<'o>,
    saved: Vec<State<'o>>,
    /// Where the next glyph stands, and where its line begins.
    pub(super) text: Matrix,
    /// The beginning of the line.
    pub(super) line: Matrix,
    path: Path,
    inks: [bool; 2],
    /// For each open marked part, whether its layer is off.
    marked: Vec<bool>,
    /// Whether a layer that is off is open.
    pub(super) off: usize,
}

impl<'o, 'd, 's, 'g> Painter<'o, 'd, 's, 'g> {
    /// For a document.
    pub(super) fn new(document: &'o Document<'d, 's, 'g>, layers: &'o Layers) -> Self {
        Self {
            document,
            layers,
            fonts: BTreeMap::new(),
            forms: BTreeMap::new(),
            open: Vec::new(),
            drawn: BTreeSet::new(),
            spot: Spot::default(),
        }
    }

    /// Draws a stream of operators.
    pub(super) fn draw(
        &mut self,
        canvas: &mut Canvas<'o>,
        content: &[u8],
        resources: &'o Dict,
        state: State<'o>,
    ) {
        let mut drawing = Drawing {
            canvas,
            resources,
            state,
            saved: Vec::new(),
            text: IDENTITY,
            line: IDENTITY,
            path: Path::new(),
            inks: [false; 2],
            marked: Vec::new(),
            off: 0,
        };
        let mut operands: Vec<Object> = Vec::new();
        let mut lexer = Lexer::at(content, 0);
        loop {
            let before = lexer.position();
            let Some(token) = lexer.token() else {
                return;
            };
            match token {
                Token::Integer(number) => operands.push(Object::Integer(number)),
                Token::Real(number) => operands.push(Object::Real(number)),
                Token::Name(name) => operands.push(Object::Name(name.into())),
                Token::Text(text) => operands.push(Object::Text(text.into())),
                Token::ArrayOpen | Token::DictOpen => {
                    lexer.go(before);
                    operands.push(parse::object(&mut lexer, 1_000_000).object);
                }
                Token::ArrayClose | Token::DictClose => {}
                Token::Word(b"BI") => Self::inline_picture(&mut drawing, &mut lexer, content),
                Token::Word(operator) => {
                    self.operate(&mut drawing, operator, &operands);
                    operands.clear();
                }
            }
            if operands.len() > 500 {
                operands.clear();
            }
            let work = lexer.position().saturating_sub(before).saturating_add(8);
            if !self.document.desk.spend(work) {
                return;
            }
        }
    }

    /// Draws a form: a stream with resources and a matrix of its own.
    pub(super) fn form(
        &mut self,
        canvas: &mut Canvas<'o>,
        stream: &'o Stream,
        resources: &'o Dict,
        mut state: State<'o>,
    ) {
        if self.open.len() >= DEPTH || self.open.contains(&stream.start) {
            return;
        }
        let content = self.content(stream);
        let own = self.document.get(stream.dict.get(b"Resources")).dict();
        let resources = if own.is_empty() { resources } else { own };
        state.matrix = matrix(self.document, stream.dict.get(b"Matrix")).then(state.matrix);
        self.open.push(stream.start);
        self.draw(canvas, &content, resources, state);
        self.open.pop();
    }

    /// The content of a page is drawn once: it need not be kept.
    pub(super) fn forget<'p>(&mut self, streams: impl Iterator<Item = &'p Stream>) {
        for stream in streams {
            self.forms.remove(&stream.start);
        }
    }

    /// The corners of a rectangle in the file.
    pub(super) fn rectangle(&self, object: &Object) -> Option<[f64; 4]> {
        let document = self.document;
        let numbers = document.get(object).array().iter();
        let numbers = numbers.map(|number| document.get(number).number());
        numbers.collect::<Option<Vec<f64>>>()?.try_into().ok()
    }

    /// Whether the layer of something is off.
    pub(super) fn is_off(&self, layer: &Object) -> bool {
        self.layers.is_off(self.document, layer)
    }

    /// Draws the operators of a glyph, which are known already.
    pub(super) fn nested(
        &mut self,
        canvas: &mut Canvas<'o>,
        stream: &Stream,
        content: &[u8],
        resources: &'o Dict,
        state: State<'o>,
    ) {
        if self.open.len() < DEPTH && !self.open.contains(&stream.start) {
            self.open.push(stream.start);
            self.draw(canvas, content, resources, state);
            self.open.pop();
        }
    }

    /// The operators of a stream; what of them can't be unpacked is said.
    pub(super) fn content(&mut self, stream: &Stream) -> Rc<Vec<u8>> {
        if let Some(known) = self.forms.get(&stream.start) {
            return Rc::clone(known);
        }
        let decoded = self.document.decode(stream);
        if let Some(why) = decoded.why {
            self.document.desk.gap(self.spot, why);
        }
        let content = Rc::new(decoded.bytes);
        self.drawn.insert(stream.start);
        self.forms.insert(stream.start, Rc::clone(&content));
        content
    }

    fn resource<'r>(&self, drawing: &Drawing<'o, '_>, kind: &[u8], name: &'r Object) -> &'o Object {
        let kind = self.document.get(drawing.resources.get(kind)).dict();
        kind.get(name.name())
    }

    /// A font by its name in the resources.
    pub(super) fn font(
        &mut self,
        drawing: &Drawing<'o, '_>,
        name: &Object,
    ) -> Option<Rc<Font<'o>>> {
        let font = self.document.get(self.resource(drawing, b"Font", name));
        self.font_of(font.dict())
    }

    fn font_of(&mut self, dict: &'o Dict) -> Option<Rc<Font<'o>>> {
        let key = std::ptr::from_ref(dict).addr();
        if let Some(known) = self.fonts.get(&key) {
            return Some(Rc::clone(known));
        }
        if !self.document.desk.spend(60_000) {
            return None;
        }
        let font = Rc::new(Font::new(self.document, dict));
        self.fonts.insert(key, Rc::clone(&font));
        Some(font)
    }

    fn operate(&mut self, drawing: &mut Drawing<'o, '_>, operator: &[u8], operands: &[Object]) {
        let number = |place: usize| operands.get(place).and_then(Object::number).unwrap_or(0.0);
        let first = operands.first().unwrap_or(&NULL);
        match operator {
            b"q" if drawing.saved.len() < STATES => drawing.saved.push(drawing.state.clone()),
            b"Q" => {
                if let Some(state) = drawing.saved.pop() {
                    drawing.state = state;
                }
            }
            b"cm" => {
                let own = Matrix(std::array::from_fn(number));
                drawing.state.matrix = own.then(drawing.state.matrix);
            }
            b"gs" => self.state_by_name(drawing, first),
            b"Do" => self.object_by_name(drawing, first),
            b"sh" => {
                let area = drawing.state.clip;
                drawing.canvas.paint(area, None, false);
            }
            b"BMC" => drawing.mark(false),
            b"BDC" => {
                let properties = operands.get(1).unwrap_or(&NULL);
                let off = self.begin_marked(drawing, first, properties);
                drawing.mark(off);
            }
            b"EMC" => {
                if drawing.marked.pop() == Some(true) {
                    drawing.off = drawing.off.saturating_sub(1);
                }
            }
            b"cs" | b"CS" => {
                let space = self
                    .document
                    .get(self.resource(drawing, b"ColorSpace", first));
                let kind = self
                    .document
                    .get(space.array().first().unwrap_or(&NULL))
                    .name();
                let inks = matches!(
                    kind,
                    b"Separation" | b"DeviceN" | b"Indexed" | b"Lab" | b"Pattern"
                );
                let [fills, strokes] = &mut drawing.inks;
                let (own, ink) = match operator {
                    b"cs" => (fills, &mut drawing.state.fill),
                    _ => (strokes, &mut drawing.state.stroke),
                };
                // The first colour of a space is black, or full ink.
                (*own, *ink) = (inks, (!inks).then_some(BLACK));
            }
            b"g" | b"rg" | b"k" => drawing.state.fill = state::ink(operands, false),
            b"G" | b"RG" | b"K" => drawing.state.stroke = state::ink(operands, false),
            b"sc" | b"scn" => {
                drawing.state.fill = state::ink(operands, drawing.inks[0]);
            }
            b"SC" | b"SCN" => {
                drawing.state.stroke = state::ink(operands, drawing.inks[1]);
            }
            _ => {
                if !drawing.path(operator, &std::array::from_fn(number)) {
                    self.text_operator(drawing, operator, operands);
                }
            }
        }
    }

    fn state_by_name(&mut self, drawing: &mut Drawing<'o, '_>, name: &Object) {
        let document = self.document;
        let own = document
            .get(self.resource(drawing, b"ExtGState", name))
            .dict();
        if let Some(alpha) = document.get(own.get(b"ca")).number() {
            drawing.state.is_glass = alpha < 1.0;
            drawing.state.is_clear = alpha <= 0.0;
        }
        let blend = document.get(own.get(b"BM")).name();
        let soft = document.get(own.get(b"SMask")).dict();
        if !matches!(blend, b"" | b"Normal" | b"Compatible") || !soft.is_empty() {
            drawing.state.is_glass = true;
        }
        if let [font, size] = document.get(own.get(b"Font")).array() {
            drawing.state.font = self.font_of(document.get(font).dict());
            drawing.state.size = document.get(size).number().unwrap_or(0.0);
        }
    }

    fn object_by_name(&mut self, drawing: &mut Drawing<'o, '_>, name: &Object) {
        let object = self.document.get(self.resource(drawing, b"XObject", name));
        let Some(stream) = object.stream() else {
            return;
        };
        // Forms that draw forms do little else: the call itself is the work.
        if !self.document.desk.spend(FORM_STEPS) {
            return;
        }
        let off = self.layers.is_off(self.document, stream.dict.get(b"OC"));
        if self.document.get(stream.dict.get(b"Subtype")).name() == b"Image" {
            let area = drawing
                .state
                .matrix
                .cover([0.0, 0.0, 1.0, 1.0])
                .and(drawing.state.clip);
            let mask = self.document.get(stream.dict.get(b"ImageMask")).flag() == Some(true);
            let through = mask || stream.dict.has(b"SMask") || stream.dict.has(b"Mask");
            let covers = drawing.covers() && !through;
            let picture = Picture {
                stream: Some(stream),
                area,
                size: raster::size(self.document, stream),
                is_seen: !off && drawing.off == 0,
            };
            drawing.canvas.picture(picture, covers);
            return;
        }
        let mut state = drawing.state.clone();
        if off || drawing.off > 0 {
            state.mode = 3;
        }
        let resources = drawing.resources;
        self.form(drawing.canvas, stream, resources, state);
    }

    /// Whether the marked part is of a layer that is off.
    fn begin_marked(&self, drawing: &mut Drawing<'o, '_>, tag: &Object, own: &Object) -> bool {
        // Properties stand here, or have a name in the resources.
        let shared = self.resource(drawing, b"Properties", own);
        let mut properties = own.dict();
        if properties.is_empty() {
            properties = self.document.get(shared).dict();
        }
        if let Some(actual) = properties.get(b"ActualText").text() {
            drawing.canvas.actual.push(text_string::decode(actual));
        }
        tag.name() == b"OC" && self.layers.is_off(self.document, shared)
    }

    /// `BI .. ID .. EI`: a picture between the operators (section 8.9.7).
    fn inline_picture(drawing: &mut Drawing<'o, '_>, lexer: &mut Lexer<'_>, content: &[u8]) {
        let mut sides = (None, None);
        let mut side = None;
        while let Some(token) = lexer.token() {
            if token == Token::Word(b"ID") {
                break;
            }
            let asked = side.take();
            if let Token::Name(name) = token {
                side = match name.as_slice() {
                    b"W" | b"Width" => Some(&mut sides.0),
                    b"H" | b"Height" => Some(&mut sides.1),
                    _ => None,
                };
            } else if let (Token::Integer(number), Some(side)) = (token, asked) {
                *side = u32::try_from(number).ok();
            }
        }
        let start = lexer.position();
        let rest = content.get(start..).unwrap_or_default();
        let is_end = |at: &usize| {
            let at = *at;
            let before = at.checked_sub(1).and_then(|before| rest.get(before));
            let behind = rest.get(at.saturating_add(2)..).unwrap_or_default();
            // What follows the picture is operators, not more of its bytes.
            let plain = |byte: &u8| is_space(*byte) || matches!(byte, b' '..=b'~');
            before.is_some_and(|byte| is_space(*byte))
                && behind.first().is_none_or(|byte| is_space(*byte))
                && behind.iter().take(10).all(plain)
        };
        let end = memchr::memmem::find_iter(rest, b"EI").find(is_end);
        lexer.go(start.saturating_add(end.map_or(rest.len(), |end| end.saturating_add(2))));
        let area = drawing
            .state
            .matrix
            .cover([0.0, 0.0, 1.0, 1.0])
            .and(drawing.state.clip);
        let picture = Picture {
            stream: None,
            area,
            size: sides.0.zip(sides.1),
            is_seen: drawing.off == 0,
        };
        drawing.canvas.picture(picture, false);
    }
}

impl Drawing<'_, '_> {
    fn mark(&mut self, off: bool) {
        if self.marked.len() < 100_000 {
            self.marked.push(off);
            self.off = self.off.saturating_add(usize::from(off));
        }
    }

    fn covers(&self) -> bool {
        !self.state.is_glass && self.state.clip_is_plain && self.off == 0
    }

    /// Operators of paths; says whether this is one.
    fn path(&mut self, operator: &[u8], numbers: &[f64; 6]) -> bool {
        let Some(step) = self.path.step(operator, numbers, self.state.matrix) else {
            return false;
        };
        if step == Step::Goes {
            return true;
        }
        if step == Step::Fills {
            let colour = self.state.fill;
            let covers = self.covers();
            for area in self.path.rectangles() {
                let area = area.and(self.state.clip);
                self.canvas.paint(area, colour, covers);
            }
            let other = self.path.other().and(self.state.clip);
            self.canvas.paint(other, colour, false);
        }
        if step != Step::Ends {
            self.canvas.curves = self.canvas.curves.saturating_add(self.path.curves);
        }
        if let Some((area, plain)) = self.path.clip() {
            self.state.clip = self.state.clip.and(area);
            self.state.clip_is_plain &= plain;
        }
        self.path = Path::new();
        true
    }
}

/// A matrix out of an array; the one that changes nothing if it is none.
pub(super) fn matrix(document: &Document<'_, '_, '_>, object: &Object) -> Matrix {
    let numbers = document.get(object).array().iter();
    let numbers: Vec<f64> = numbers
        .filter_map(|number| document.get(number).number())
        .collect();
    numbers.try_into().map_or(IDENTITY, Matrix)
}

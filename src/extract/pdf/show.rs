//! The operators of text (ISO 32000-1 section 9.4): where each glyph stands.

use super::content::{Drawing, Painter, matrix};
use super::fonts::{Font, Glyph};
use super::geometry::Matrix;
use super::layout::{Look, Placed};
use super::object::{NULL, Object};

impl<'o> Painter<'o, '_, '_, '_> {
    /// Does what an operator of text says.
    pub(super) fn text_operator(
        &mut self,
        drawing: &mut Drawing<'o, '_>,
        operator: &[u8],
        operands: &[Object],
    ) {
        let operand = |place: usize| operands.get(place).unwrap_or(&NULL);
        let number = |place: usize| operand(place).number().unwrap_or(0.0);
        match operator {
            b"BT" => drawing.go(super::geometry::IDENTITY),
            b"Tf" => {
                if let Some(font) = self.font(drawing, operand(0)) {
                    drawing.state.font = Some(font);
                }
                drawing.state.size = number(1);
            }
            b"Tc" => drawing.state.letter_space = number(0),
            b"Tw" => drawing.state.word_space = number(0),
            b"Tz" => drawing.state.stretch = number(0) / 100.0,
            b"TL" => drawing.state.leading = number(0),
            b"Ts" => drawing.state.rise = number(0),
            b"Tr" => drawing.state.mode = operand(0).count().unwrap_or(0),
            b"Td" => drawing.next_line(number(0), number(1)),
            b"TD" => {
                drawing.state.leading = -number(1);
                drawing.next_line(number(0), number(1));
            }
            b"Tm" => drawing.go(Matrix(std::array::from_fn(number))),
            b"T*" => drawing.next_line(0.0, -drawing.state.leading),
            b"Tj" => self.show(drawing, operand(0)),
            b"'" => {
                drawing.next_line(0.0, -drawing.state.leading);
                self.show(drawing, operand(0));
            }
            b"\"" => {
                drawing.state.word_space = number(0);
                drawing.state.letter_space = number(1);
                drawing.next_line(0.0, -drawing.state.leading);
                self.show(drawing, operand(2));
            }
            b"TJ" => {
                for item in operand(0).array() {
                    match item.number() {
                        Some(back) => drawing.step_back(back),
                        None => self.show(drawing, item),
                    }
                }
            }
            _ => {}
        }
    }

    fn show(&mut self, drawing: &mut Drawing<'o, '_>, string: &Object) {
        let (Some(string), Some(font)) = (string.text(), drawing.state.font.clone()) else {
            return;
        };
        // A glyph costs more than a byte of syntax.
        if !self.document.desk.spend(string.len().saturating_mul(30)) {
            return;
        }
        for glyph in font.glyphs(string) {
            if font.drawn {
                self.draw_glyph(drawing, &font, &glyph);
            }
            drawing.show(&font, &glyph);
        }
    }

    /// Draws a glyph that is a stream of operators (section 9.6.5): there may
    /// be other text in it.
    fn draw_glyph(&mut self, drawing: &mut Drawing<'o, '_>, font: &Font<'o>, glyph: &Glyph) {
        let document = self.document;
        let Some(name) = font.glyph_name(document, glyph.code) else {
            return;
        };
        let procedures = document.get(font.dict.get(b"CharProcs")).dict();
        let Some(stream) = document.get(procedures.get(&name)).stream() else {
            return;
        };
        let content = self.content(stream);
        if memchr::memmem::find(&content, b"BT").is_none() || !document.desk.spend(content.len()) {
            return;
        }
        let mut state = drawing.state.clone();
        let own = matrix(document, font.dict.get(b"FontMatrix"));
        let size = Matrix([
            state.size * state.stretch,
            0.0,
            0.0,
            state.size,
            0.0,
            state.rise,
        ]);
        state.matrix = own.then(size).then(drawing.text).then(state.matrix);
        state.font = None;
        let resources = document.get(font.dict.get(b"Resources")).dict();
        self.nested(drawing.canvas, stream, &content, resources, state);
    }
}

impl Drawing<'_, '_> {
    fn go(&mut self, matrix: Matrix) {
        self.text = matrix;
        self.line = matrix;
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.go(Matrix([1.0, 0.0, 0.0, 1.0, x, y]).then(self.line));
    }

    fn step(&mut self, along: f64, down: f64) {
        self.text = Matrix([1.0, 0.0, 0.0, 1.0, along, down]).then(self.text);
    }

    fn step_back(&mut self, thousandths: f64) {
        let back = -thousandths / 1000.0 * self.state.size;
        let font = self.state.font.as_ref();
        if font.is_some_and(|font| font.vertical) {
            self.step(0.0, back);
        } else {
            self.step(back * self.state.stretch, 0.0);
        }
    }

    fn show(&mut self, font: &Font<'_>, glyph: &Glyph) {
        let state = &self.state;
        let space = state.letter_space
            + if glyph.is_blank {
                state.word_space
            } else {
                0.0
            };
        let (along, down) = if font.vertical {
            (0.0, -state.size + space)
        } else {
            ((glyph.width * state.size + space) * state.stretch, 0.0)
        };
        let page = self.text.then(state.matrix);
        let at = page.apply(0.0, state.rise);
        // A line runs where its letters would, whatever they are wide.
        let ahead = if font.vertical {
            page.turn(0.0, -state.size)
        } else {
            page.turn(state.size * state.stretch, 0.0)
        };
        let size = ahead.0.hypot(ahead.1);
        if size.is_finite() && size > 0.0 && at.0.is_finite() && at.1.is_finite() {
            let direction = (ahead.0 / size, ahead.1 / size);
            let ahead = |along: f64, down: f64| {
                let (x, y) = page.turn(along, down);
                x * direction.0 + y * direction.1
            };
            let space = ahead(space * state.stretch, 0.0);
            let width = ahead(along, down) - if font.vertical { 0.0 } else { space };
            let seen = self.off == 0 && size > 0.5;
            let look = if seen { state.look() } else { Look::Unseen };
            let order = self.canvas.order();
            self.canvas.place(&Placed {
                text: &glyph.text,
                at,
                direction,
                size,
                width,
                space: if font.vertical { 0.0 } else { space },
                look,
                is_inside: state.clip.has(at, size.max(2.0)),
                order,
            });
        }
        self.step(along, down);
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::pdf::trial::{page_with, stream};
    use crate::extract::suite::{has, hidden, read};

    const NUMBER: &str = "943 476 5919";

    #[test]
    fn text_inside_a_glyph_or_a_pattern_is_read() {
        let own = "/Resources<</Font<</F 5 0 R>>>>";
        let text = format!("BT /F 9 Tf ({NUMBER}) Tj ET");
        let glyph = format!(
            "<</Type/Font/Subtype/Type3/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 7 0 R>>\
             /Encoding<</Differences[97/a]>>/FirstChar 97/LastChar 97/Widths[1]{own}>>"
        );
        let more = [glyph.into_bytes(), stream("", text.as_bytes())];
        let file = page_with("BT /G 1 Tf 9 500 Td (a) Tj ET", "/Font<</G 6 0 R>>", &more);
        let file = String::from_utf8(file).unwrap();
        assert!(has(
            &read(file.replace("/Font<</F 5 0 R>>/Font", "/Font").as_bytes()),
            NUMBER
        ));
        let pattern = stream(&format!("/PatternType 1{own}"), text.as_bytes());
        assert!(has(
            &read(&page_with("", "", &[b"null".to_vec(), pattern])),
            NUMBER
        ));
    }

    #[test]
    fn layers_that_are_off_are_hidden_and_what_text_stands_for_is_read() {
        let content = format!(
            "BT /F 9 Tf 9 500 Td /OC /L BDC ({NUMBER}) Tj EMC \
             /Span<</ActualText(stands for)>>BDC (xyz) Tj EMC ET"
        );
        let file = page_with(
            &content,
            "/Properties<</L 7 0 R>>",
            &[b"null".to_vec(), b"<</Type/OCG/Name(layer)>>".to_vec()],
        );
        let file = String::from_utf8(file).unwrap();
        let off = "/Catalog/OCProperties<</D<</OFF[7 0 R]>>>>";
        let reading = read(file.replace("/Catalog", off).as_bytes());
        assert!(has(&reading, NUMBER) && has(&reading, "stands for"));
        assert_eq!(hidden(&reading), ["text"]);
    }
}

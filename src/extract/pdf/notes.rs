//! Notes, links, stamps and form fields on a page (ISO 32000-1 sections 12.5
//! and 12.7): their strings, and what they look like.
//!
//! All of a page are drawn where they stand on it: a form may have a field for
//! each digit of a number.

use std::collections::BTreeSet;

use super::canvas::{Canvas, Picture};
use super::content::{Painter, matrix};
use super::geometry::Area;
use super::object::{Dict, EMPTY, Object, Stream};
use super::state::State;
use super::strings;
use crate::extract::sink::Spot;
use crate::location::Hidden;

/// Reads all notes of a page, and gives the pictures in them; `known` are those
/// that were read.
pub(super) fn read<'o>(
    painter: &mut Painter<'o, '_, '_, '_>,
    known: &mut BTreeSet<u32>,
    page: &'o Dict,
    spot: Spot,
) -> Vec<Picture<'o>> {
    let document = painter.document;
    let desk = document.desk;
    let mut seen = Canvas::new(Area::ALL);
    let mut unseen = Canvas::new(Area::ALL);
    let mut said = String::new();
    for note in document.get(page.get(b"Annots")).array() {
        if note.id().is_some_and(|id| !known.insert(id)) || !desk.spend(100) {
            continue;
        }
        // The object itself is looked at once more, for files in it.
        let read_before = |id| {
            let (at, inside) = document.place(id);
            !desk.first_time((at, usize::MAX ^ inside))
        };
        if note.id().is_some_and(read_before) && desk.is_superseded() {
            continue;
        }
        let note = document.get(note);
        let spot = if is_off(painter, note.dict()) {
            spot.hidden(Hidden::Text)
        } else {
            spot
        };
        let own = strings::of(document, note, spot);
        desk.text_once(spot, &own);
        said.extend(own.split_whitespace());
        let canvas = match spot.hidden {
            Some(_) => &mut unseen,
            None => &mut seen,
        };
        looks(painter, canvas, note.dict());
    }
    let mut pictures = std::mem::take(&mut seen.pictures);
    let hidden = std::mem::take(&mut unseen.pictures);
    pictures.extend(hidden.into_iter().map(|picture| Picture {
        is_seen: false,
        ..picture
    }));
    let seen = seen.texts();
    let unseen = unseen.texts();
    let hidden = spot.hidden(Hidden::Text);
    for (text, spot) in [
        (seen.seen, spot),
        (seen.unseen, hidden),
        (unseen.seen, hidden),
    ] {
        let mut new = String::new();
        for line in text.lines() {
            // Most look like what they say.
            let plain: String = line.split_whitespace().collect();
            if desk.spend(said.len() / 16) && !said.contains(&plain) {
                new.push_str(line);
                new.push('\n');
            }
        }
        desk.text_once(spot, &new);
    }
    pictures
}

/// Invisible, hidden or not to be viewed (table 165), or in a layer that is.
fn is_off(painter: &Painter<'_, '_, '_, '_>, note: &Dict) -> bool {
    let flags = painter.document.get(note.get(b"F")).count().unwrap_or(0);
    flags & 0b10_0011 != 0 || painter.is_off(note.get(b"OC"))
}

/// Draws all that a note can look like: as it is, under the mouse, pressed,
/// and of the first the states.
fn looks<'o>(painter: &mut Painter<'o, '_, '_, '_>, canvas: &mut Canvas<'o>, note: &'o Dict) {
    let document = painter.document;
    for (key, look) in document.get(note.get(b"AP")).dict().iter() {
        let look = document.get(look);
        let states = look.dict().iter().map(|(_, state)| document.get(state));
        let streams: Vec<&Stream> = match look.stream() {
            Some(stream) => vec![stream],
            None => states.filter_map(Object::stream).collect(),
        };
        for stream in streams {
            if key == b"N" || !painter.drawn.contains(&stream.start) {
                let mut state = State::new();
                let form = matrix(document, stream.dict.get(b"Matrix"));
                if let (Some(own), Some(place)) = (
                    painter.rectangle(stream.dict.get(b"BBox")),
                    painter.rectangle(note.get(b"Rect")),
                ) {
                    state.matrix = form.cover(own).onto(Area::of(place));
                }
                painter.form(canvas, stream, &EMPTY, state);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use crate::extract::pdf::trial::{page_with, stream};
    use crate::extract::suite::{has, hidden, read};

    const NUMBER: &str = "943 476 5919";

    #[test]
    fn a_note_is_read_as_it_says_and_as_it_looks() {
        let look = format!("BT /F 10 Tf ({NUMBER}) Tj ET");
        let more = [
            b"<</Type/Annot/Subtype/Stamp/Contents(said)/AP<</N 7 0 R>>/F 2>>".to_vec(),
            stream(
                "/Subtype/Form/Resources<</Font<</F 5 0 R>>>>",
                look.as_bytes(),
            ),
        ];
        let reading = read(&page_with("", "", &more));
        assert!(has(&reading, "said"));
        assert!(has(&reading, NUMBER));
        assert_eq!(hidden(&reading), ["text"]);
    }

    #[test]
    fn a_field_for_each_digit_makes_one_number() {
        let mut more = vec![b"null".to_vec()];
        let mut notes = String::new();
        for (place, digit) in "9434765919".chars().enumerate() {
            let left = 100 + place * 15;
            let dict = "/Subtype/Form/BBox[0 0 14 20]/Resources<</Font<</F 5 0 R>>>>";
            let look = format!("/Tx BMC BT /F 10 Tf 3 5 Td ({digit}) Tj ET EMC");
            more.push(stream(dict, look.as_bytes()));
            let number = more.len() + 5;
            let right = left + 14;
            more.push(
                format!("<</Rect[{left} 500 {right} 520]/V({digit})/AP<</N {number} 0 R>>>>")
                    .into_bytes(),
            );
            write!(notes, "{} 0 R ", more.len() + 5).unwrap();
        }
        more[0] = format!("<</Kids[{notes}]>>").into_bytes();
        let file = String::from_utf8(page_with("", "", &more)).unwrap();
        let file = file.replace("/Annots[6 0 R]", &format!("/Annots[{notes}]"));
        assert!(has(&read(file.as_bytes()), "9434765919"));
    }
}

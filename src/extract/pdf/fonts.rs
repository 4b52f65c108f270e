//! Fonts: which text the codes of a string stand for, and how wide it is
//! (ISO 32000-1 sections 9.6, 9.7 and 9.10).
//!
//! In this order: the font's own map to Unicode, the names of its glyphs, the
//! encoding. A font with neither (mostly of glyph numbers only) is read as
//! U+FFFD, which becomes a gap where it stands for words.

use std::collections::BTreeMap;

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GBK, SHIFT_JIS};
use memchr::memmem;

use super::cmap::{self, CMap};
use super::document::Document;
use super::glyphs;
use super::lexer::{Lexer, Token};
use super::object::{Dict, NULL, Object, Stream};
use super::widths;

/// How strings are cut into codes, and what codes are without a map.
#[derive(Debug)]
enum Codes {
    /// One byte, with a text each.
    Single(Vec<String>),
    /// By a map in the file.
    Mapped(CMap),
    /// Two bytes.
    Pairs,
    /// UTF-16.
    Utf16,
    /// A charset of East Asia, one or two bytes.
    Legacy(&'static Encoding),
}

/// A font.
#[derive(Debug)]
pub(super) struct Font<'o> {
    /// Its dictionary.
    pub(super) dict: &'o Dict,
    /// Whether glyphs stand below each other.
    pub(super) vertical: bool,
    /// Whether its glyphs are drawn by content streams.
    pub(super) drawn: bool,
    codes: Codes,
    unicode: CMap,
    /// From the first code of a range: the last, and the width.
    widths: BTreeMap<u32, (u32, f64)>,
    default_width: Option<f64>,
    name: Vec<u8>,
}

/// One code of a string.
#[derive(Debug)]
pub(super) struct Glyph {
    /// Its code.
    pub(super) code: u32,
    /// Its text; U+FFFD if nobody knows.
    pub(super) text: String,
    /// How far the next one stands, in units of the font's size.
    pub(super) width: f64,
    /// Whether it is the single byte 32, which word spacing widens.
    pub(super) is_blank: bool,
}

/// What nobody knows.
pub(super) const UNKNOWN: &str = "\u{fffd}";

impl<'o> Font<'o> {
    /// Reads a font.
    pub(super) fn new(document: &'o Document<'_, '_, '_>, dict: &'o Dict) -> Self {
        let get = |key: &[u8]| document.get(dict.get(key));
        let kind = get(b"Subtype").name();
        let unicode = match get(b"ToUnicode").stream() {
            Some(stream) => map_of(document, stream),
            None => CMap::default(),
        };
        document.desk.keep(500);
        let mut font = Self {
            dict,
            vertical: false,
            drawn: kind == b"Type3",
            codes: Codes::Pairs,
            unicode,
            widths: BTreeMap::new(),
            default_width: None,
            name: get(b"BaseFont").name().to_vec(),
        };
        if kind == b"Type0" {
            font.composite(document);
        } else {
            font.simple(document, kind);
        }
        font
    }

    fn composite(&mut self, document: &'o Document<'_, '_, '_>) {
        let encoding = document.get(self.dict.get(b"Encoding"));
        let name = encoding.name();
        self.vertical = name.ends_with(b"-V") || name == b"V";
        self.codes = match encoding.stream() {
            Some(stream) => {
                let wide = document.get(stream.dict.get(b"WMode")).count();
                self.vertical = wide == Some(1);
                Codes::Mapped(map_of(document, stream))
            }
            None => predefined(name),
        };
        let descendants = document.get(self.dict.get(b"DescendantFonts")).array();
        let descendant = document.get(descendants.first().unwrap_or(&NULL)).dict();
        let default = document
            .get(descendant.get(b"DW"))
            .number()
            .unwrap_or(1000.0);
        self.default_width = Some(default / 1000.0);
        let mut items = document.get(descendant.get(b"W")).array().iter();
        while let (Some(first), Some(second)) = (items.next(), items.next()) {
            let Some(first) = code(document.get(first)) else {
                break;
            };
            let second = document.get(second);
            if let Some(list) = second.items() {
                for (code, width) in (first..).zip(list) {
                    self.widen(code, code, document.get(width), 0.001);
                }
            } else {
                let last = code(second).unwrap_or(first);
                let width = items.next().unwrap_or(&NULL);
                self.widen(first, last, document.get(width), 0.001);
            }
        }
    }

    fn widen(&mut self, first: u32, last: u32, width: &Object, scale: f64) {
        if let Some(width) = width.number() {
            self.widths.insert(first, (last, width * scale));
        }
    }

    fn simple(&mut self, document: &'o Document<'_, '_, '_>, kind: &[u8]) {
        let descriptor = document.get(self.dict.get(b"FontDescriptor")).dict();
        let encoding = document.get(self.dict.get(b"Encoding"));
        let base = match encoding.name() {
            b"" => document.get(encoding.dict().get(b"BaseEncoding")).name(),
            name => name,
        };
        let mut codes = match base {
            b"" if kind == b"TrueType" => glyphs::encoding(b"WinAnsiEncoding"),
            b"" => glyphs::encoding(b"StandardEncoding"),
            name => glyphs::encoding(name),
        };
        let mut put = |code: u32, name: &[u8]| {
            let place = usize::try_from(code).ok();
            if let Some(own) = place.and_then(|place| codes.get_mut(place)) {
                let by_code = || glyphs::by_code(name).filter(|_| kind == b"Type3");
                *own = glyphs::text(name).or_else(by_code).unwrap_or_default();
            }
        };
        if base.is_empty()
            && let Some(program) = document.get(descriptor.get(b"FontFile")).stream()
        {
            for (code, name) in built_in(&document.decode(program).bytes) {
                put(code, &name);
            }
        }
        let mut place = 0_u32;
        for item in document.get(encoding.dict().get(b"Differences")).array() {
            let item = document.get(item);
            if let Some(code) = code(item) {
                place = code;
                continue;
            }
            put(place, item.name());
            place = place.saturating_add(1);
            if !document.desk.spend(200) {
                break;
            }
        }
        self.codes = Codes::Single(codes);
        let scale = match document.get(self.dict.get(b"FontMatrix")).array().first() {
            Some(scale) if self.drawn => document.get(scale).number().unwrap_or(0.001),
            _ => 0.001,
        };
        let first = code(document.get(self.dict.get(b"FirstChar"))).unwrap_or(0);
        let widths = document.get(self.dict.get(b"Widths")).array();
        for (code, width) in (first..=255).zip(widths) {
            self.widen(code, code, document.get(width), scale);
        }
        let missing = document.get(descriptor.get(b"MissingWidth")).number();
        self.default_width = missing
            .filter(|_| !self.widths.is_empty())
            .map(|width| width * scale);
    }

    /// The glyphs of a string.
    pub(super) fn glyphs(&self, string: &[u8]) -> Vec<Glyph> {
        let mut glyphs = Vec::new();
        let mut rest = string;
        let mut unknown = None;
        while !rest.is_empty() {
            let (code, length) = self.code(rest);
            let (own, behind) = rest.split_at_checked(length.max(1)).unwrap_or((rest, &[]));
            let mut text = self.text(code, own);
            let width = self.width(code, &text);
            // The same glyph again and again is a rule or a leader, no word.
            if text == UNKNOWN && unknown.replace(code) == Some(code) {
                text.clear();
            } else if text != UNKNOWN {
                unknown = None;
            }
            glyphs.push(Glyph {
                code,
                width,
                text,
                is_blank: own == b" ",
            });
            rest = behind;
        }
        glyphs
    }

    /// The name of a code's glyph in `CharProcs`.
    pub(super) fn glyph_name(&self, document: &Document<'_, '_, '_>, of: u32) -> Option<Vec<u8>> {
        let encoding = document.get(self.dict.get(b"Encoding")).dict();
        let mut place = 0_u32;
        for item in document
            .get(encoding.get(b"Differences"))
            .array()
            .iter()
            .take(600)
        {
            let item = document.get(item);
            match code(item) {
                Some(code) => place = code,
                None if place == of => return Some(item.name().to_vec()),
                None => place = place.saturating_add(1),
            }
        }
        None
    }

    fn code(&self, bytes: &[u8]) -> (u32, usize) {
        let first = bytes.first().copied().unwrap_or(0);
        let length = match &self.codes {
            Codes::Single(_) => 1,
            Codes::Mapped(map) if map.has_spaces() => return map.code(bytes),
            Codes::Mapped(_) => return self.unicode.code(bytes),
            Codes::Utf16 if matches!(first, 0xD8..=0xDB) => 4,
            Codes::Legacy(encoding) => match first {
                0..0x81 => 1,
                0xA0..=0xDF if *encoding == SHIFT_JIS => 1,
                _ => 2,
            },
            Codes::Pairs | Codes::Utf16 => 2,
        };
        let length = length.min(bytes.len());
        (
            cmap::big_endian(bytes.get(..length).unwrap_or_default()),
            length,
        )
    }

    fn text(&self, code: u32, bytes: &[u8]) -> String {
        let mapped = self.unicode.text(code).map(|text| clean(&text));
        if let Some(text) = mapped.filter(|text| text != UNKNOWN) {
            return text;
        }
        let place = usize::try_from(code).unwrap_or(usize::MAX);
        let text = match &self.codes {
            Codes::Single(codes) => codes.get(place).cloned().unwrap_or_default(),
            Codes::Utf16 => encoding_rs::UTF_16BE
                .decode_without_bom_handling(bytes)
                .0
                .into_owned(),
            Codes::Legacy(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            Codes::Mapped(_) | Codes::Pairs => String::new(),
        };
        clean(&text)
    }

    fn width(&self, code: u32, text: &str) -> f64 {
        if let Some((_, (last, width))) = self.widths.range(..=code).next_back()
            && code <= *last
        {
            return *width;
        }
        match self.default_width {
            Some(width) => width,
            None => text
                .chars()
                .map(|letter| widths::width(&self.name, letter))
                .sum(),
        }
    }
}

fn map_of(document: &Document<'_, '_, '_>, stream: &Stream) -> CMap {
    let bytes = document.decode(stream).bytes;
    if !document.desk.spend(bytes.len()) {
        return CMap::default();
    }
    let map = cmap::parse(&bytes, document.desk.nodes() / 2);
    document.desk.keep(map.len().saturating_mul(2));
    map
}

fn code(object: &Object) -> Option<u32> {
    object.count().and_then(|code| u32::try_from(code).ok())
}

/// The maps that viewers bring along (section 9.7.5.2), as far as they are
/// Unicode or a charset of its own.
fn predefined(name: &[u8]) -> Codes {
    let has = |word: &str| memmem::find(name, word.as_bytes()).is_some();
    match name {
        _ if has("UCS2") || has("UTF16") => Codes::Utf16,
        _ if has("RKSJ") => Codes::Legacy(SHIFT_JIS),
        _ if has("GBK") || has("GB-EUC") || has("GBpc") => Codes::Legacy(GBK),
        _ if has("B5") => Codes::Legacy(BIG5),
        _ if has("KSC") => Codes::Legacy(EUC_KR),
        b"EUC-H" | b"EUC-V" => Codes::Legacy(EUC_JP),
        _ => Codes::Pairs,
    }
}

/// The encoding inside a Type 1 font: `dup 57 /nine put`.
fn built_in(program: &[u8]) -> Vec<(u32, Vec<u8>)> {
    let clear = memmem::find(program, b"eexec").and_then(|end| program.get(..end));
    let clear = clear.unwrap_or(program);
    let Some(start) = memmem::find(clear, b"/Encoding") else {
        return Vec::new();
    };
    let mut codes = Vec::new();
    let mut lexer = Lexer::at(clear, start.saturating_add(9));
    let mut last = None;
    while let Some(token) = lexer.token() {
        if codes.len() > 256 || matches!(token, Token::Word(b"def" | b"readonly")) {
            break;
        }
        if let Token::Integer(code) = token {
            last = u32::try_from(code).ok();
        } else if let Token::Name(name) = token {
            codes.extend(last.take().map(|code| (code, name)));
        }
    }
    codes
}

/// Letters for ligatures and for the private places of symbol fonts; U+FFFD
/// for what says nothing.
fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\u{fb00}' => clean.push_str("ff"),
            '\u{fb01}' => clean.push_str("fi"),
            '\u{fb02}' => clean.push_str("fl"),
            '\u{fb03}' => clean.push_str("ffi"),
            '\u{fb04}' => clean.push_str("ffl"),
            '\u{fb05}' | '\u{fb06}' => clean.push_str("st"),
            '\t' | '\n' | '\r' | '\u{a0}' => clean.push(' '),
            '\u{f020}'..='\u{f07e}' => {
                let plain = u32::from(letter)
                    .checked_sub(0xF000)
                    .and_then(char::from_u32);
                clean.extend(plain);
            }
            '\u{e000}'..='\u{f8ff}' | '\0'..='\u{1f}' | '\u{7f}' => clean.push_str(UNKNOWN),
            _ => clean.push(letter),
        }
    }
    if clean.is_empty() {
        clean.push_str(UNKNOWN);
    }
    clean
}

//! Rich text (RTF).
//!
//! Source: RTF 1.9.1; MS-OXRTFEX for HTML that was packed into rich text.
//! Nothing is skipped: groups that a reader may skip give their text as well,
//! after the running text. Traps: bytes of one character of a Chinese or
//! Japanese charset may be written in two ways; `\u` has a substitute behind it;
//! groups may be nested without end, so they are kept in a list of bounded
//! length, and groups beyond it share their state.

use super::art;
use super::code_page;
use super::layers::Layers;
use super::native;
use super::rtf_fonts::Fonts;
use super::rtf_look::{Colours, Look, Paper};
use super::rtf_tokens::{Token, Tokens};
use super::rtf_words::{Destination, character, destination};
use crate::extract::sink::{Sink, Spot};
use crate::location::Hidden;
use crate::mail::GapReason;

/// How many groups are kept; people's documents have some dozens.
const MOST_GROUPS: usize = 4_096;

/// Reads the file.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let mut reader = Reader {
        sink,
        state: State::default(),
        groups: Vec::new(),
        beyond: 0,
        flows: vec![Layers::default()],
        asides: Layers::default(),
        fonts: Fonts::default(),
        colours: Colours::default(),
        paper: Paper::of(bytes),
        code_page: 1252,
        pending: Vec::new(),
        half: None,
        skip: 0,
        skipped: String::new(),
        hex: Vec::new(),
        half_byte: None,
        html: None,
        depth_reached: false,
    };
    let mut tokens = Tokens::new(bytes);
    for token in tokens.by_ref() {
        reader.take(token);
    }
    reader.finish(tokens.truncated);
}

/// What holds for a group.
#[derive(Clone, Copy, Debug)]
struct State {
    destination: Destination,
    /// How many texts are open, this group's own counted.
    flows: usize,
    font: u32,
    /// How many characters stand behind `\u` for those who don't know it.
    substitutes: usize,
    look: Look,
    starred: bool,
    /// Inside what is there for readers of rich text only, not of its HTML.
    not_html: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            destination: Destination::Inline,
            flows: 1,
            font: 0,
            substitutes: 1,
            look: Look::default(),
            starred: false,
            not_html: false,
        }
    }
}

struct Reader<'s, 'g> {
    sink: &'s mut Sink<'g>,
    state: State,
    groups: Vec<State>,
    /// How many groups are open beyond those that are kept.
    beyond: usize,
    /// The open texts; the first is the running one.
    flows: Vec<Layers>,
    /// Those that have ended.
    asides: Layers,
    fonts: Fonts,
    colours: Colours,
    paper: Paper,
    code_page: u32,
    /// Bytes that are still to be decoded.
    pending: Vec<u8>,
    /// The first half of a character beyond 16 bits.
    half: Option<u16>,
    /// How many substitutes are still to be skipped, and what was.
    skip: usize,
    skipped: String,
    /// The binary data of the group.
    hex: Vec<u8>,
    half_byte: Option<u8>,
    /// The HTML that the text was made from.
    html: Option<String>,
    depth_reached: bool,
}

impl Reader<'_, '_> {
    fn take(&mut self, token: Token<'_>) {
        match token {
            Token::Open => self.open(),
            Token::Close => self.close(),
            Token::Word(word, number) => {
                if self.skip > 0 && word != "u" {
                    // A control word counts as one character.
                    self.skip = self.skip.saturating_sub(1);
                }
                self.word(word, number);
            }
            Token::Symbol(symbol) => self.symbol(symbol),
            Token::Byte(byte) => self.bytes(&[byte]),
            Token::Plain(bytes) => self.bytes(bytes),
            Token::Binary(data) => {
                if self.is_data() {
                    self.hex.extend_from_slice(data);
                } else if !data.is_empty() {
                    self.sink.file(Spot::default(), "", "", data.to_vec());
                }
            }
        }
    }

    fn open(&mut self) {
        self.flush();
        self.skip = 0;
        if self.groups.len() < MOST_GROUPS {
            self.groups.push(self.state);
        } else {
            self.beyond = self.beyond.saturating_add(1);
            self.depth_reached = true;
        }
        self.state.starred = false;
        if self.is_data() {
            // A group inside data is a property of it.
            self.begin(Destination::Aside);
        }
    }

    fn close(&mut self) {
        self.flush();
        self.skip = 0;
        if let Some(beyond) = self.beyond.checked_sub(1) {
            self.beyond = beyond;
            return;
        }
        let Some(outer) = self.groups.pop() else {
            return;
        };
        if self.is_data() && outer.destination != self.state.destination {
            self.hand_on();
        }
        self.end_flows(outer.flows);
        if outer.destination == Destination::Pairs {
            self.put('\n');
        }
        self.state = outer;
    }

    /// Ends the texts that were begun in a group.
    fn end_flows(&mut self, left: usize) {
        while self.flows.len() > left.max(1) {
            if let Some(flow) = self.flows.pop() {
                self.asides.append(flow);
            }
        }
    }

    fn begin(&mut self, destination: Destination) {
        self.state.destination = destination;
        if matches!(destination, Destination::Inline | Destination::HtmlTag) {
            return;
        }
        if self.flows.len() <= MOST_GROUPS {
            self.flows.push(Layers::default());
        }
        self.state.flows = self.flows.len();
        if !matches!(destination, Destination::Pairs | Destination::Aside) {
            if !self.hex.is_empty() {
                // Data in data: what came first is no part of the second.
                let data = std::mem::take(&mut self.hex);
                self.sink.file(Spot::default(), "", "", data);
            }
            self.half_byte = None;
        }
    }

    fn is_data(&self) -> bool {
        matches!(
            self.state.destination,
            Destination::Picture | Destination::Object | Destination::Data
        )
    }

    /// Hands on the data of a group that ends.
    fn hand_on(&mut self) {
        let data = std::mem::take(&mut self.hex);
        if data.is_empty() {
            return;
        }
        if self.state.destination == Destination::Object {
            native::read_object(&data, Spot::default(), self.sink);
        } else if self.state.destination == Destination::Picture {
            art::file(data, Spot::default(), self.sink);
        } else {
            self.sink.file(Spot::default(), "", "", data);
        }
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        self.flush();
        let on = number != Some(0);
        let unsigned = number.and_then(|number| u32::try_from(number).ok());
        match word {
            "u" => self.unicode(number.unwrap_or(0)),
            "uc" => self.state.substitutes = usize::try_from(unsigned.unwrap_or(1)).unwrap_or(1),
            "plain" => {
                self.state.font = self.fonts.default;
                self.look(word, number);
            }
            "ansicpg" => self.code_page = unsigned.unwrap_or(1252),
            "mac" => self.code_page = 10000,
            "deff" => {
                self.fonts.default = unsigned.unwrap_or(0);
                self.state.font = self.fonts.default;
            }
            "f" | "af" if self.state.destination == Destination::Fonts => {
                self.state.font = unsigned.unwrap_or(0);
            }
            "f" => self.state.font = unsigned.unwrap_or(0),
            "fcharset" => self
                .fonts
                .describe(self.state.font, unsigned.and_then(code_page::of_font)),
            "cpg" => self.fonts.describe(self.state.font, unsigned),
            "fromhtml" if on => {
                self.html = Some(String::new());
                self.look(word, number);
            }
            "htmlrtf" => self.state.not_html = on,
            _ => {
                self.look(word, number);
                self.other_word(word);
            }
        }
    }

    /// What a word says of how text looks.
    fn look(&mut self, word: &str, number: Option<i32>) {
        if self.state.destination == Destination::Colours {
            self.colours.word(word, number);
        } else {
            self.state.look.word(word, number, &self.colours);
            self.paper.word(word, number, &self.colours);
        }
    }

    fn other_word(&mut self, word: &str) {
        if let Some(character) = character(word) {
            self.put(character);
        } else if let Some(destination) = destination(word, self.state.starred) {
            self.begin(destination);
        }
        self.state.starred = false;
    }

    fn unicode(&mut self, number: i32) {
        self.state.starred = false;
        self.skip = self.state.substitutes;
        // Written as a signed number of 16 bits.
        let code = if number < 0 {
            number.saturating_add(0x1_0000)
        } else {
            number
        };
        let Ok(code) = u32::try_from(code) else {
            return;
        };
        let decoded = match (self.half.take(), u16::try_from(code)) {
            (Some(first), Ok(second)) => char::decode_utf16([first, second])
                .next()
                .and_then(Result::ok),
            _ => None,
        };
        match (decoded, u16::try_from(code)) {
            (Some(character), _) => self.put(character),
            (None, Ok(unit)) if (0xD800..0xDC00).contains(&unit) => self.half = Some(unit),
            // The symbol font's characters have numbers of their own use.
            (None, Ok(unit)) if (0xF020..0xF0FF).contains(&unit) => {
                self.put(char::from_u32(code & 0xFF).unwrap_or(' '));
            }
            (None, _) => self.put(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)),
        }
    }

    fn symbol(&mut self, symbol: u8) {
        if self.skip > 0 {
            self.skip = self.skip.saturating_sub(1);
            return;
        }
        self.flush();
        match symbol {
            b'*' => self.state.starred = true,
            b'~' => self.put(' '),
            b'_' => self.put('-'),
            b'\r' | b'\n' => self.put('\n'),
            b'\t' => self.put('\t'),
            b'\\' | b'{' | b'}' => self.bytes(&[symbol]),
            // Optional hyphens, marks of indexes.
            _ => {}
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        if self.is_data() {
            for byte in bytes {
                self.hex_digit(*byte);
            }
            return;
        }
        let skipped = self.skip.min(bytes.len());
        self.skip = self.skip.saturating_sub(skipped);
        let (skipped, rest) = bytes.split_at_checked(skipped).unwrap_or((&[], bytes));
        // Nobody who knows `\u` sees these; others do.
        self.skipped.extend(skipped.iter().copied().map(char::from));
        self.pending.extend_from_slice(rest);
    }

    fn hex_digit(&mut self, byte: u8) {
        let Some(digit) = char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
        else {
            return;
        };
        match self.half_byte.take() {
            Some(high) => self.hex.push(high << 4 | digit),
            None => self.half_byte = Some(digit),
        }
    }

    /// Decodes the bytes before a change of any kind.
    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.pending);
        let of_font = self.fonts.code_page(self.state.font);
        let code_page = of_font.unwrap_or(self.code_page);
        for character in code_page::decode(&bytes, code_page).chars() {
            self.put(character);
        }
        self.pending = bytes;
        self.pending.clear();
    }

    fn put(&mut self, character: char) {
        if self.state.destination == Destination::Colours && character == ';' {
            self.colours.end();
        }
        let is_tag = self.state.destination == Destination::HtmlTag;
        let is_running = self.flows.len() == 1 && self.state.destination == Destination::Inline;
        let counts = !self.state.not_html && (is_tag || is_running);
        if let Some(html) = self.html.as_mut().filter(|_| counts) {
            html.push(character);
        }
        if is_tag && self.html.is_some() {
            return;
        }
        let mark = self.state.look.why(&self.colours, self.paper);
        if let Some(flow) = self.flows.last_mut() {
            flow.push(character, mark);
        }
    }

    fn finish(mut self, truncated: bool) {
        self.flush();
        let is_cut = truncated || !self.groups.is_empty();
        if self.is_data() {
            self.hand_on();
        }
        self.end_flows(1);
        if let Some(text) = self.flows.pop() {
            text.tell(Spot::default(), self.sink);
        }
        let digits = self.skipped.bytes().filter(u8::is_ascii_digit).count();
        if digits > 0 {
            self.asides.push_str(&self.skipped, Some(Hidden::Text));
        }
        self.asides.tell(Spot::default(), self.sink);
        if let Some(html) = self.html.filter(|html| !html.is_empty()) {
            let html = html.into_bytes();
            self.sink.file(Spot::default(), "", "text/html", html);
        }
        if is_cut {
            self.sink.gap(Spot::default(), GapReason::Truncated);
        }
        if self.depth_reached {
            self.sink.gap(Spot::default(), GapReason::TooDeep);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::suite::{gaps, has, read};

    fn rtf(body: &str) -> crate::extract::Reading {
        read(format!("{{\\rtf1\\ansi\\ansicpg1252 {body}}}").as_bytes())
    }

    #[test]
    fn a_number_split_by_formatting_is_one_number() {
        for body in [
            r"943 476 {\b 59}19",
            "943 476 \r\n59\r\n19",
            r"943 476 5\u57 ?19",
            r"943\~476\~59{\*\bkmkstart a}{\*\bkmkend a}19",
            r"943 476 59{\*\unknown x}19",
            r"943 476 5\-919",
            r"{\field{\*\fldinst MERGEFIELD n}{\fldrslt 943 476}} 5919",
            r"943 476 \'35\'39\'31\'39",
            r"{\upr{943 476 5919}{\*\ud{943 476 5919}}}",
        ] {
            let reading = rtf(body);
            assert!(has(&reading, "943 476 5919"), "{body}: {reading:?}");
            assert_eq!(gaps(&reading), [] as [&str; 0], "{body}");
        }
    }

    #[test]
    fn what_readers_skip_is_read() {
        for body in [
            r"{\header 943 476 5919}",
            r"{\footnote 943 476 5919}",
            r"{\*\annotation 943 476 5919}",
            r"{\info{\title 943 476 5919}}",
            r"{\*\userprops{\propname NHS}\proptype30{\staticval 943 476 5919}}",
            r"{\*\docvar {NHS}{943 476 5919}}",
            r#"{\field{\*\fldinst HYPERLINK "x?943 476 5919"}{\fldrslt y}}"#,
            r"{\*\whatever 943 476 5919}",
            r"{\shp{\*\shpinst{\sp{\sn wzDescription}{\sv 943 476 5919}}}}",
            r"{\stylesheet{\s1 943 476 5919;}}",
            r"{\fonttbl{\f0 943 476 5919;}}",
            r"\uc12\u65 943 476 5919",
        ] {
            let reading = rtf(body);
            assert!(has(&reading, "943 476 5919"), "{body}: {reading:?}");
        }
    }

    #[test]
    fn cells_stand_between_tabs() {
        let reading = rtf(r"\trowd a\cell 943 476 5919\cell\row b\par");
        let (_, text) = &reading.texts[0];
        assert_eq!(text.reveal(), "a\t943 476 5919\t\nb\n");
    }

    #[test]
    fn fonts_decide_about_charsets() {
        let body = r"{\fonttbl{\f1\fcharset204 A;}{\f2\fcharset128 B;}}\f1\'cf\f2\'83\'4a\'83J";
        assert!(has(&rtf(body), "Пカカ"));
        assert!(has(&rtf(r"\u-10179 ?\u-8704 ?"), "😀"));
    }

    #[test]
    fn html_inside_is_put_together() {
        let body = r"\fromhtml1 {\*\htmltag64 <p>}\htmlrtf \par \htmlrtf0 943 476 {\*\htmltag84 <b>}59{\*\htmltag84 </b>}19";
        let reading = rtf(body);
        assert!(has(&reading, "943 476 5919"), "{reading:?}");
    }

    #[test]
    fn a_million_groups_take_no_stack() {
        let mut bytes = b"{\\rtf1 943 476 ".to_vec();
        bytes.extend("{\\*\\x ".repeat(500_000).bytes());
        bytes.extend("{".repeat(500_000).bytes());
        bytes.extend(b"5919");
        let reading = read(&bytes);
        assert!(has(&reading, "5919"));
        assert_eq!(gaps(&reading), ["too-deep rtf", "truncated rtf"]);
    }
}

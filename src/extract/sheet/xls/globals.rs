//! What a workbook's first records say for all sheets: charset, fonts, formats,
//! the list of sheets, shared strings (MS-XLS 2.4.122, 2.4.126, 2.4.353,
//! 2.4.28, 2.4.265).

use std::collections::BTreeMap;

use super::record::{Pieces, Strings, charset};
use crate::extract::ink::Rgb;
use crate::extract::sheet::colours::Colour;
use crate::extract::sheet::serial::Epoch;
use crate::extract::sheet::styles::Styles;
use crate::location::Hidden;

/// What is known of the workbook.
#[derive(Debug)]
pub(super) struct Globals {
    /// How strings are written.
    pub(super) strings: Strings,
    /// The list of sheets.
    pub(super) sheets: Vec<BoundSheet>,
    /// Which of them begins where.
    pub(super) places: BTreeMap<usize, usize>,
    shared: Vec<String>,
    used: Vec<bool>,
    /// The colours of fonts.
    fonts: Vec<u16>,
    looks: Vec<Look>,
    palette: BTreeMap<u32, Rgb>,
    styles: Styles,
    ready: bool,
    /// How many formats there were, for versions that number them by order.
    formats: u32,
}

/// A sheet in the list.
#[derive(Debug)]
pub(super) struct BoundSheet {
    /// Whether it is hidden.
    pub(super) hidden: Option<Hidden>,
    /// What its tab says.
    pub(super) name: String,
}

/// A cell format, before all colours are known.
#[derive(Clone, Copy, Debug)]
struct Look {
    font: u16,
    format: u16,
    pattern: u16,
    ground: u16,
}

impl Globals {
    /// Nothing known yet.
    pub(super) fn new() -> Self {
        Self {
            strings: Strings {
                version: 8,
                charset: encoding_rs::WINDOWS_1252,
            },
            sheets: Vec::new(),
            places: BTreeMap::new(),
            shared: Vec::new(),
            used: Vec::new(),
            fonts: Vec::new(),
            looks: Vec::new(),
            palette: BTreeMap::new(),
            styles: Styles::default(),
            ready: false,
            formats: 0,
        }
    }

    /// Takes a record; whether it was one of these.
    pub(super) fn record(&mut self, id: u16, pieces: &mut Pieces<'_>) -> bool {
        let read = match id {
            0x0042 => pieces
                .u16()
                .map(|page| self.strings.charset = charset(page)),
            0x0022 => pieces.u16().map(|flag| {
                self.styles.epoch = if flag == 1 {
                    Epoch::Since1904
                } else {
                    Epoch::Since1900
                };
            }),
            0x0085 => self.sheet(pieces),
            0x00FC => self.shared_strings(pieces),
            // The colour of a font has no fixed place before its third version.
            0x0031 | 0x0231 => self.font(pieces),
            0x001E | 0x041E => self.format(id, pieces),
            0x00E0 => self.look(pieces),
            0x0043 | 0x0243 | 0x0443 => self.old_look(pieces),
            0x0092 => self.colours(pieces),
            _ => return false,
        };
        read.is_some()
    }

    /// The cell formats, complete.
    pub(super) fn styles(&mut self) -> &Styles {
        if !self.ready {
            self.ready = true;
            for look in self.looks.clone() {
                let (ink, ground) = self.colours_of(look);
                self.styles.cell(u32::from(look.format), &ink, ground);
            }
        }
        &self.styles
    }

    /// A shared string, which is in use then.
    pub(super) fn shared(&mut self, number: u32) -> Option<String> {
        let number = usize::try_from(number).ok()?;
        *self.used.get_mut(number)? = true;
        self.shared.get(number).cloned()
    }

    /// The strings that no cell uses.
    pub(super) fn unused(&self) -> String {
        let pairs = self.shared.iter().zip(&self.used);
        let unused = pairs.filter(|(_, used)| !**used);
        let lines: Vec<&str> = unused.map(|(string, _)| string.as_str()).collect();
        lines.join("\n")
    }

    fn sheet(&mut self, pieces: &mut Pieces<'_>) -> Option<()> {
        let offset = usize::try_from(pieces.u32()?).ok()?;
        let state = pieces.u8()?;
        pieces.u8()?;
        let name = self.strings.short(pieces)?;
        self.places.entry(offset).or_insert(self.sheets.len());
        self.sheets.push(BoundSheet {
            hidden: match state & 3 {
                0 => None,
                1 => Some(Hidden::Sheet),
                _ => Some(Hidden::VeryHiddenSheet),
            },
            name,
        });
        Some(())
    }

    fn shared_strings(&mut self, pieces: &mut Pieces<'_>) -> Option<()> {
        pieces.u32()?;
        let count = pieces.u32()?;
        for _ in 0..count {
            let Some(string) = self.strings.long(pieces) else {
                break;
            };
            self.shared.push(string);
        }
        self.used.resize(self.shared.len(), false);
        Some(())
    }

    fn font(&mut self, pieces: &mut Pieces<'_>) -> Option<()> {
        pieces.u32()?;
        self.fonts.push(pieces.u16()?);
        // Number 4 is left out (2.5.129).
        if self.fonts.len() == 4 {
            self.fonts.push(0);
        }
        Some(())
    }

    fn format(&mut self, id: u16, pieces: &mut Pieces<'_>) -> Option<()> {
        let mut number = self.formats;
        self.formats = self.formats.saturating_add(1);
        if id == 0x041E {
            let given = pieces.u16()?;
            if self.strings.version >= 5 {
                number = u32::from(given);
            }
        }
        let code = match self.strings.version {
            8 => self.strings.long(pieces)?,
            _ => self.strings.short(pieces)?,
        };
        self.styles.format(number, &code);
        Some(())
    }

    fn look(&mut self, pieces: &mut Pieces<'_>) -> Option<()> {
        let font = pieces.u16()?;
        let format = pieces.u16()?;
        let (pattern, ground) = if self.strings.version >= 8 {
            pieces.skip(10);
            let borders = pieces.u32()?;
            let ground = pieces.u16()?;
            (u16::try_from(borders >> 26).ok()?, ground & 0x7F)
        } else {
            pieces.skip(4);
            let fill = pieces.u32()?;
            let pattern = u16::try_from((fill >> 16) & 0x3F).ok()?;
            (pattern, u16::try_from(fill & 0x7F).ok()?)
        };
        self.looks.push(Look {
            font,
            format,
            pattern,
            ground,
        });
        Some(())
    }

    fn old_look(&mut self, pieces: &mut Pieces<'_>) -> Option<()> {
        let font = u16::from(pieces.u8()?);
        let format = match self.strings.version {
            2 => {
                pieces.u8()?;
                u16::from(pieces.u8()? & 0x3F)
            }
            _ => u16::from(pieces.u8()?),
        };
        self.looks.push(Look {
            font,
            format,
            pattern: 0,
            ground: 0,
        });
        Some(())
    }

    fn colours(&mut self, pieces: &mut Pieces<'_>) -> Option<()> {
        let count = pieces.u16()?;
        for (_, colour) in (0..count).zip(8..) {
            let [red, green, blue, _] = pieces.u32()?.to_le_bytes();
            self.palette.insert(colour, [red, green, blue]);
        }
        Some(())
    }

    /// The colours of letters and of what is behind them.
    fn colours_of(&self, look: Look) -> (Colour, Colour) {
        let colour = |number: u16| {
            let own = |number: u32| self.palette.get(&number).copied();
            Colour::Indexed(u32::from(number)).with(own)
        };
        let ink = self.fonts.get(usize::from(look.font));
        let ink = ink.map_or(Colour::Unknown, |number| colour(*number));
        let ground = match look.pattern {
            0 => Colour::PAPER,
            1 => colour(look.ground),
            _ => Colour::Unknown,
        };
        (ink, ground)
    }
}

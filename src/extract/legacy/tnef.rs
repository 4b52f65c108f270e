//! Outlook's winmail.dat (TNEF).
//!
//! Source: MS-OXTNEF 2.1.3 (attributes and their properties). Attachments begin
//! with the attribute of their rendering; what comes before belongs to the
//! message. Sums are not checked: what is damaged is read as far as it goes.

use super::mapi::{self, ATTACHED_DATA, BINARY, OBJECT, Properties, Row, Rows, TEXT_8};
use super::raw::{part_or_rest, size_at, u32_at, until_zero};
use super::{code_page, embedded};
use crate::extract::sink::{Sink, Spot};
use crate::extract::strings::strings;
use crate::mail::GapReason;

/// Reads the file.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let mut reader = Reader {
        sink,
        code_page: 1252,
        message: Properties::new(1252),
        attached: None,
        data: Vec::new(),
    };
    let mut at = 6_usize;
    while at < bytes.len() {
        let Some((id, len)) = head(bytes, at) else {
            reader.sink.gap(Spot::default(), GapReason::Truncated);
            break;
        };
        let value = part_or_rest(bytes, at.saturating_add(9), len);
        reader.attribute(id, value);
        if value.len() < len {
            reader.sink.gap(Spot::default(), GapReason::Truncated);
        }
        // A sum of 16 bits stands behind.
        at = at.saturating_add(len).saturating_add(11);
    }
    reader.end_attachment();
    let message = reader.message;
    if message.class().contains(".SMIME") && !message.class().ends_with("SIGNED") {
        sink.gap(Spot::default(), GapReason::Encrypted);
    }
    message.tell(sink);
}

fn head(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let id = u32_at(bytes, at.checked_add(1)?)?;
    Some((id, size_at(bytes, at.checked_add(5)?)?))
}

struct Reader<'s, 'g> {
    sink: &'s mut Sink<'g>,
    code_page: u32,
    message: Properties,
    /// The attachment that is being read.
    attached: Option<Properties>,
    data: Vec<u8>,
}

impl Reader<'_, '_> {
    fn attribute(&mut self, id: u32, value: &[u8]) {
        match id {
            // attOemCodepage: of all texts of one byte a character.
            0x0006_9007 => {
                self.code_page = u32_at(value, 0).unwrap_or(1252);
                self.message = Properties::new(self.code_page);
            }
            // attAttachRenddata begins an attachment.
            0x0006_9002 => {
                self.end_attachment();
                self.attached = Some(Properties::new(self.code_page));
            }
            // attAttachTitle, attAttachTransportFilename
            0x0001_8010 | 0x0006_9001 => {
                let name = code_page::decode(until_zero(value), self.code_page);
                self.properties().text(0x3001, &name);
            }
            // attAttachData
            0x0006_800F => {
                self.properties();
                self.data = value.to_vec();
            }
            // attMsgProps
            0x0006_9003 => self.list(value, false),
            // attAttachment
            0x0006_9005 => self.list(value, true),
            // attRecipTable: lists, one for each recipient.
            0x0006_9004 => self.recipients(value),
            // attAttachMetaFile is the icon; versions and dates tell nothing.
            0x0006_8011 | 0x0006_9006 | 0x0008_9006 => {}
            _ => self.other(id, value),
        }
    }

    /// Texts and whatever else the message has.
    fn other(&mut self, id: u32, value: &[u8]) {
        let class = id >> 16;
        let text = match class {
            // Dates and small numbers.
            3..=5 | 7 => return,
            // attFrom and the like are structures; their texts are in one byte.
            1 | 2 => code_page::decode(value, self.code_page).replace('\0', "\n"),
            _ => strings(value, 4),
        };
        let text = text.trim_end_matches('\n');
        // attMessageClass and attOriginalMessageClass say what it is.
        let number = if id == 0x0007_8008 { 0x001A } else { 0 };
        self.message.text(number, text);
    }

    /// The properties of the open attachment; data without one opens it.
    fn properties(&mut self) -> &mut Properties {
        let code_page = self.code_page;
        self.attached
            .get_or_insert_with(|| Properties::new(code_page))
    }

    fn list(&mut self, value: &[u8], is_attachment: bool) {
        let count = size_at(value, 0).unwrap_or(0);
        let mut rows = Rows {
            bytes: value,
            at: 4,
        };
        for _ in 0..count {
            let Some(row) = rows.next_row() else {
                self.damaged(value, rows.at);
                return;
            };
            self.row(&row, is_attachment);
        }
    }

    fn recipients(&mut self, value: &[u8]) {
        let count = size_at(value, 0).unwrap_or(0);
        let mut rows = Rows {
            bytes: value,
            at: 4,
        };
        for _ in 0..count {
            let Some(properties) = size_at(value, rows.at) else {
                self.damaged(value, rows.at);
                return;
            };
            rows.at = rows.at.saturating_add(4);
            for _ in 0..properties {
                let Some(row) = rows.next_row() else {
                    self.damaged(value, rows.at);
                    return;
                };
                self.row(&row, false);
            }
        }
    }

    /// A list whose rest can't be understood still gives its strings.
    fn damaged(&mut self, value: &[u8], at: usize) {
        self.sink.gap(Spot::default(), GapReason::Broken);
        let rest = value.get(at.min(value.len())..).unwrap_or(&[]);
        self.message.text(0, &strings(rest, 4));
    }

    fn row(&mut self, row: &Row<'_>, is_attachment: bool) {
        if is_attachment {
            self.properties();
        }
        let target = match &mut self.attached {
            Some(attached) if is_attachment => attached,
            _ => &mut self.message,
        };
        target.text(0, row.name.trim_end_matches('\0'));
        for value in &row.values {
            match (row.id, row.kind) {
                (_, OBJECT) => {
                    let name = target.name().to_owned();
                    object(value, &name, self.sink);
                }
                (ATTACHED_DATA, BINARY) => self.data = value.to_vec(),
                (id, BINARY | TEXT_8 | mapi::TEXT_16) => {
                    target.take(id, row.kind, value, self.sink);
                }
                (id, kind) => target.fixed(id, kind, value),
            }
        }
    }

    fn end_attachment(&mut self) {
        let data = std::mem::take(&mut self.data);
        let Some(attached) = self.attached.take() else {
            return;
        };
        if !data.is_empty() {
            let signed = self.message.class().ends_with(".SMIME.MULTIPARTSIGNED");
            mapi::attached(&attached, data, signed, self.sink);
        }
        attached.tell(self.sink);
    }
}

/// An object in a property: its interface, then a message in TNEF, a container,
/// or a file.
fn object(value: &[u8], name: &str, sink: &mut Sink<'_>) {
    let bytes = value.get(16..).unwrap_or(&[]).to_vec();
    if !bytes.is_empty() {
        embedded::object(bytes, name, Spot::default(), sink);
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::suite::{corpus, gaps, has, read};

    fn attribute(level: u8, id: u32, value: &[u8]) -> Vec<u8> {
        let mut bytes = vec![level];
        bytes.extend(id.to_le_bytes());
        bytes.extend(u32::try_from(value.len()).unwrap().to_le_bytes());
        bytes.extend(value);
        bytes.extend([0, 0]);
        bytes
    }

    fn tnef(attributes: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = vec![0x78, 0x9F, 0x3E, 0x22, 1, 0];
        bytes.extend(attributes.concat());
        bytes
    }

    #[test]
    fn subjects_bodies_and_attachments_are_read() {
        for attributes in [
            vec![attribute(1, 0x0001_8004, b"943 476 5919\0")],
            vec![attribute(1, 0x0002_800C, b"943 476 5919\0")],
            vec![
                attribute(2, 0x0006_9002, &[0; 14]),
                attribute(2, 0x0001_8010, b"letter.rtf\0"),
                attribute(2, 0x0006_800F, br"{\rtf1 943 476 5919}"),
            ],
            // Without the attribute that begins it.
            vec![attribute(2, 0x0006_800F, br"{\rtf1 943 476 5919}")],
        ] {
            let reading = read(&tnef(&attributes));
            assert!(has(&reading, "943 476 5919"), "{reading:?}");
            assert_eq!(gaps(&reading), [] as [&str; 0]);
        }
    }

    #[test]
    fn an_attached_workbook_is_not_hidden() {
        let workbook = b"PK\x03\x04 xl/workbook.xml";
        let reading = read(&tnef(&[attribute(2, 0x0006_800F, workbook)]));
        assert!(reading.hidden.is_empty(), "{reading:?}");
    }

    #[test]
    fn named_properties_are_read() {
        // One property with a name, a text.
        let mut list = vec![1, 0, 0, 0, 0x1E, 0, 0, 0x80];
        list.extend([0; 16]);
        list.extend([1, 0, 0, 0, 8, 0, 0, 0]);
        list.extend("NHS\0".encode_utf16().flat_map(u16::to_le_bytes));
        list.extend([1, 0, 0, 0, 13, 0, 0, 0]);
        list.extend(b"943 476 5919\0\0\0\0");
        let reading = read(&tnef(&[attribute(1, 0x0006_9003, &list)]));
        assert!(has(&reading, "NHS 943 476 5919"), "{reading:?}");
        assert_eq!(gaps(&reading), [] as [&str; 0]);
    }

    #[test]
    fn a_cut_off_file_is_read_as_far_as_it_goes() {
        let bytes = tnef(&[attribute(1, 0x0002_800C, b"943 476 5919 and more")]);
        let reading = read(&bytes[..bytes.len() - 8]);
        assert!(has(&reading, "943 476 5919"));
        assert_eq!(gaps(&reading), ["truncated tnef"]);
    }

    #[test]
    fn a_file_of_outlook_is_read() {
        let Some(bytes) = corpus("tika/testWINMAIL.dat") else {
            return;
        };
        let reading = read(&bytes);
        assert!(
            reading
                .texts
                .iter()
                .any(|(place, _)| place.part.depth() > 1)
        );
    }
}

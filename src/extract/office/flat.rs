//! Documents that are one file of XML: what they begin with.

use crate::extract::office::xml;

/// How far into a file its outermost element may stand.
const HEAD: usize = 64 << 10;

/// The namespaces of flat packages (MS-DOCX calls theirs `pkg:package`), and of
/// Word 2003 (`w:wordDocument`).
const SPACES: [&str; 2] = [
    "http://schemas.microsoft.com/office/2006/xmlPackage",
    "http://schemas.microsoft.com/office/word/2003/wordml",
];

/// Whether XML is a whole document of Office.
pub(in crate::extract) fn is_flat(text: &str) -> bool {
    let head = text.as_bytes();
    let head = head.get(..HEAD).unwrap_or(head);
    xml::root(head).is_some_and(|(name, attributes)| {
        let has = |space: &str| attributes.iter().any(|(_, value)| value == space);
        matches!(name.as_str(), "package" | "wordDocument") && SPACES.into_iter().any(has)
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::suite;

    #[test]
    fn runs_in_flat_documents_are_joined_and_their_files_are_read() {
        let word = "<?xml version='1.0'?><w:wordDocument \
            xmlns:w='http://schemas.microsoft.com/office/word/2003/wordml'><w:docOleData>\
            <w:binData w:name='x.txt'>VDIgOTQzIDQ3NiA1OTE5</w:binData></w:docOleData>\
            <w:body><w:p><w:r><w:t>T1 943</w:t></w:r><w:r><w:t> 476 5919</w:t></w:r></w:p></w:body></w:wordDocument>";
        let package = "<pkg:package xmlns:pkg='http://schemas.microsoft.com/office/2006/xmlPackage'>\
            <pkg:part pkg:name='/word/document.xml'><pkg:xmlData><w:document><w:body>\
            <w:p><w:r><w:t>T1 943</w:t></w:r><w:r><w:t> 476 5919</w:t></w:r></w:p></w:body></w:document></pkg:xmlData></pkg:part>\
            <pkg:part pkg:name='/word/x.txt'><pkg:binaryData>VDIgOTQzIDQ3NiA1OTE5</pkg:binaryData></pkg:part></pkg:package>";
        for flat in [word, package] {
            let wide: Vec<u8> = "\u{feff}"
                .chars()
                .chain(flat.chars())
                .flat_map(|letter| u16::try_from(u32::from(letter)).unwrap().to_le_bytes())
                .collect();
            for bytes in [flat.as_bytes(), &wide] {
                let reading = suite::read(bytes);
                let told = suite::told(&reading);
                assert!(suite::has(&reading, "T1 943 476 5919"), "{told:?}");
                assert!(suite::has(&reading, "T2 943 476 5919"), "{told:?}");
                assert!(suite::gaps(&reading).is_empty(), "{:?}", reading.gaps);
            }
        }
    }
}

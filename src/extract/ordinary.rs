//! What ordinary people write with ordinary programs is read whole: a warning
//! for every document would be one for none.

use super::suite;

/// Letters, lists and slides of the public corpus with nothing hidden in them,
/// of all common programs.
const PLAIN: [&str; 119] = [
    "testWINMAIL.dat",
    "testException1.doc",
    "testOptionalHyphen.doc",
    "testWORD6.doc",
    "testWORD_custom_props.doc",
    "testWORD_macros.doc",
    "testWORD_multi_authors.doc",
    "testWORD_no_format.doc",
    "testWORD_phonetic.doc",
    "testWORD_specialControlCharacter1415.doc",
    "testWORD_various.doc",
    "footnotes.docx",
    "NullHeader.docx",
    "testAltChunkMHT.docx",
    "testAttachedTemplate.docx",
    "testDOCX_Thumbnail.docx",
    "testFrameset.docx",
    "testInstrLink.docx",
    "testOptionalHyphen.docx",
    "testSubdocument.docx",
    "testWORD_bold_character_runs.docx",
    "testWORD_bold_character_runs2.docx",
    "testWORD_boldHyperlink.docx",
    "testWORD_diagramData.docx",
    "testWORD_docSecurity.docx",
    "testWORD_endnote_table.docx",
    "testWORD_formattingFlipUnderlineOrder.docx",
    "testWORD_missing_text.docx",
    "testWORD_override_list_numbering.docx",
    "testWORD_signed.docx",
    "testWORD_tableInRunInsideParagraph.docx",
    "testWORD_template.docx",
    "testWORD_text_box.docx",
    "test-outlook.msg",
    "test-outlook2003.msg",
    "testMSG_Appointment.msg",
    "testMSG_att_msg.msg",
    "testMSG_Contact.msg",
    "testMSG_forwarded.msg",
    "testMSG_Post.msg",
    "testMSG_Task.msg",
    "LibreOfficeCalc_ods_1.3.ods",
    "testFooter.odt",
    "testNPEOpenDocument.odt",
    "testODT_svgTitleInStyledSpan.odt",
    "testODTNoMeta.odt",
    "testODTStyles2.odt",
    "testODTStyles3.odt",
    "testOpenOffice2.odt",
    "testComment.pdf",
    "testContentStreamSpaceGlyphs.pdf",
    "testOptionalHyphen.pdf",
    "testPDF-custommetadata.pdf",
    "testPDF_bom.pdf",
    "testPDF_deeplyEmbeddedAttachments.pdf",
    "testPDF_rotated.pdf",
    "testPDF_sigflags.pdf",
    "testPDF_twoAuthors.pdf",
    "testPDF_Version.10.x.pdf",
    "testPDF_Version.5.x.pdf",
    "testPDF_Version.7.x.pdf",
    "testPDF_Version.8.x.pdf",
    "testPDF_XMPBasicSchema.pdf",
    "testPDFTripleLangTitle.pdf",
    "testPopupAnnotation.pdf",
    "testComment.ppt",
    "testPPT.ppt",
    "testPPT_autodate.ppt",
    "testPPT_custom_props.ppt",
    "testPPT_masterFooter.ppt",
    "testPPT_masterText.ppt",
    "testPPT.pptx",
    "testPPT_autodate.pptx",
    "testPPT_comment.pptx",
    "testPPT_custom_props.pptx",
    "testPPT_diagramData.pptx",
    "testPPT_masterText.pptx",
    "testPPT_masterText2.pptx",
    "testPPT_signed.pptx",
    "testPPTX_overlappingRelations.pptx",
    "testPPTX_Thumbnail.pptx",
    "testWordArt.pptx",
    "testComment.rtf",
    "testFontAfterBufferedText.rtf",
    "testOptionalHyphen.rtf",
    "testRTF-ms932.rtf",
    "testRTF_nestedHyperlinkPageRef.rtf",
    "testRTFHyperlink.rtf",
    "testRTFHyperlinkAndStyles.rtf",
    "testRTFIgnoredControlWord.rtf",
    "testRTFJapanese.rtf",
    "testRTFListMicrosoftWord.rtf",
    "testRTFTableCellSeparation.rtf",
    "testRTFTIKA_1713.rtf",
    "testRTFTIKA_2899.rtf",
    "testRTFUnicodeGothic.rtf",
    "testRTFVarious.rtf",
    "testRTFWordPadCzechCharacters.rtf",
    "test-columnar.xls",
    "testComment.xls",
    "testEXCEL-charts.xls",
    "testEXCEL_4.xls",
    "testEXCEL_big_numbers.xls",
    "testEXCEL_custom_props.xls",
    "testEXCEL_dateFormats.xls",
    "testEXCEL_headers_footers.xls",
    "testEXCEL_labels-govdocs-515858.xls",
    "testEXCEL_textbox.xls",
    "testEXCEL_WORKBOOK_in_capitals.xls",
    "protectedSheets.xlsx",
    "testComment.xlsx",
    "testEXCEL.xlsx",
    "testEXCEL_custom_props.xlsx",
    "testEXCEL_headers_footers.xlsx",
    "testEXCEL_hyperlinks.xlsx",
    "testEXCEL_phonetic.xlsx",
    "testEXCEL_signed.xlsx",
    "testEXCEL_textbox.xlsx",
    "testXLSX_Thumbnail.xlsx",
];

#[test]
fn ordinary_documents_have_no_gaps() {
    for name in PLAIN {
        let Some(bytes) = suite::corpus(&format!("tika/{name}")) else {
            return;
        };
        let reading = suite::read(&bytes);
        assert!(
            suite::gaps(&reading).is_empty(),
            "{name}: {:?}",
            reading.gaps
        );
        assert!(
            suite::hidden(&reading).is_empty(),
            "{name}: {:?}",
            reading.hidden
        );
        assert!(!reading.texts.is_empty(), "{name}");
    }
}

#[test]
fn pictures_are_the_only_gap_of_illustrated_documents() {
    for name in [
        "EmbeddedPDF.docx",
        "pic.xls",
        "pic.xlsx",
        "testEXCEL_1img.xls",
        "testEXCEL_embeddedPDF_mac.xls",
        "testEXCEL_embeddedPDF_windows.xls",
        "testEXCEL_embeddedPDF_windows.xlsx",
        "testControlCharacters.doc",
        "testODTEmbeddedImageLink.odt",
        "testPPT_EmbeddedPDF.pptx",
        "testPPT_groups.pptx",
        "testWORD_3imgs.doc",
        "testWORD_embedded_pdf.doc",
    ] {
        let Some(bytes) = suite::corpus(&format!("tika/{name}")) else {
            return;
        };
        let mut gaps = suite::gaps(&suite::read(&bytes));
        gaps.dedup();
        assert_eq!(gaps, ["image image"], "{name}");
    }
    // Charts, and a picture of text, on pages that have text besides.
    for name in ["testPDF_protected.pdf", "testPDF_JBIG2.pdf"] {
        let Some(bytes) = suite::corpus(&format!("tika/{name}")) else {
            return;
        };
        let mut gaps = suite::gaps(&suite::read(&bytes));
        gaps.dedup();
        assert_eq!(gaps, ["image pdf"], "{name}");
    }
}

//! What the control words of rich text mean for its text.
//!
//! Source: RTF 1.9.1, "Contents of an RTF File"; MS-OXRTFEX for HTML inside.
//! Words that are not here change how text looks, or begin a group that is told
//! apart if `\*` stands before them.

/// Where the text of a group goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Destination {
    /// Into the text that surrounds it.
    Inline,
    /// Told apart: a header, a note, a field's code, a name.
    Aside,
    /// Names and values, each in a group of its own.
    Pairs,
    /// Fonts and their character sets.
    Fonts,
    /// Colours, told apart as other texts that are beside.
    Colours,
    /// A picture in hexadecimal.
    Picture,
    /// An embedded object in hexadecimal.
    Object,
    /// Another file in hexadecimal.
    Data,
    /// A piece of the HTML that the text was made from.
    HtmlTag,
}

/// The destination that a control word begins, if it does; `starred` if `\*`
/// stands before it, so that readers skip what they don't know.
pub(super) fn destination(word: &str, starred: bool) -> Option<Destination> {
    Some(match word {
        "fonttbl" => Destination::Fonts,
        "colortbl" => Destination::Colours,
        "pict" => Destination::Picture,
        "objdata" | "datastore" => Destination::Object,
        "themedata" | "colorschememapping" | "fontfile" => Destination::Data,
        "htmltag" => Destination::HtmlTag,
        "docvar" | "formfield" | "sp" | "info" | "userprops" | "listtable" => Destination::Pairs,
        "header" | "headerl" | "headerr" | "headerf" | "footer" | "footerl" | "footerr"
        | "footerf" | "footnote" | "annotation" | "atnauthor" | "atnid" | "atntime" | "atndate"
        | "atnicn" | "atnref" | "atnparent" | "atrfstart" | "atrfend" | "fldinst" | "bkmkstart"
        | "bkmkend" | "stylesheet" | "revtbl" | "rsidtbl" | "generator" | "xmlns" | "title"
        | "subject" | "author" | "manager" | "company" | "operator" | "category" | "keywords"
        | "comment" | "doccomm" | "hlinkbase" | "propname" | "staticval" | "linkval" | "shptxt"
        | "sn" | "sv" | "ftnsep" | "ftnsepc" | "ftncn" | "aftnsep" | "aftnsepc" | "aftncn"
        | "xe" | "tc" | "txe" | "rxe" | "ud" | "objclass" | "objname" | "objalias" | "objsect"
        | "listname" | "template" | "pn" | "pntxta" | "pntxtb" | "private" | "background"
        | "filetbl" | "file" | "nextfile" => Destination::Aside,
        // Wrapped around text that is seen.
        "shppict" | "nonshppict" | "shprslt" | "shpinst" | "shp" | "pntext" | "listtext"
        | "fldrslt" | "field" | "result" | "object" | "do" | "dptxbxtext" | "upr"
        | "nesttableprops" | "nonesttables" | "pgptbl" | "mhtmltag" => Destination::Inline,
        // Formulas: their words all begin with it.
        _ if starred && is_formula(word) => Destination::Inline,
        _ if starred => Destination::Aside,
        _ => return None,
    })
}

fn is_formula(word: &str) -> bool {
    word.starts_with("mo") || word.starts_with("mm")
}

/// The characters that a control word stands for.
pub(super) fn character(word: &str) -> Option<char> {
    Some(match word {
        "par" | "line" | "sect" | "page" | "column" | "row" | "nestrow" | "softline"
        | "softpage" | "softcol" => '\n',
        "tab" | "cell" | "nestcell" => '\t',
        "emspace" | "enspace" | "qmspace" => ' ',
        "emdash" => '\u{2014}',
        "endash" => '\u{2013}',
        "bullet" => '\u{2022}',
        "lquote" => '\u{2018}',
        "rquote" => '\u{2019}',
        "ldblquote" => '\u{201C}',
        "rdblquote" => '\u{201D}',
        _ => return None,
    })
}

//! HTML as mail programs, word processors and web forms write it.

use super::{Layout, cut, html};

fn each(number: &str, write: impl Fn(char) -> String) -> String {
    number.chars().map(write).collect()
}

fn groups(number: &str, write: impl Fn(&str) -> String) -> String {
    let (a, b, c) = cut(number);
    [a, b, c].map(write).concat()
}

pub(super) const LAYOUTS: &[Layout] = &[
    html("html-nbsp", |n| {
        let (a, b, c) = cut(n);
        format!("{a}&nbsp;{b}&#8209;{c}")
    }),
    html("html-nbsp-named", |n| super::with(n, "&nbsp;")),
    html("html-nbsp-hex", |n| super::with(n, "&#xA0;")),
    html("html-nbsp-no-semicolon", |n| super::with(n, "&#160 ")),
    html("html-double-nbsp", |n| super::with(n, "&nbsp; ")),
    html("html-thin-space", |n| super::with(n, "&thinsp;")),
    html("html-ndash", |n| super::with(n, "&ndash;")),
    html("html-shy", |n| super::with(n, "&shy;")),
    html("html-zwsp", |n| super::with(n, "&#8203;")),
    html("html-numeric", |n| format!("&#{};{}", u32::from(n.as_bytes()[0]), &n[1..])),
    html("html-all-decimal", |n| each(n, |digit| format!("&#{};", u32::from(digit)))),
    html("html-all-hex", |n| each(n, |digit| format!("&#x{:x};", u32::from(digit)))),
    html("html-span", |n| {
        let (a, b, c) = cut(n);
        format!("<span>{a}</span> <b>{b}</b> {c}")
    }),
    html("html-span-each", |n| each(n, |digit| format!("<span>{digit}</span>"))),
    html("html-bold-middle", |n| {
        let (a, b, c) = cut(n);
        format!("{a} <strong>{b}</strong> {c}")
    }),
    html("html-bold-inside", |n| format!("{}<b>{}</b>{}", &n[..2], &n[2..5], &n[5..])),
    html("html-font", |n| {
        format!("<font face=\"Arial\" size=\"2\">{}</font>", super::spaced(n))
    }),
    html("html-word", |n| {
        format!("<p class=MsoNormal><span style='mso-fareast-language:EN-US'>{}<o:p></o:p></span></p>", super::spaced(n))
    }),
    html("html-line-break-in-source", |n| {
        let (a, b, c) = cut(n);
        format!("{a}\r\n      {b}\r\n      {c}")
    }),
    html("html-br", |n| super::with(n, "<br>")),
    html("html-wbr", |n| super::with(n, "<wbr>")),
    html("html-comment-inside", |n| super::with(n, "<!-- x -->")),
    html("html-tel-link", |n| {
        format!("<a href=\"tel:{n}\">{}</a>", super::spaced(n))
    }),
    html("html-link-text", |n| format!("<a href=\"https://portal.example/\">{n}</a>")),
    html("html-link-query", |n| {
        format!("<a href=\"https://portal.example/?nhsNumber={n}\">open</a>")
    }).own(),
    html("html-hidden", |n| {
        format!("<div style=\"display:none\">{}</div>", super::spaced(n))
    }),
    html("html-comment", |n| format!("<!-- NHS No {} -->", super::spaced(n))).own(),
    html("html-title", |n| format!("<abbr title=\"NHS No {n}\">patient</abbr>")).own(),
    html("html-alt", |n| format!("<img src=\"x.png\" alt=\"NHS No {n}\">")).own(),
    html("html-input", |n| {
        format!("<label>NHS No <input name=\"nhs\" value=\"{}\"></label>", super::spaced(n))
    }).own(),
    html("html-data", |n| format!("<tr data-nhs-number=\"{n}\"><td>open</td></tr>")).own(),
    html("html-script", |n| {
        format!("<script>var p = {{\"nhsNumber\":\"{n}\"}};</script>")
    }).own(),
    html("html-pre", |n| format!("<pre>NHS No:   {}\r\nWard:     7B</pre>", super::spaced(n))).own(),
    html("html-list", |n| format!("<ul><li>{}</li><li>next</li></ul>", super::spaced(n))),
    html("html-option", |n| {
        format!("<select><option>one</option><option selected>{n}</option></select>")
    }),
    html("html-textarea", |n| format!("<textarea>NHS No {}</textarea>", super::spaced(n))).own(),
    html("html-cells", |n| {
        format!("<table><tr>{}</tr></table>", groups(n, |group| format!("<td>{group}</td>")))
    }),
    html("html-cells-lines", |n| {
        format!("<table>\r\n<tr>\r\n{}</tr>\r\n</table>", groups(n, |group| format!("  <td>{group}</td>\r\n")))
    }),
    html("html-cells-capital", |n| {
        format!("<TABLE><TR>{}</TR></TABLE>", groups(n, |group| format!("<TD ALIGN=left>{group}</TD>")))
    }),
    html("html-label-cell", |n| {
        format!("<table><tr><td>NHS Number</td><td>{}</td></tr><tr><td>Ward</td><td>7B</td></tr></table>", super::spaced(n))
    }).own(),
    html("html-label-row", |n| {
        format!("<table><tr><th>Name</th><th>NHS No</th></tr><tr><td>Test</td><td>{n}</td></tr></table>")
    }).own(),
    html("html-boxes", |n| {
        format!("<table><tr><td>NHS Number:</td>{}</tr></table>", each(n, |digit| format!("<td>{digit}</td>")))
    }).own(),
    html("html-boxes-lines", |n| {
        format!("<table>\r\n<tr>\r\n<td>NHS No</td>\r\n{}</tr>\r\n</table>", each(n, |digit| format!("<td><p>{digit}</p></td>\r\n")))
    }).own(),
    html("html-label-tags", |n| format!("<b>N</b>HS <i>No</i>: {}", super::spaced(n))).own(),
    html("html-label-block", |n| {
        format!("<div>NHS number</div><div>{}</div>", super::spaced(n))
    }).own(),
    html("html-definition", |n| {
        format!("<dl><dt>NHS number</dt><dd>{}</dd></dl>", super::spaced(n))
    }).own(),
    html("html-cell-spans", |n| {
        format!("<td><span>NHS No.</span><br><span>{}</span></td>", super::spaced(n))
    }).own(),
];

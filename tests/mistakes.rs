//! Every mistake that an author can make is told at its place, with what is
//! wrong and how to mend it. Each file in `tests/mistakes` is one, named after
//! it; what is said of it is kept in `tests/snapshots`.

use std::fs;
use std::path::Path;

use gatepost::config::Config;
use gatepost::diagnostic::Source;
use gatepost::policy::read_rule;
use gatepost::scan::Scanner;

#[test]
fn mistakes_are_told_as_people_read_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the mistakes")
        .flatten()
        .collect();
    files.sort_by_key(fs::DirEntry::file_name);
    assert!(files.len() >= 20);
    let words = Scanner::built_in().words();
    for file in files {
        let name = file.file_name().into_string().expect("UTF-8");
        let text = fs::read_to_string(file.path()).expect("a file");
        let source = Source::new(&name, &text);
        let diagnostics = if name.starts_with("config-") {
            Config::read(&source, Path::new("/etc/gatepost")).1
        } else if name.starts_with("identifier-") {
            Scanner::compile(&[source]).1
        } else {
            read_rule(&source, &words).1
        };
        assert!(!diagnostics.is_empty(), "nothing is said of {name}");
        let said: Vec<String> = diagnostics
            .iter()
            .map(gatepost::diagnostic::Diagnostic::report)
            .collect();
        for (diagnostic, report) in diagnostics.iter().zip(&said) {
            assert!(
                diagnostic.help_text().is_some(),
                "no mend in {name}: {report}"
            );
            assert!(report.contains('^'), "no caret in {name}: {report}");
        }
        insta::assert_snapshot!(name.trim_end_matches(".toml"), said.join("\n"));
    }
}

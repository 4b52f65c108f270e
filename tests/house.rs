//! The house stays clean: who may import whom, who may touch the world.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The floors from the ground up: a file imports only from its own folder or
/// from names further left or above. The drawing in `src/lib.rs` shows them.
const FLOORS: [&str; 29] = [
    "sensitive",
    "timestamp",
    "limits",
    "format",
    "location",
    "text",
    "diagnostic",
    "document",
    "mail",
    "extract",
    "scan",
    "directory",
    "export",
    "policy",
    "act",
    "gate",
    "example",
    "config",
    "clock",
    "reader",
    "load",
    "audit",
    "outbox",
    "posture",
    "socket",
    "milter",
    "postfix",
    "daemon",
    "cli",
];

/// The shell: only here are clock, files, sockets, threads and tokio allowed.
const SHELL: [&str; 11] = [
    "clock", "load", "reader", "audit", "outbox", "posture", "socket", "milter", "postfix",
    "daemon", "cli",
];

/// Words that the core must not use, each with what it would bring in.
const WORLDLY: [&str; 9] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "Instant",
    "SystemTime::now",
    "tokio::",
    "std::io",
];

/// Libraries that stay behind one adapter: where each may be named.
const ADAPTERS: [(&str, &[&str]); 6] = [
    ("indymilter::", &["milter/listener.rs", "milter/server.rs"]),
    (
        "mail_parser::",
        &["mail/charset.rs", "mail/mime.rs", "mail/readings.rs"],
    ),
    ("hickory_resolver::", &["posture/dns.rs"]),
    ("hyper::", &["posture/https.rs"]),
    ("lettre::", &["outbox/smtp.rs"]),
    (
        "sequoia_openpgp::",
        &["act/seal/openpgp.rs", "directory/keys.rs"],
    ),
];

struct File {
    /// Path below `src`, such as `mail/mime.rs`.
    path: String,
    /// The code without comments, unit tests and the paths of visibilities;
    /// empty in a file that is compiled for tests only.
    code: String,
    text: String,
}

impl File {
    /// The top module that it belongs to.
    fn floor(&self) -> &str {
        let first = self.path.split('/').next().expect("a name");
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// The module path, such as `["mail", "mime"]`; a door is its folder.
    fn module(&self) -> Vec<String> {
        let path = self.path.strip_suffix(".rs").expect("a Rust file");
        let path = path.strip_suffix("/mod").unwrap_or(path);
        path.split('/').map(str::to_owned).collect()
    }

    /// The modules that it imports from its own crate, as paths of names.
    fn imports(&self) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        for (prefix, base) in [("crate::", Vec::new()), ("super::", self.parent())] {
            for (at, _) in self.code.match_indices(prefix) {
                if self.code[..at].ends_with(|letter: char| {
                    letter.is_alphanumeric() || letter == '_' || letter == ':'
                }) {
                    continue;
                }
                for names in expand(&self.code[at + prefix.len()..]) {
                    found.push(base.iter().cloned().chain(names).collect());
                }
            }
        }
        found
    }

    fn parent(&self) -> Vec<String> {
        let mut module = self.module();
        module.pop();
        module
    }
}

/// The names that an import begins with: `a::{b, c::{d}}` gives
/// `a::b` and `a::c::d`.
fn expand(rest: &str) -> Vec<Vec<String>> {
    let name: String = rest
        .chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect();
    if !name.is_empty() {
        let after = &rest[name.len()..];
        let Some(after) = after.strip_prefix("::") else {
            return vec![vec![name]];
        };
        return expand(after)
            .into_iter()
            .map(|tail| [vec![name.clone()], tail].concat())
            .collect();
    }
    let Some(inner) = rest.strip_prefix('{') else {
        return vec![Vec::new()];
    };
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, letter) in inner.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                found.extend(expand(inner[start..at].trim_start()));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.extend(expand(inner[start..at].trim_start()));
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}

fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    let files = paths.into_iter().map(|path| {
        let text = fs::read_to_string(&path).expect("a source file");
        let code = text.split("#[cfg(test)]\nmod tests").next().expect("code");
        let lines = code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let below = path.strip_prefix(&root).expect("below src");
        File {
            path: below.to_str().expect("UTF-8").to_owned(),
            code: without_visibility(&lines.collect::<Vec<_>>().join("\n")),
            text,
        }
    });
    let mut files: Vec<File> = files.collect();
    let for_tests: Vec<String> = files.iter().flat_map(test_files).collect();
    for file in &mut files {
        if for_tests.contains(&file.path) {
            file.code.clear();
        }
    }
    files
}

/// Code in which `pub(in crate::extract)` is `pub`: who may see an item is no
/// import.
fn without_visibility(code: &str) -> String {
    let mut pieces = code.split("pub(in ");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        plain.push_str("pub");
        plain.push_str(piece.split_once(')').map_or(piece, |(_, rest)| rest));
    }
    plain
}

/// The files that a door declares for tests only.
fn test_files(door: &File) -> Vec<String> {
    let Some(folder) = door.path.strip_suffix("mod.rs") else {
        return Vec::new();
    };
    let declared = door.code.split("#[cfg(test)]\nmod ").skip(1);
    let names = declared.filter_map(|rest| rest.split_once(';'));
    names
        .map(|(name, _)| format!("{folder}{name}.rs"))
        .collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            paths.push(path);
        }
    }
}

fn height(floor: &str) -> Option<usize> {
    FLOORS.iter().position(|known| *known == floor)
}

/// Where unsafe code stands: a process forks, vectors read the whole text for
/// numbers, and others look up the words around numbers.
const UNSAFE: [&str; 4] = [
    "reader/fork.rs",
    "scan/kernel/simd.rs",
    "scan/kernel/simd_avx512.rs",
    "scan/sieve_vector.rs",
];

#[test]
fn unsafe_code_stands_in_four_files() {
    let unsafe_files: Vec<String> = files()
        .into_iter()
        .filter(|file| {
            let mut words = file
                .code
                .split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            words.any(|word| word == "unsafe")
        })
        .map(|file| file.path)
        .collect();
    assert_eq!(unsafe_files, UNSAFE);
}

#[test]
fn nobody_imports_from_a_higher_floor() {
    let mut offenders = Vec::new();
    for file in files() {
        if matches!(file.floor(), "lib" | "main") {
            continue;
        }
        let own = height(file.floor()).unwrap_or_else(|| panic!("{} has no floor", file.path));
        for import in file.imports() {
            let Some(floor) = import.first() else {
                continue;
            };
            if height(floor).is_some_and(|other| other > own) {
                offenders.push(format!("{} imports {}", file.path, import.join("::")));
            }
        }
    }
    assert!(
        offenders.is_empty(),
        "upward imports:\n{}",
        offenders.join("\n")
    );
}

#[test]
fn no_files_import_one_another_in_a_circle() {
    let files = files();
    let known: BTreeSet<Vec<String>> = files.iter().map(File::module).collect();
    let mut arrows: BTreeMap<Vec<String>, BTreeSet<Vec<String>>> = BTreeMap::new();
    for file in &files {
        if matches!(file.floor(), "lib" | "main") {
            continue;
        }
        let from = file.module();
        for import in file.imports() {
            // The longest beginning of the import that is a file.
            let target = (1..=import.len())
                .rev()
                .map(|length| import[..length].to_vec());
            let Some(target) = target.into_iter().find(|path| known.contains(path)) else {
                continue;
            };
            if target != from {
                arrows.entry(from.clone()).or_default().insert(target);
            }
        }
        // A door names its rooms.
        if file.path.ends_with("/mod.rs") {
            for module in &known {
                if module.len() == from.len() + 1
                    && module.starts_with(&from)
                    && file
                        .code
                        .contains(&format!("{}::", module.last().expect("a name")))
                {
                    arrows
                        .entry(from.clone())
                        .or_default()
                        .insert(module.clone());
                }
            }
        }
    }
    for start in arrows.keys() {
        let mut seen = BTreeSet::new();
        let mut open: Vec<_> = arrows[start].iter().collect();
        while let Some(next) = open.pop() {
            assert_ne!(next, start, "a circle through {}", start.join("::"));
            if seen.insert(next) {
                open.extend(arrows.get(next).into_iter().flatten());
            }
        }
    }
}

#[test]
fn the_core_knows_no_clock_no_file_no_socket() {
    let mut offenders = Vec::new();
    for file in files() {
        if SHELL.contains(&file.floor()) || matches!(file.floor(), "lib" | "main") {
            continue;
        }
        for word in WORLDLY {
            if file.code.contains(word) && !allowed(&file.path, word) {
                offenders.push(format!("{} uses {word}", file.path));
            }
        }
    }
    assert!(
        offenders.is_empty(),
        "the world in the core:\n{}",
        offenders.join("\n")
    );
}

/// `Read` and `Write` of memory is no input or output, and an address no
/// socket. The libraries that unpack want their bytes by `Read`.
fn allowed(path: &str, word: &str) -> bool {
    if path.starts_with("extract/") && word == "std::io" {
        return true;
    }
    let harmless = [
        ("act/seal/openpgp.rs", "std::io"),
        ("config/listen.rs", "std::net"),
    ];
    harmless.contains(&(path, word))
}

#[test]
fn libraries_stay_behind_their_adapters() {
    for file in files() {
        for (library, homes) in ADAPTERS {
            assert!(
                !file.code.contains(library) || homes.contains(&file.path.as_str()),
                "{} names {library}; only {homes:?} may",
                file.path
            );
        }
    }
}

#[test]
fn every_door_says_what_is_not_here() {
    for file in files() {
        let door = file.path.ends_with("/mod.rs") || !file.path.contains('/');
        if door && !matches!(file.floor(), "lib" | "main") {
            assert!(
                file.text.contains("**What is not here:**"),
                "{} doesn't say what is not here",
                file.path
            );
        }
    }
}

#[test]
fn the_drawing_shows_every_floor() {
    let lib = files()
        .into_iter()
        .find(|file| file.path == "lib.rs")
        .expect("lib.rs");
    for floor in FLOORS {
        let drawn = lib.text.lines().any(|line| {
            line.starts_with("//!") && line.split_whitespace().any(|word| word == floor)
        });
        assert!(drawn, "the drawing in lib.rs lacks {floor}");
    }
    let modules: BTreeSet<&str> = lib
        .code
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    assert_eq!(modules, FLOORS.into_iter().collect());
}

#[test]
fn files_hold_one_idea_and_import_by_name() {
    for file in files() {
        let lines = file.text.lines().count();
        assert!(
            lines <= 700,
            "{} has {lines} lines: cut it where the idea changes",
            file.path
        );
        assert!(!file.code.contains("::*;"), "{} imports a glob", file.path);
    }
}

//! The domains that count as secure, written for other programs.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::folder;
use crate::support::gatepost::{command, printed};
use crate::support::world::{Wishes, configure};

/// A site with the invented list, which requires TLS to accredited domains.
fn site(name: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = folder(name);
    let wishes = Wishes {
        config: String::from("tls-to-accredited = \"require-always\""),
        ..Wishes::default()
    };
    let config = configure(folder.path(), "inet:127.0.0.1:1", 25, &wishes);
    (folder, config)
}

fn export(config: &Path, form: &str, more: &[&str]) -> Output {
    let args = [&["recipients", "export", "--as", form], more].concat();
    command(Some(config), &args)
}

#[test]
fn postfix_loads_what_is_exported_for_it() {
    let (folder, config) = site("export-postfix");
    // postmap reads a main.cf, which the host need not have.
    let etc = folder.path().join("etc");
    fs::create_dir(&etc).expect("a folder");
    fs::write(etc.join("main.cf"), "compatibility_level = 3.6\n").expect("main.cf");
    let ask = |form: &str, key: &str| {
        let file = folder.path().join(form);
        let file = file.display().to_string();
        let done = export(&config, form, &["--out", &file]);
        assert!(done.status.success(), "{done:?}");
        let answer = Command::new("/usr/sbin/postmap")
            .arg("-c")
            .arg(&etc)
            .args(["-q", key, &format!("texthash:{file}")])
            .output()
            .expect("postmap: run `make packages`");
        printed(&answer)
    };
    assert_eq!(ask("postfix-access", "hospital.example"), "OK\n");
    assert_eq!(ask("postfix-access", "sub.hospital.example"), "");
    assert_eq!(
        ask("postfix-tls", "hospice.example"),
        "secure match=nexthop:dot-nexthop:hostname\n"
    );
    assert_eq!(ask("postfix-tls", "gmail.com"), "");
}

#[test]
fn without_a_list_nothing_is_written_and_it_is_said() {
    let (folder, config) = site("export-no-list");
    let text = fs::read_to_string(&config).expect("gatepost.toml");
    let text = text.replace("accredited-list = \"accredited.csv\"\n", "");
    fs::write(&config, text).expect("gatepost.toml");
    let file = folder.path().join("map");
    fs::write(&file, "as it was").expect("an old export");
    let shown = file.display().to_string();
    for form in ["csv", "postfix-tls"] {
        let done = export(&config, form, &["--out", &shown]);
        assert_eq!(done.status.code(), Some(1), "{done:?}");
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(said.contains("there is no accredited list"), "{said}");
        assert!(said.contains("gatepost recipients import"), "{said}");
        assert!(done.stdout.is_empty(), "{done:?}");
    }
    assert_eq!(fs::read_to_string(&file).expect("the file"), "as it was");
}

#[test]
fn a_file_is_replaced_whole_and_keeps_its_rights() {
    let (folder, config) = site("export-out");
    let out = folder.path().join("out");
    fs::create_dir(&out).expect("a folder");
    let file = out.join("map");
    fs::write(&file, "old").expect("an old export");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("rights");
    let shown = file.display().to_string();
    let done = export(&config, "rspamd", &["--out", &shown, "--format", "json"]);
    assert!(done.status.success(), "{done:?}");
    let told = printed(&done);
    assert!(told.contains("\"entries\":3"), "{told}");
    let rights = fs::metadata(&file).expect("the file").permissions().mode();
    assert_eq!(rights & 0o777, 0o640);
    let same = export(&config, "rspamd", &[]);
    let text = fs::read_to_string(&file).expect("the file");
    let domains = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        domains(&text),
        ["hospice.example", "hospital.example", "nhs.net"]
    );
    assert_eq!(domains(&printed(&same)), domains(&text));
    // What can't be replaced stays, and nothing is left beside it.
    let done = export(&config, "rspamd", &["--out", &out.display().to_string()]);
    assert_eq!(done.status.code(), Some(75), "{done:?}");
    let missing = out.join("missing/map").display().to_string();
    let done = export(&config, "rspamd", &["--out", &missing]);
    assert_eq!(done.status.code(), Some(75), "{done:?}");
    assert_eq!(fs::read_dir(&out).expect("the folder").count(), 1);
}

//! Sockets as the configuration names them.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::document::{Placed, Table};

/// Where the service listens.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Listen {
    /// A TCP socket, `inet:127.0.0.1:11332`.
    Inet(SocketAddr),
    /// A Unix socket, `unix:/run/gatepost/milter.sock`.
    Unix {
        /// Its path.
        path: PathBuf,
        /// `socket-mode` beside it: its permissions. Default 0660.
        mode: u32,
        /// `socket-group` beside it: the group it is given to, such as `postfix`.
        group: Option<String>,
    },
}

impl Listen {
    /// Where the milter listens that nobody has configured.
    pub(super) fn usual() -> Self {
        Self::Inet(SocketAddr::from(([127, 0, 0, 1], 11332)))
    }
}

/// The socket that a table asks for, with its rights; `usual` are examples.
pub(super) fn read_listen(table: &Table<'_, '_>, folder: &Path, usual: &str) -> Option<Listen> {
    let mode = table.text("socket-mode");
    let group = table.text("socket-group");
    let mode = match mode {
        None => 0o660,
        Some(mode) => match u32::from_str_radix(&mode.value, 8) {
            Ok(bits) if bits <= 0o777 => bits,
            _ => {
                table.complain(
                    "config::not-a-mode",
                    mode.span,
                    format!("\"{}\" is no file mode", mode.value),
                    "write three or four octal digits, such as \"0660\"",
                );
                0o660
            }
        },
    };
    let listen = table.text("listen")?;
    let parsed = parse_listen(&listen.value, folder, mode, group.as_ref());
    if parsed.is_none() {
        table.complain(
            "config::not-a-socket",
            listen.span,
            format!("\"{}\" is no place to listen", listen.value),
            format!("write {usual}"),
        );
    }
    parsed
}

/// What of a socket changes, by the names of its place, mode and group.
pub(super) fn moved(
    old: Option<&Listen>,
    new: Option<&Listen>,
    [listen, socket_mode, socket_group]: [&'static str; 3],
) -> Vec<&'static str> {
    let (
        Some(Listen::Unix { path, mode, group }),
        Some(Listen::Unix {
            path: new_path,
            mode: new_mode,
            group: new_group,
        }),
    ) = (old, new)
    else {
        return if old == new { Vec::new() } else { vec![listen] };
    };
    let changes = [
        (path != new_path, listen),
        (mode != new_mode, socket_mode),
        (group != new_group, socket_group),
    ];
    let changes = changes.into_iter().filter(|(changed, _)| *changed);
    changes.map(|(_, name)| name).collect()
}

fn parse_listen(
    text: &str,
    folder: &Path,
    mode: u32,
    group: Option<&Placed<String>>,
) -> Option<Listen> {
    if let Some(path) = text.strip_prefix("unix:") {
        if path.is_empty() {
            return None;
        }
        return Some(Listen::Unix {
            path: folder.join(path),
            mode,
            group: group.map(|group| group.value.clone()),
        });
    }
    let address = text.strip_prefix("inet:")?;
    Some(Listen::Inet(address.parse().ok()?))
}

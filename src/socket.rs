//! Sockets that the service listens on: made with their rights, and removed at
//! the end.
//!
//! **What is not here:** what is said over them; see [`crate::milter`] and
//! [`crate::postfix`].

use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::unistd::{Group, chown};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

use crate::config::Listen;

/// The socket can't be made.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The system refused.
    #[error("can't listen on {place}: {source}")]
    Io {
        /// Where.
        place: String,
        /// Why.
        source: io::Error,
    },
    /// There is no such group.
    #[error("there is no group \"{group}\"; make it, or mend {table}.socket-group")]
    NoGroup {
        /// The group.
        group: String,
        /// The table of the configuration that names it.
        table: &'static str,
    },
    /// Something else stands at the socket's path.
    #[error("{path} exists and is no socket; move it away, or mend {table}.listen")]
    NotASocket {
        /// The path.
        path: String,
        /// The table of the configuration that names it.
        table: &'static str,
    },
}

/// A socket that listens.
#[derive(Debug)]
pub enum Bound {
    /// A TCP socket.
    Inet(TcpListener),
    /// A Unix socket and its path, which is removed at the end.
    Unix(UnixListener, PathBuf),
}

/// A connection that was accepted.
#[derive(Debug)]
pub enum Stream {
    /// Over TCP, each write sent at once.
    Tcp(TcpStream),
    /// Over a Unix socket.
    Unix(UnixStream),
}

impl Bound {
    /// Waits for the next connection. Nothing is lost when it is dropped.
    ///
    /// # Errors
    /// When the system refuses, as where there are no file descriptors left;
    /// then it may be tried again.
    pub async fn accept(&self) -> io::Result<Stream> {
        match self {
            Self::Inet(listener) => {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                Ok(Stream::Tcp(stream))
            }
            Self::Unix(listener, _) => Ok(Stream::Unix(listener.accept().await?.0)),
        }
    }

    /// Whether it is a Unix socket.
    pub fn is_local(&self) -> bool {
        matches!(self, Self::Unix(..))
    }

    /// Where it listens, as an MTA's configuration names it.
    pub fn place(&self) -> String {
        match self {
            Self::Inet(listener) => match listener.local_addr() {
                Ok(address) => format!("inet:{address}"),
                Err(_) => String::from("inet:unknown"),
            },
            Self::Unix(_, path) => format!("unix:{}", path.display()),
        }
    }
}

impl Drop for Bound {
    fn drop(&mut self) {
        if let Self::Unix(_, path) = self {
            // It may be gone already; a stale one is replaced at the next start.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Makes the socket. A Unix socket that a dead process left behind is
/// replaced; its mode and group are set before anybody can be refused by them.
/// `table` is the table of the configuration that `listen` is from, for
/// complaints.
///
/// # Errors
/// See [`BindError`].
pub async fn bind(listen: &Listen, table: &'static str) -> Result<Bound, BindError> {
    match listen {
        Listen::Inet(address) => {
            let listener = TcpListener::bind(address).await;
            let failed = |source| BindError::Io {
                place: format!("inet:{address}"),
                source,
            };
            Ok(Bound::Inet(listener.map_err(failed)?))
        }
        Listen::Unix { path, mode, group } => {
            let failed = |source| BindError::Io {
                place: format!("unix:{}", path.display()),
                source,
            };
            let group = match group {
                Some(name) => match Group::from_name(name) {
                    Ok(Some(group)) => Some(group.gid),
                    _ => {
                        let group = name.clone();
                        return Err(BindError::NoGroup { group, table });
                    }
                },
                None => None,
            };
            remove_stale(path, table).await?;
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(failed)?;
            }
            let listener = UnixListener::bind(path).map_err(failed)?;
            if group.is_some() {
                chown(path, None, group).map_err(|error| failed(error.into()))?;
            }
            let rights = std::fs::Permissions::from_mode(*mode);
            std::fs::set_permissions(path, rights).map_err(failed)?;
            Ok(Bound::Unix(listener, path.clone()))
        }
    }
}

async fn remove_stale(path: &Path, table: &'static str) -> Result<(), BindError> {
    let failed = |source| BindError::Io {
        place: format!("unix:{}", path.display()),
        source,
    };
    let Ok(found) = std::fs::symlink_metadata(path) else {
        return Ok(());
    };
    if !found.file_type().is_socket() {
        let path = path.display().to_string();
        return Err(BindError::NotASocket { path, table });
    }
    if UnixStream::connect(path).await.is_ok() {
        return Err(failed(io::ErrorKind::AddrInUse.into()));
    }
    std::fs::remove_file(path).map_err(failed)
}

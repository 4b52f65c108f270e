//! The listening socket: its rights, and its patience with failing accepts.

use std::future::Future;
use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use indymilter::{EitherStream, Listener};
use nix::unistd::{Group, chown};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::time::Sleep;

use super::drain::Drain;
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
    #[error("there is no group \"{0}\"; make it, or mend milter.socket-group")]
    NoGroup(String),
    /// Something else stands at the socket's path.
    #[error("{0} exists and is no socket; move it away, or mend milter.listen")]
    NotASocket(String),
}

/// A socket that listens.
#[derive(Debug)]
pub enum Bound {
    /// A TCP socket.
    Inet(TcpListener),
    /// A Unix socket and its path, which is removed at the end.
    Unix(UnixListener, PathBuf),
}

impl Bound {
    /// Whether replies to single headers can be left out: over TCP that would
    /// stall each message by the kernel's delayed acknowledgement.
    pub(super) fn is_local(&self) -> bool {
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

/// Makes the socket. A Unix socket that a dead process left behind is
/// replaced; its mode and group are set before anybody can be refused by them.
///
/// # Errors
/// See [`BindError`].
pub async fn bind(listen: &Listen) -> Result<Bound, BindError> {
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
                    _ => return Err(BindError::NoGroup(name.clone())),
                },
                None => None,
            };
            remove_stale(path).await?;
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

async fn remove_stale(path: &Path) -> Result<(), BindError> {
    let failed = |source| BindError::Io {
        place: format!("unix:{}", path.display()),
        source,
    };
    let Ok(found) = std::fs::symlink_metadata(path) else {
        return Ok(());
    };
    if !found.file_type().is_socket() {
        return Err(BindError::NotASocket(path.display().to_string()));
    }
    if UnixStream::connect(path).await.is_ok() {
        return Err(failed(io::ErrorKind::AddrInUse.into()));
    }
    std::fs::remove_file(path).map_err(failed)
}

/// What indymilter accepts from. An accept that fails, as when there are no
/// file descriptors left, is logged and tried again; the library alone would
/// end the service.
#[derive(Debug)]
pub(super) struct PatientListener {
    bound: Bound,
    drain: Drain,
    pause: Option<Pin<Box<Sleep>>>,
}

impl PatientListener {
    pub(super) fn new(bound: Bound, drain: Drain) -> Self {
        Self {
            bound,
            drain,
            pause: None,
        }
    }
}

impl Listener for PatientListener {
    type Io = EitherStream<TcpStream, UnixStream>;

    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Self::Io>> {
        loop {
            if let Some(pause) = &mut self.pause {
                match pause.as_mut().poll(cx) {
                    Poll::Ready(()) => self.pause = None,
                    Poll::Pending => return Poll::Pending,
                }
            }
            if self.drain.is_stopping() {
                return Poll::Pending;
            }
            let accepted = match &self.bound {
                Bound::Inet(listener) => match listener.poll_accept(cx) {
                    Poll::Ready(Ok((stream, _))) => {
                        stream.set_nodelay(true).map(|()| EitherStream::Tcp(stream))
                    }
                    Poll::Ready(Err(error)) => Err(error),
                    Poll::Pending => return Poll::Pending,
                },
                Bound::Unix(listener, _) => match listener.poll_accept(cx) {
                    Poll::Ready(accepted) => accepted.map(|(stream, _)| EitherStream::Unix(stream)),
                    Poll::Pending => return Poll::Pending,
                },
            };
            match accepted {
                Ok(stream) => return Poll::Ready(Ok(stream)),
                Err(error) => {
                    tracing::error!(%error, "a connection could not be accepted, trying again");
                    self.pause = Some(Box::pin(tokio::time::sleep(Duration::from_millis(100))));
                }
            }
        }
    }
}

impl Drop for PatientListener {
    fn drop(&mut self) {
        if let Bound::Unix(_, path) = &self.bound {
            // It may be gone already; a stale one is replaced at the next start.
            let _ = std::fs::remove_file(path);
        }
    }
}

//! The listening socket's patience with failing accepts.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use indymilter::{EitherStream, Listener};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::Sleep;

use super::drain::Drain;
use crate::socket::Bound;

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

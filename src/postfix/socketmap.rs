//! The listener for Postfix's socketmap client. It answers from memory, so that
//! nobody waits for anybody: each connection is a task of its own, each request
//! has a deadline, and where there are too many connections the one that was
//! silent longest makes room.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::task::{AbortHandle, Id, JoinSet};
use tokio::time::{Instant, sleep, timeout};

use super::protocol::{Frame, Reply, frame};
use crate::socket::{Bound, Stream};

/// What a client can ask of the listener at most.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// How many connections there are at once. Default 1,000, above the process
    /// limits of an MTA.
    pub connections: usize,
    /// How long a connection may say nothing. Default a minute; Postfix closes
    /// one itself after 10 seconds.
    pub idle: Duration,
    /// How long a request may take to arrive from its first byte on, and its
    /// reply to be taken. Default 10 seconds.
    pub request: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 1_000,
            idle: Duration::from_mins(1),
            request: Duration::from_secs(10),
        }
    }
}

/// A connection that is served.
struct Seat {
    task: AbortHandle,
    /// When it was last answered, in milliseconds since the listener began.
    answered_ms: Arc<AtomicU64>,
}

/// Serves until it is dropped. `answer` is asked for the reply to each request;
/// it must not wait for anything.
pub async fn serve<A>(bound: Bound, answer: A, bounds: Bounds)
where
    A: Fn(&[u8]) -> Reply + Send + Sync + 'static,
{
    let answer = Arc::new(answer);
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    let mut seats: HashMap<Id, Seat> = HashMap::new();
    loop {
        tokio::select! {
            Some(ended) = tasks.join_next_with_id() => {
                let id = match ended {
                    Ok((id, ())) => id,
                    Err(error) => error.id(),
                };
                seats.remove(&id);
            }
            accepted = bound.accept() => match accepted {
                Ok(stream) => {
                    if seats.len() >= bounds.connections {
                        make_room(&mut seats);
                    }
                    let answered_ms = Arc::new(AtomicU64::new(ms_since(begun)));
                    let mark = Arc::clone(&answered_ms);
                    let answer = Arc::clone(&answer);
                    let reply = move |request: &[u8]| {
                        mark.store(ms_since(begun), Ordering::Relaxed);
                        answer(request)
                    };
                    let task = tasks.spawn(connection(stream, reply, bounds));
                    seats.insert(task.id(), Seat { task, answered_ms });
                }
                Err(error) => {
                    tracing::error!(%error, "a connection could not be accepted, trying again");
                    sleep(Duration::from_millis(100)).await;
                }
            },
        }
    }
}

/// Ends the connection that was answered longest ago: an idle one, which its
/// client opens again when it needs it, or one that never asks.
fn make_room(seats: &mut HashMap<Id, Seat>) {
    let longest = seats
        .iter()
        .min_by_key(|(_, seat)| seat.answered_ms.load(Ordering::Relaxed))
        .map(|(id, _)| *id);
    if let Some(seat) = longest.and_then(|id| seats.remove(&id)) {
        seat.task.abort();
    }
}

fn ms_since(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX)
}

async fn connection<A: Fn(&[u8]) -> Reply>(stream: Stream, reply: A, bounds: Bounds) {
    let result = match stream {
        Stream::Tcp(stream) => converse(stream, reply, bounds).await,
        Stream::Unix(stream) => converse(stream, reply, bounds).await,
    };
    if let Err(error) = result {
        tracing::debug!(%error, "a client of the TLS policy map was left");
    }
}

/// Answers request after request, until the client goes or breaks the rules.
async fn converse<A: Fn(&[u8]) -> Reply>(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    reply: A,
    bounds: Bounds,
) -> io::Result<()> {
    let mut buffer = Vec::new();
    // When the request began that is not whole yet.
    let mut begun = None;
    loop {
        match frame(&buffer) {
            Frame::Whole { text, bytes } => {
                let reply = reply(text).frame();
                in_time(bounds.request, stream.write_all(&reply)).await?;
                buffer.drain(..bytes);
                begun = None;
                continue;
            }
            Frame::Broken(why) => {
                let reply = Reply::Refused(why).frame();
                return in_time(bounds.request, stream.write_all(&reply)).await;
            }
            Frame::Unfinished => {}
        }
        let patience = if buffer.is_empty() {
            buffer.shrink_to(PIECE);
            bounds.idle
        } else {
            let waited = begun.get_or_insert_with(Instant::now).elapsed();
            bounds.request.saturating_sub(waited)
        };
        buffer.reserve(PIECE);
        if in_time(patience, stream.read_buf(&mut buffer)).await? == 0 {
            return Ok(());
        }
    }
}

async fn in_time<T>(
    patience: Duration,
    work: impl Future<Output = io::Result<T>>,
) -> io::Result<T> {
    match timeout(patience, work).await {
        Ok(done) => done,
        Err(_) => Err(io::ErrorKind::TimedOut.into()),
    }
}

/// How much is read at once, in bytes: more than any request of Postfix.
const PIECE: usize = 4 << 10;

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use tokio::net::TcpStream;

    use super::*;
    use crate::config::Listen;
    use crate::socket::bind;

    const SHORT: Duration = Duration::from_millis(300);

    const REQUEST: &[u8] = b"10:gatepost x,";

    /// A listener with bounds so small that each is met.
    async fn listener(patience: Duration) -> SocketAddr {
        let listen = Listen::Inet(SocketAddr::from(([127, 0, 0, 1], 0)));
        let bound = bind(&listen, "test").await.unwrap();
        let place = bound.place();
        let bounds = Bounds {
            connections: 2,
            idle: patience,
            request: patience,
        };
        tokio::spawn(serve(bound, |_: &[u8]| Reply::NotFound, bounds));
        place.strip_prefix("inet:").unwrap().parse().unwrap()
    }

    async fn ask(stream: &mut TcpStream) -> io::Result<usize> {
        stream.write_all(REQUEST).await?;
        stream.read(&mut [0; 64]).await
    }

    #[tokio::test]
    async fn whoever_says_nothing_or_never_ends_is_left() {
        let address = listener(SHORT).await;
        for beginning in [&b""[..], b"10:gate"] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(beginning).await.unwrap();
            let begun = Instant::now();
            assert_eq!(stream.read(&mut [0; 64]).await.unwrap(), 0);
            assert!(begun.elapsed() >= Duration::from_millis(250));
        }
    }

    #[tokio::test]
    async fn whoever_takes_no_replies_is_left() {
        let address = listener(SHORT).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        let many = REQUEST.repeat(10_000);
        let sending = async { while stream.write_all(&many).await.is_ok() {} };
        timeout(Duration::from_secs(20), sending).await.unwrap();
        let mut other = TcpStream::connect(address).await.unwrap();
        assert_eq!(ask(&mut other).await.unwrap(), 12);
    }

    #[tokio::test]
    async fn the_one_that_was_silent_longest_makes_room() {
        let address = listener(Duration::from_secs(20)).await;
        let mut first = TcpStream::connect(address).await.unwrap();
        ask(&mut first).await.unwrap();
        sleep(Duration::from_millis(20)).await;
        let mut second = TcpStream::connect(address).await.unwrap();
        ask(&mut second).await.unwrap();
        sleep(Duration::from_millis(20)).await;
        ask(&mut first).await.unwrap();
        let mut third = TcpStream::connect(address).await.unwrap();
        assert_eq!(ask(&mut third).await.unwrap(), 12);
        assert_eq!(ask(&mut first).await.unwrap(), 12);
        // An end, or a reset where it had said something.
        assert_eq!(ask(&mut second).await.unwrap_or(0), 0);
    }
}

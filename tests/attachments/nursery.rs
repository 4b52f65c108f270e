//! A nursery that a test asks for workers itself.

use std::io::{ErrorKind, IoSlice, IoSliceMut, Read};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};

use gatepost::reader::{PROCESS, READY, WANTED};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use rustix::cmsg_space;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};

use crate::support::end;

/// Enough for a worker to begin with, in bytes.
pub(crate) const MEMORY: &str = "268435456";

/// More processor time than a worker takes in a test, in seconds.
pub(crate) const SECONDS: &str = "100";

/// A real nursery. It is ended when this is dropped.
pub(crate) struct Nursery {
    pub(crate) control: UnixStream,
    pub(crate) process: Child,
}

/// A worker that is ready.
pub(crate) struct Worker {
    pub(crate) socket: UnixStream,
    process: OwnedFd,
}

impl Nursery {
    /// Starts it, with its sandbox.
    pub(crate) fn start() -> Self {
        let (control, theirs) = UnixStream::pair().expect("sockets");
        let process = Command::new(env!("CARGO_BIN_EXE_gatepost"))
            .args(["read-attachments", "--memory", MEMORY, "--seconds", SECONDS])
            .stdin(OwnedFd::from(theirs))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a nursery");
        Self { control, process }
    }

    /// Asks for a worker and waits until it is ready.
    pub(crate) fn worker(&self) -> Worker {
        let (socket, theirs) = UnixStream::pair().expect("sockets");
        let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
        let mut with = SendAncillaryBuffer::new(&mut space);
        let files = [theirs.as_fd()];
        assert!(with.push(SendAncillaryMessage::ScmRights(&files)));
        let wanted = [IoSlice::new(&[WANTED])];
        sendmsg(&self.control, &wanted, &mut with, SendFlags::NOSIGNAL).expect("a nursery");
        drop(theirs);
        let (mut said, mut process) = (Vec::new(), None);
        while said.len() < 2 {
            let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
            let mut with = RecvAncillaryBuffer::new(&mut space);
            let mut byte = [0];
            let mut room = [IoSliceMut::new(&mut byte)];
            let received = recvmsg(&socket, &mut room, &mut with, RecvFlags::CMSG_CLOEXEC);
            assert_eq!(received.expect("a worker").bytes, 1, "{said:?}");
            said.extend(byte);
            for message in with.drain() {
                if let RecvAncillaryMessage::ScmRights(mut files) = message {
                    process = files.next();
                }
            }
        }
        said.sort_unstable();
        assert_eq!(said, [PROCESS, READY]);
        let process = process.expect("its process");
        Worker { socket, process }
    }
}

impl Drop for Nursery {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

impl Worker {
    /// Waits until its process has ended; whatever it said is given back.
    pub(crate) fn ended(mut self) -> Vec<u8> {
        let mut said = Vec::new();
        match self.socket.read_to_end(&mut said) {
            // It left something unread.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
            read => assert!(read.is_ok(), "{read:?}"),
        }
        let most = PollTimeout::from(60_000_u16);
        let mut process = [PollFd::new(self.process.as_fd(), PollFlags::POLLIN)];
        assert_eq!(poll(&mut process, most), Ok(1), "it runs on");
        said
    }
}

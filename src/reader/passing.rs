//! Passing open files to another process of ours: one byte that says what comes,
//! and with it the file (`SCM_RIGHTS`, unix(7)).

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::cmsg_space;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};

/// Sends a byte and a file, or nothing: it is not waited for.
pub(super) fn send(socket: &impl AsFd, byte: u8, file: BorrowedFd<'_>) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
    let mut with = SendAncillaryBuffer::new(&mut space);
    let files = [file];
    with.push(SendAncillaryMessage::ScmRights(&files));
    let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
    sendmsg(socket, &[IoSlice::new(&[byte])], &mut with, flags)?;
    Ok(())
}

/// The next byte, and the file that came with it; `None` at the end.
pub(super) fn receive(socket: &impl AsFd) -> io::Result<Option<(u8, Option<OwnedFd>)>> {
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
    let mut with = RecvAncillaryBuffer::new(&mut space);
    let mut byte = [0];
    let mut room = [IoSliceMut::new(&mut byte)];
    let received = recvmsg(socket, &mut room, &mut with, RecvFlags::CMSG_CLOEXEC)?;
    if received.bytes == 0 {
        return Ok(None);
    }
    let mut passed = None;
    for message in with.drain() {
        if let RecvAncillaryMessage::ScmRights(files) = message {
            passed = files.last().or(passed);
        }
    }
    let [byte] = byte;
    Ok(Some((byte, passed)))
}

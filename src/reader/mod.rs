//! Attachments are read in processes of their own, which can do nothing else.
//!
//! A worker is this binary, started again with `read-attachments`. It takes all
//! rights from itself (no file, no network, no new process, bounded memory),
//! then reads requests from its standard input and writes what it read to its
//! standard output, for one message and no other. One that dies or runs late
//! costs its file a gap, never the message and never the daemon: the next file
//! gets a fresh one.
//!
//! ```text
//! keeper --starts--> worker: sandbox::enter
//!        <--ready---
//! Workers --request: limits, file--> extract::read_file, for each file of the
//!         <--answer: texts, gaps---  message; then it is ended
//! ```
//!
//! **Why a process for each message:** one that a hostile file took over could
//! lie about all files that it reads later; this way they are of the same sender.
//! Starting one takes 2.3 ms of processor time (a third of it, by a profile, for
//! OpenSSL, which the program needs elsewhere), and 5 MB while it waits. No mail
//! waits for it as long as one is ready; what a mail pays is that its process is
//! cold. A mail of 75 KB with a page of PDF, 25 such a second, beside processes
//! that were replaced after 64 files on the mail's time: 1.25 ms for 1.10 at the
//! median, 4.4 ms for 5.8 at the 99th percentile. Without any break between mails
//! two processors can't start processes as fast as mails come: 3 ms for 0.7.
//! To read a sample before a process says that it is ready would give back 0.1 ms
//! and take another millisecond of processor time: not done.
//! (`cargo bench --bench extract -- latency`, and `perf stat` of a worker without
//! input; two shared processors.)
//!
//! The writing in pictures is recognised, where that is switched on, by a
//! program of the system in a sandbox of the same kind; see `recognition`.
//!
//! **What is not here:** how a format is read; see [`crate::extract`].

mod keeper;
mod pipe;
mod pool;
mod process;
mod protocol;
mod recognition;
mod sandbox;
mod worker;
mod workers;

pub use protocol::{
    ProtocolError, READY, decode_answer, decode_request, encode_answer, encode_request,
};
pub use recognition::{TESSERACT, become_tesseract, can_recognise};
pub use sandbox::SandboxError;
pub use worker::{Attempt, serve};
pub use workers::{MessageReader, OWN_PROGRAM, StartError, Workers};

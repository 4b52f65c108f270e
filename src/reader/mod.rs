//! Attachments are read in processes of their own, which can do nothing else.
//!
//! A worker is made by a nursery: this binary, started again with
//! `read-attachments`. The nursery takes all rights from itself (no file, no
//! network, no other program, bounded memory) but to fork, and reads nothing of
//! any mail. For each request it forks a worker, which takes the rest from itself
//! and then reads requests from its socket and writes what it read to it, for one
//! message and no other. One that dies or runs late costs its file a gap, never
//! the message and never the daemon: the next file gets a fresh one.
//!
//! ```text
//! Program::start --starts--> nursery: sandbox::enter, Filter::of_nurseries
//! Nursery::worker --socket--> nursery --forks--> worker: Filter::of_workers
//!        <--pidfd-------------nursery               |
//!        <--ready-----------------------------------'
//! Worker::read --request: limits, file--> extract::read_file, for each file of
//!        <--answer: texts, gaps---------  the message; then it is ended
//! ```
//!
//! **Why a process for each message:** one that a hostile file took over could
//! lie about all files that it reads later; this way they are of the same sender.
//!
//! **Why a nursery:** to start the program costs 2.6 ms of processor time (to
//! load and link it with OpenSSL, which it needs elsewhere, to make filters, to
//! touch memory), to fork one that has started 0.3 ms, most of it the kernel's
//! copying and clearing of page tables. A mail of 75 KB with a page of PDF, with a
//! program started for each mail and with a nursery: without any break between
//! mails 4.2 and 1.1 ms at the median, 22 and 4.4 ms at the 99th percentile; 25
//! mails a second 1.55 and 1.48 ms, 6.6 and 5.5 ms. Both from the same minutes of
//! two processors that others used too; in all, 29 and 9 seconds of processor
//! time. (`time cargo bench --bench extract -- latency`.) To let the nursery read
//! a sample before it forks gave nothing that could be measured, as a fork does not
//! inherit which pages of the program are at hand: not done.
//!
//! **What its workers share:** the layout of their memory, and so what somebody
//! may have learned of it. A fresh program has a layout of its own; of a nursery's
//! workers, one whose crashes or answers tell where something lies tells it of the
//! others too, and a guess that ends a worker could be made again a byte further.
//! So a nursery whose worker dies, is late or says what is no answer makes no
//! other, and those that are ready are ended unused: a guess that fails is the
//! last one of its layout, but for those that are being made at that moment. After
//! 256 workers a nursery is replaced in any case. What is left to somebody who has
//! already taken a worker over, without any failure: to use what it saw of the
//! layout against later messages of the same nursery, in which it must first bring
//! a file that does as much again. It has nobody to tell it to but its sender's
//! next message: a worker's answer goes to the gate only.
//!
//! **Who ends whom:** the daemon ends a worker by a pidfd that the nursery hands
//! it, so that no other process can be meant. The nursery waits for its workers,
//! and ends when its socket does, which is when the daemon does; its workers get
//! SIGKILL from the kernel when the nursery ends. A nursery that was ended or hangs
//! is replaced; what its workers were reading is a gap.
//!
//! The writing in pictures is recognised, where that is switched on, by a
//! program of the system in a sandbox of the same kind: a filter that lists what
//! is left, and refuses instead of killing; and Landlock, since the program opens
//! its own files by itself. See `recognition`.
//!
//! **What is not here:** how a format is read; see [`crate::extract`].

mod filter;
mod fork;
mod keeper;
mod nursery;
mod passing;
mod pipe;
mod pool;
mod process;
mod protocol;
mod recognition;
mod sandbox;
mod worker;
mod workers;

pub use filter::FilterError;
pub use nursery::{Tried, serve};
pub use protocol::{
    Answer, PROCESS, ProtocolError, READY, WANTED, decode_answer, decode_request, encode_answer,
    encode_piece, encode_request,
};
pub use recognition::{NoRecognition, TESSERACT, become_tesseract, can_recognise};
pub use sandbox::{Bounds, SandboxError};
pub use worker::{Attempt, OWN_PROGRAM};
pub use workers::{MessageReader, StartError, Workers};

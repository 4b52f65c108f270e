//! The one file that knows indymilter's conversation.

use std::ffi::{CStr, CString};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use indymilter::{
    Actions, Callbacks, Config, ContextActions, EomContext, NegotiateContext, ProtoOpts,
    SetErrorReply, SmtpReply, Status,
};

use super::answer::Answer;
use super::case::Answering;
use super::drain::{Drain, InFlight};
use super::edits::Edits;
use super::listener::PatientListener;
use super::session::Session;
use crate::act::Reply;
use crate::limits::Limits;
use crate::socket::Bound;

/// How often the MTA hears that work goes on; below any MTA's patience.
const PROGRESS: Duration = Duration::from_secs(5);

/// How long a connection may be silent, in seconds. MTAs speak to us only when
/// the whole message has arrived, and a large one over a slow line takes long:
/// libmilter's own value.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(7210);

/// What is kept for a connection.
#[derive(Default)]
struct Connection {
    session: Session,
    limits: Limits,
    in_flight: Option<InFlight>,
    /// Whether commands before the end of the message are not answered.
    silent: bool,
}

/// Serves MTAs until `shutdown` completes.
///
/// # Errors
/// Never by a failing accept; the listener is patient.
pub async fn serve(
    bound: Bound,
    answering: Arc<Answering>,
    drain: Drain,
    connections: usize,
    shutdown: impl Future,
) -> std::io::Result<()> {
    // Replies to single headers can be left out: over TCP that would stall each
    // message by the kernel's delayed acknowledgement.
    let local = bound.is_local();
    let config = Config {
        max_connections: connections,
        connection_timeout: CONNECTION_TIMEOUT,
        ..Config::default()
    };
    let listener = PatientListener::new(bound, drain.clone());
    indymilter::run(
        listener,
        callbacks(answering, drain, local),
        config,
        shutdown,
    )
    .await
}

fn callbacks(answering: Arc<Answering>, drain: Drain, local: bool) -> Callbacks<Connection> {
    let for_mail = Arc::clone(&answering);
    Callbacks::new()
        .on_negotiate(move |cx, offered, options| {
            let status = negotiate(cx, offered, options, local);
            Box::pin(async move { status })
        })
        .on_mail(move |cx, args| {
            let connection = cx.data.get_or_insert_default();
            connection.limits = for_mail.gate.load().limits;
            connection.session.begin(first(&args));
            connection.in_flight = Some(drain.begin());
            let status = go_on(connection);
            Box::pin(async move { status })
        })
        .on_rcpt(|cx, args| {
            let connection = cx.data.get_or_insert_default();
            let limits = connection.limits;
            connection.session.recipient(first(&args), &limits);
            let status = go_on(connection);
            Box::pin(async move { status })
        })
        // Without an answer here each message over TCP stalls for 40 ms.
        .on_data(|cx| {
            let status = go_on(cx.data.get_or_insert_default());
            Box::pin(async move { status })
        })
        .on_header(|cx, name, value| {
            let connection = cx.data.get_or_insert_default();
            let limits = connection.limits;
            let (name, value) = (name.to_bytes(), value.to_bytes());
            connection.session.header(name, value, &limits);
            let status = go_on(connection);
            Box::pin(async move { status })
        })
        .on_eoh(|cx| {
            let connection = cx.data.get_or_insert_default();
            let limits = connection.limits;
            connection.session.end_of_headers(&limits);
            let status = go_on(connection);
            Box::pin(async move { status })
        })
        .on_body(|cx, piece| {
            let connection = cx.data.get_or_insert_default();
            let limits = connection.limits;
            connection.session.body(&piece, &limits);
            let status = go_on(connection);
            Box::pin(async move { status })
        })
        .on_eom(move |cx| Box::pin(end_of_message(cx, Arc::clone(&answering))))
        .on_abort(|cx| {
            forget(&mut cx.data);
            Box::pin(async { Status::Continue })
        })
        .on_close(|cx| {
            cx.data = None;
            Box::pin(async { Status::Continue })
        })
}

/// Asks for what we need; an MTA that doesn't offer it can't be served.
fn negotiate(
    cx: &mut NegotiateContext<Connection>,
    offered: Actions,
    options: ProtoOpts,
    local: bool,
) -> Status {
    let needed =
        Actions::ADD_HEADER | Actions::CHANGE_HEADER | Actions::REPLACE_BODY | Actions::DELETE_RCPT;
    if !offered.contains(needed) || !options.contains(ProtoOpts::LEADING_SPACE) {
        tracing::error!(
            ?offered,
            ?options,
            "the MTA offers too little of the milter protocol"
        );
        return Status::Reject;
    }
    cx.requested_actions = needed;
    cx.requested_opts |= ProtoOpts::LEADING_SPACE;
    let unanswered = ProtoOpts::NOREPLY_MAIL
        | ProtoOpts::NOREPLY_RCPT
        | ProtoOpts::NOREPLY_DATA
        | ProtoOpts::NOREPLY_HEADER
        | ProtoOpts::NOREPLY_EOH
        | ProtoOpts::NOREPLY_BODY;
    let silent = local && options.contains(unanswered);
    if silent {
        cx.requested_opts |= unanswered;
    }
    cx.data = Some(Connection {
        silent,
        ..Connection::default()
    });
    Status::Continue
}

async fn end_of_message(cx: &mut EomContext<Connection>, answering: Arc<Answering>) -> Status {
    let Some(connection) = &mut cx.data else {
        return refuse(&mut cx.reply, &Reply::fault("none"));
    };
    // A message that never began has no recipients whom we could decide for.
    if !connection.session.is_open() {
        return refuse(&mut cx.reply, &Reply::fault("none"));
    }
    let limits = connection.limits;
    let submission = connection.session.end(&limits);
    if submission.recipients_left_out > 0 {
        // Deciding for some of them would leave the others undecided.
        connection.in_flight = None;
        let what = "too many recipients, send to fewer at once";
        if let Answer::Refuse(reply) = answering.refuse_unexamined(None, what).await {
            return refuse(&mut cx.reply, &reply);
        }
        return Status::Tempfail;
    }
    let in_flight = connection.in_flight.take();
    let queue_id = cx
        .macros
        .get(c"i")
        .map(|id| id.to_string_lossy().into_owned());
    let working = Arc::clone(&answering);
    let mut work = Box::pin(working.answer(submission, queue_id.clone()));
    let answer = loop {
        tokio::select! {
            answer = &mut work => break answer,
            () = tokio::time::sleep(PROGRESS) => {
                if let Err(error) = cx.actions.progress().await {
                    tracing::debug!(%error, "the MTA went away while its message was examined");
                }
            }
        }
    };
    let status = match answer {
        Answer::Refuse(reply) => refuse(&mut cx.reply, &reply),
        Answer::Accept { edits, reference } => match make(&cx.actions, edits).await {
            Ok(()) => Status::Continue,
            Err(error) => {
                tracing::error!(reference, %error, "edits could not be told to the MTA");
                answering.not_carried_out(&reference, queue_id).await;
                refuse(&mut cx.reply, &Reply::fault(&reference))
            }
        },
    };
    drop(in_flight);
    status
}

/// Tells the MTA all edits. Recipients go first: if one could not be removed,
/// nothing else has been changed.
async fn make(
    actions: &impl ContextActions,
    edits: Edits,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    for recipient in edits.removed {
        actions.delete_recipient(CString::new(recipient)?).await?;
    }
    for (name, number, value) in edits.changed {
        let value = match value {
            Some(value) => Some(CString::new(value)?),
            None => None,
        };
        actions
            .change_header(CString::new(name)?, number, value)
            .await?;
    }
    for (name, value) in edits.added {
        actions
            .add_header(CString::new(name)?, CString::new(value)?)
            .await?;
    }
    if let Some(body) = edits.body {
        actions.replace_body(&body).await?;
    }
    Ok(())
}

/// Sets a reply's text and returns the status of its class: a text of the
/// other class would stay for a later message.
fn refuse(slot: &mut SmtpReply, reply: &Reply) -> Status {
    // MTAs read the text as a format: a single % is mangled.
    let text = reply.text.replace('%', "%%");
    let set = slot.set_error_reply(reply.code, Some(reply.enhanced), [text.as_str()]);
    if let Err(error) = set {
        // The MTA's own words for the class are sent instead.
        tracing::error!(%error, "a reply could not be set");
    }
    if reply.code.starts_with('5') {
        Status::Reject
    } else {
        Status::Tempfail
    }
}

fn go_on(connection: &Connection) -> Status {
    if connection.silent {
        Status::Noreply
    } else {
        Status::Continue
    }
}

fn forget(data: &mut Option<Connection>) {
    if let Some(connection) = data {
        connection.session.abort();
        connection.in_flight = None;
    }
}

fn first(args: &[CString]) -> &[u8] {
    args.first().map_or(b"", |arg| CStr::to_bytes(arg))
}

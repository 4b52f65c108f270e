//! The daemon: start, reload, drain, stop; the only owner of signals.
//!
//! SIGHUP loads everything anew and swaps it in whole, or keeps all as it was
//! and says why. SIGTERM and SIGINT finish the messages in flight.
//!
//! **What is not here:** what happens to a message; see [`crate::milter`].

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Duration;

use arc_swap::ArcSwap;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::audit::{AuditLog, Event, OpenError, audit_folder};
use crate::clock;
use crate::config::{Config, LearnDomains};
use crate::diagnostic::{Diagnostic, Source};
use crate::directory::{Age, AgeReminder};
use crate::gate::Gate;
use crate::load::{
    KeyUse, Loaded, Wanted, follow, keep_correspondents, load, read_correspondents, register_stamp,
};
use crate::milter::{Answering, Drain, Learning, serve};
use crate::outbox::{Handed, Outbox};
use crate::postfix;
use crate::reader::{OWN_PROGRAM, StartError, Workers};
use crate::socket::{BindError, bind};

/// How long messages in flight may take to finish when we stop.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often is looked whether a register of recipients has changed.
const LOOK: Duration = Duration::from_secs(2);

/// How often is kept which domains we often write to.
const KEEP: Duration = Duration::from_hours(1);

/// How many open files we ask for.
const MANY_FILES: u64 = 65_536;

/// Stacks of threads that examine messages, in bytes: messages inside messages
/// are taken apart level by level.
const STACK_BYTES: usize = 16 << 20;

/// Why the daemon did not run, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// Something that was written is wrong.
    #[error("there are errors in the configuration, the rules, the lists or the keys")]
    Diagnostics(Vec<Diagnostic>),
    /// The audit log can't be used.
    #[error(transparent)]
    Audit(#[from] OpenError),
    /// The socket can't be made.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// Attachments can't be read safely.
    #[error(transparent)]
    Reader(#[from] StartError),
    /// The system refused something.
    #[error("the system refused: {0}")]
    Io(#[from] io::Error),
}

/// Runs the daemon until it is told to stop.
///
/// # Errors
/// See [`DaemonError`]: only at the start.
pub fn run(wanted: &Wanted) -> Result<(), DaemonError> {
    let (loaded, diagnostics) = load(wanted, &KeyUse::Create);
    let Some(loaded) = loaded else {
        return Err(DaemonError::Diagnostics(diagnostics));
    };
    for diagnostic in &diagnostics {
        tracing::warn!("{}", diagnostic.report());
    }
    say_nothing_in_panics();
    // Without a handler a file-size limit would kill the process; with one a
    // write fails, and mail is deferred.
    signal_hook::flag::register(
        signal_hook::consts::SIGXFSZ,
        Arc::new(AtomicBool::new(false)),
    )?;
    allow_many_files();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(1)
        .thread_stack_size(STACK_BYTES)
        .build()?;
    let result = runtime.block_on(live(wanted, loaded));
    // Work that no longer matters to anybody is not waited for.
    runtime.shutdown_timeout(Duration::from_secs(1));
    result
}

async fn live(wanted: &Wanted, loaded: Loaded) -> Result<(), DaemonError> {
    let mut reload = signal(SignalKind::hangup())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let opened = AuditLog::open(&audit_folder(&loaded.config.state))?;
    let config = loaded.config;
    // What was changed while all was loaded must not be missed.
    let mut stamp = None;
    let mut current = (config.clone(), loaded.source);
    let workers = thread::available_parallelism().map_or(2, |cores| cores.get().max(2));
    let workers = Workers::start(Path::new(OWN_PROGRAM), workers, &loaded.gate.limits)?;
    let answering = Arc::new(Answering {
        outbox: ArcSwap::from_pointee(config.hand_over.as_deref().map(Outbox::new)),
        log: opened.log,
        handed: Handed::new(opened.copies),
        workers: Arc::new(workers),
        // One that can't be read was complained of, and is begun anew.
        learning: (config.learn_domains == LearnDomains::Yes)
            .then(|| Learning::new(read_correspondents(&config.state).unwrap_or_default())),
        host: host(),
        gate: ArcSwap::from_pointee(loaded.gate),
    });
    let bound = bind(&config.listen, "milter").await?;
    let place = bound.place();
    let tls_policy = match &config.tls_policy {
        Some(listen) => Some(bind(listen, "tls-policy").await?),
        None => None,
    };
    let drain = Drain::default();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(serve(
        bound,
        Arc::clone(&answering),
        drain.clone(),
        config.connections,
        stopped,
    ));
    let tls_policy = tls_policy.map(|bound| {
        tracing::info!(
            place = bound.place(),
            "gatepost tells where TLS is required"
        );
        let answering = Arc::clone(&answering);
        let answer = move |request: &[u8]| {
            postfix::answer(&answering.gate.load().directory, request, clock::now())
        };
        tokio::spawn(postfix::serve(bound, answer, postfix::Bounds::default()))
    });
    append(&answering, started(&answering.gate.load())).await;
    tracing::info!(place, summary = loaded.summary, "gatepost is listening");
    let mut look = tokio::time::interval(LOOK);
    let mut reminder = AgeReminder::default();
    let mut keep = tokio::time::interval(KEEP);
    keep.reset();
    loop {
        tokio::select! {
            _ = reload.recv() => {
                if let Some(loaded) = reload_all(wanted, &config, &answering).await {
                    current = loaded;
                }
            }
            _ = look.tick() => {
                let now = Some(register_stamp(&current.0.state));
                if now != stamp {
                    stamp = now;
                    follow_registers(&current, &answering).await;
                }
                say_age(&mut reminder, &answering.gate.load());
            }
            _ = keep.tick() => keep_learned(&config.state, &answering).await,
            () = first_of(&mut terminate, &mut interrupt) => break,
        }
    }
    let left = drain.stop(PATIENCE).await;
    if left > 0 {
        tracing::warn!(left, "stopping with messages in flight: the MTA keeps them");
    }
    keep_learned(&config.state, &answering).await;
    append(&answering, Event::Stopped).await;
    if let Some(task) = tls_policy {
        task.abort();
        // It has nothing to tell; its socket is gone when it has ended.
        let _ = task.await;
    }
    // The server may have ended by itself; then there is nobody to tell.
    let _ = stop.send(());
    if let Ok(Err(error)) = server.await {
        tracing::error!(%error, "the milter ended with an error");
    }
    tracing::info!("gatepost has stopped");
    Ok(())
}

async fn first_of(one: &mut Signal, other: &mut Signal) {
    tokio::select! {
        _ = one.recv() => {}
        _ = other.recv() => {}
    }
}

/// Says in the log that the accredited list is too old, when that is due.
fn say_age(reminder: &mut AgeReminder, gate: &Gate) {
    let now = clock::now();
    let age = Age::of(gate.directory.register(), now);
    if !reminder.is_due(age, now) {
        return;
    }
    match age.complaint() {
        Some(complaint) if age.is_alarm() => tracing::error!("{complaint}"),
        Some(complaint) => tracing::warn!("{complaint}"),
        None => {}
    }
}

/// Keeps which domains we often write to, and lets it count from now on.
async fn keep_learned(state: &Path, answering: &Answering) {
    let Some(learning) = &answering.learning else {
        return;
    };
    let now = clock::now();
    let learned = learning.so_far(now);
    let gate = answering.gate.load_full();
    let directory = gate.directory.with_often(&learned, now);
    let gate = Gate {
        directory,
        ..Gate::clone(&gate)
    };
    answering.gate.store(Arc::new(gate));
    let state = state.to_owned();
    let kept = tokio::task::spawn_blocking(move || keep_correspondents(&state, &learned)).await;
    if let Ok(Err(error)) = kept {
        tracing::warn!(%error, "which domains we often write to could not be kept");
    }
}

/// Takes over the registers of recipients as they are now.
async fn follow_registers(current: &(Config, Source), answering: &Arc<Answering>) {
    let (config, source) = current.clone();
    let before = answering.gate.load_full();
    let gate = Arc::clone(&before);
    let result = tokio::task::spawn_blocking(move || follow(&config, &source, &gate)).await;
    let Ok((gate, diagnostics)) = result else {
        tracing::error!("following failed unexpectedly; everything stays as it was");
        return;
    };
    let Some(gate) = gate else {
        for diagnostic in &diagnostics {
            tracing::warn!("{}", diagnostic.report());
        }
        tracing::error!("the registers of recipients are not followed: they stay as they were");
        let complaints = diagnostics.len();
        append(answering, Event::ReloadRefused { complaints }).await;
        return;
    };
    let same = |gate: &Gate| (gate.directory.register().entries(), gate.consents.entries());
    if same(&gate) == same(&before) {
        return;
    }
    let event = Event::Reloaded {
        policy_before: before.policy.digest().to_owned(),
        policy: gate.policy.digest().to_owned(),
        list: gate.directory.snapshot(clock::now()).to_owned(),
    };
    answering.gate.store(Arc::new(gate));
    tracing::info!("followed the registers of recipients");
    append(answering, event).await;
}

/// Loads everything anew; all of it is swapped in, or none. What holds from the
/// start stays as it was `started`, and that is said. Gives the configuration
/// that is in force now, if it is a new one.
async fn reload_all(
    wanted: &Wanted,
    started: &Config,
    answering: &Arc<Answering>,
) -> Option<(Config, Source)> {
    let wanted = wanted.clone();
    let key = KeyUse::Keep(answering.gate.load().token_key.clone());
    let result = tokio::task::spawn_blocking(move || load(&wanted, &key)).await;
    let Ok((loaded, diagnostics)) = result else {
        tracing::error!("loading failed unexpectedly; everything stays as it was");
        return None;
    };
    for diagnostic in &diagnostics {
        tracing::warn!("{}", diagnostic.report());
    }
    let Some(loaded) = loaded else {
        tracing::error!(
            complaints = diagnostics.len(),
            "not reloaded: everything stays as it was"
        );
        let complaints = diagnostics.len();
        append(answering, Event::ReloadRefused { complaints }).await;
        return None;
    };
    let before = answering.gate.load_full();
    let event = Event::Reloaded {
        policy_before: before.policy.digest().to_owned(),
        policy: loaded.gate.policy.digest().to_owned(),
        list: loaded.gate.directory.snapshot(clock::now()).to_owned(),
    };
    // The hand-over port first: a gate that plans copies must find it.
    let outbox = loaded.config.hand_over.as_deref().map(Outbox::new);
    answering.outbox.store(Arc::new(outbox));
    answering.gate.store(Arc::new(loaded.gate));
    let settings = started.needs_restart(&loaded.config);
    if !settings.is_empty() {
        tracing::warn!(
            settings = settings.join(", "),
            "changed, but in force only after a restart"
        );
    }
    tracing::info!(summary = loaded.summary, "reloaded");
    append(answering, event).await;
    Some((loaded.config, loaded.source))
}

fn started(gate: &Gate) -> Event {
    Event::Started {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        policy: gate.policy.digest().to_owned(),
        list: gate.directory.snapshot(clock::now()).to_owned(),
        mode: gate.policy.mode(),
    }
}

/// Appends an event about ourselves. It releases nothing, so a log that can't
/// be written now is only logged.
async fn append(answering: &Answering, event: Event) {
    if let Err(error) = answering.log.append(event).await {
        tracing::error!(%error, "an event is missing from the audit log");
    }
}

fn host() -> String {
    nix::unistd::gethostname()
        .ok()
        .and_then(|name| name.into_string().ok())
        .unwrap_or_else(|| String::from("unknown"))
}

/// Takes as many file descriptors as the system allows, within reason: two
/// listeners with a thousand connections each need more than the usual 1,024,
/// and clients of one must not take those of the other. Where that is refused,
/// accepting waits until some are free.
fn allow_many_files() {
    let raised = getrlimit(Resource::RLIMIT_NOFILE).and_then(|(now, most)| {
        let wanted = most.min(MANY_FILES).max(now);
        setrlimit(Resource::RLIMIT_NOFILE, wanted, most)
    });
    if let Err(error) = raised {
        tracing::warn!(%error, "the number of open files could not be raised");
    }
}

/// Panics are logged by their place alone: their text could hold data.
fn say_nothing_in_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(|location| format!("{}:{}", location.file(), location.line()));
        tracing::error!(place, "internal error");
    }));
}

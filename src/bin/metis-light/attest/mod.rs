//! The verifier's node: follows L1 by proof, compares each new batch with its own L2 node, signs what it found, and serves it.
//!
//! Nothing that a source of L1 says is believed; the own node is, for its word is what is signed. The parts that must never
//! go wrong, the key, the comparison and the log, are in the library (`metis_light::attest`).

mod limit;
mod metrics;
mod node;
mod own_node;
mod server;
mod state;
mod tell;
mod webhook;

use crate::args::AttestArgs;
use crate::key;
use crate::live::{Lasting, Live, needs_checkpoint};
use crate::outcome::Outcome;
use metis_light::attest::{FileDisk, Log, LogError};
use metis_light::attestation::Domain;
use metis_light::network::Network;
use node::{End, Node};
use own_node::OwnNode;
use serde_json::{Value, json};
use server::serve;
use state::{Kept, State};
use std::cell::{Cell, RefCell};
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tell::Tell;
use tokio::net::TcpListener;
use tokio::signal::ctrl_c;
use tokio::sync::watch;
use webhook::Webhook;

pub(crate) fn run(args: &AttestArgs, as_json: bool) -> Outcome {
    prove(args, as_json).unwrap_or_else(|ended| ended)
}

#[allow(clippy::result_large_err, reason = "an outcome is returned once a run")]
fn prove(args: &AttestArgs, as_json: bool) -> Result<Outcome, Outcome> {
    let (live, outcome) = Live::open(&args.live, Outcome::new("attest", &[]))?;
    let log = match open_log(args, live.network()) {
        Ok(log) => log,
        Err((place, message)) => return Err(outcome.misuse(place, message)),
    };
    let own = match OwnNode::new(&args.own_node) {
        Ok(own) => own,
        Err(message) => return Err(outcome.misuse("--own-node", message)),
    };
    let tell = Tell::new(as_json);
    if log.cut() > 0 {
        let words = format!("the last line was torn; its {} bytes, which nobody had heard, are cut off", log.cut());
        tell.of("log", &words, Value::Null);
    }
    let (Lasting { session, runtime, store, note }, outcome) = live.into_lasting(outcome)?;
    if let Some(note) = note {
        tell.of("store", &note, Value::Null);
    }
    let kept = Kept { evidence: args.data.join("evidence"), now: args.live.now, every: args.every };
    let state = Arc::new(State::new(session.network().l2.chain_id, log, tell, kept));
    runtime.block_on(async {
        let webhook = match Webhook::start(args.webhook.as_deref(), state.metrics.clone()) {
            Ok(webhook) => webhook,
            Err(message) => return Err(outcome.misuse("--webhook", message)),
        };
        let listener = match TcpListener::bind(args.listen).await {
            Ok(listener) => listener,
            Err(error) => return Err(outcome.misuse(args.listen.to_string(), error.to_string())),
        };
        let node = Node {
            session,
            own,
            state: state.clone(),
            webhook,
            is_optimistic: args.optimistic,
            rechecks: args.rechecks,
            recheck_after: Duration::from_secs(args.recheck_after),
            from: Cell::new(args.from),
            is_outsider_welcome: args.outside_the_set,
            has_looked: Cell::new(false),
            dissents: RefCell::default(),
            store,
        };
        if let Err(message) = node.own.check_chain(state.l2_chain_id).await {
            return Err(outcome.misuse(node.own.name(), message));
        }
        if let Err(error) = announce(&listener, as_json) {
            return Err(outcome.misuse("standard output", error.to_string()));
        }
        let (stop, stopped) = watch::channel(());
        let server = tokio::spawn(serve(listener, state, args.requests_per_minute, ended(stopped)));
        let end = tokio::select! {
            end = node.run(Duration::from_secs(args.every), args.looks) => end,
            () = asked_to_stop() => Ok(()),
        };
        drop(stop);
        let _ = server.await;
        node.state.tell.of("end", "it stops", Value::Null);
        node.webhook.finish().await;
        match end {
            Ok(()) => Ok(outcome),
            Err(end) => Err(told(end, outcome, &args.data)),
        }
    })
}

/// The key, and what it has said.
fn open_log(args: &AttestArgs, network: &Network) -> Result<Log<FileDisk>, (String, String)> {
    let key = key::open(&args.key, &args.password)?;
    let at = |path: &Path, error: String| (path.display().to_string(), error);
    fs::create_dir_all(&args.data).map_err(|error| at(&args.data, error.to_string()))?;
    let path = args.data.join("attestations.log");
    let disk = FileDisk::open(&path).map_err(|error| at(&path, error.to_string()))?;
    Log::open(disk, key, Domain::of_network(network)).map_err(|error: LogError| at(&path, error.to_string()))
}

/// Whoever started this waits for the address.
fn announce(listener: &TcpListener, as_json: bool) -> io::Result<()> {
    let url = format!("http://{}", listener.local_addr()?);
    let mut out = io::stdout().lock();
    match as_json {
        true => writeln!(out, "{}", json!({ "command": "attest", "url": url }))?,
        false => writeln!(out, "{url}")?,
    }
    out.flush()
}

/// Ready when the sender is gone.
async fn ended(mut stopped: watch::Receiver<()>) {
    while stopped.changed().await.is_ok() {}
}

/// `SIGINT`, or `SIGTERM` where there is one.
async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = ctrl_c() => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = ctrl_c().await;
}

fn told(end: End, mut outcome: Outcome, data: &Path) -> Outcome {
    match end {
        End::Refused(error) => {
            outcome.note(needs_checkpoint(&error));
            outcome.refused("attest", error)
        }
        End::Log(error) => outcome.misuse(data.display().to_string(), error.to_string()),
        End::Outside(words) => outcome.misuse("--outside-the-set", words),
    }
}

//! A proxy that lies: it stands between a client and an honest source, and tells one lie.

mod body;
mod proxy;

use crate::args::LieArgs;
use crate::outcome::Outcome;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use metis_light::lies::Lie;
use proxy::Proxy;
use serde_json::json;
use std::io::{self, Write};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime::Builder;

/// Lists the lies, or tells one until it is stopped.
pub(crate) fn run(args: &LieArgs, as_json: bool) -> Outcome {
    let outcome = Outcome::new("lie", &[]);
    if args.list {
        return match list(as_json) {
            Ok(()) => outcome,
            Err(error) => outcome.misuse("standard output", error.to_string()),
        };
    }
    let name = args.lie.as_deref().unwrap_or_default();
    let Some(lie) = Lie::named(name) else {
        return outcome.misuse(name, "there is no such lie; --list tells them all".to_owned());
    };
    let upstream = args.upstream.as_deref().unwrap_or_default();
    let proxy = match Proxy::new(upstream, lie) {
        Ok(proxy) => proxy,
        Err(message) => return outcome.misuse(upstream, message),
    };
    let served = Builder::new_current_thread().enable_all().build();
    match served.and_then(|runtime| runtime.block_on(serve(Arc::new(proxy), args.port, as_json))) {
        Ok(()) => outcome,
        Err(error) => outcome.misuse(format!("port {}", args.port), error.to_string()),
    }
}

fn list(as_json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let tellers = |lie: &Lie| lie.tellers.iter().map(ToString::to_string).collect::<Vec<_>>();
    if as_json {
        let lies: Vec<_> =
            Lie::all().map(|lie| json!({ "lie": lie.name, "says": lie.says, "tellers": tellers(lie) })).collect();
        return writeln!(out, "{}", json!({ "command": "lie", "lies": lies }));
    }
    let width = Lie::all().map(|lie| lie.name.len()).max().unwrap_or_default();
    for lie in Lie::all() {
        writeln!(out, "{:width$}  {:13}  {}", lie.name, tellers(lie).join(" "), lie.says)?;
    }
    Ok(())
}

async fn serve(proxy: Arc<Proxy>, port: u16, as_json: bool) -> io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    tell(&format!("http://{}", listener.local_addr()?), as_json)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let proxy = proxy.clone();
        tokio::spawn(async move {
            let answer = service_fn(move |request| {
                let proxy = proxy.clone();
                async move { proxy.answer(request).await }
            });
            // A client that hangs up, as it should over some lies, is no failure.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
        });
    }
}

/// Whoever started this waits for the address.
fn tell(url: &str, as_json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match as_json {
        true => writeln!(out, "{}", json!({ "command": "lie", "url": url }))?,
        false => writeln!(out, "{url}")?,
    }
    out.flush()
}

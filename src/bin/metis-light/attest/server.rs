//! What was said, over HTTP: `GET` and `POST /v1/attestations`, `/healthz`, `/metrics`.
//!
//! What can go wrong: clients that send slowly or never end, that ask without end, or that post what is no statement. Headers,
//! bodies and whole connections have a deadline, bodies and answers a length, addresses a share ([`Limit`]), and there are so
//! many connections at once, of one address and of all, and no more. Nothing that is posted is believed: see `Collected`.

use super::limit::{Guests, Limit};
use super::state::{State, lock};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State as Shared};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use metis_light::attest::{NotTaken, Taken};
use metis_light::attestation::Attestation;
use metis_light::primitives::keccak256;
use metis_light::wire::MAX_ATTESTATIONS_REPLY;
use serde_json::{Value, json};
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tower::ServiceExt;
use tower_http::cors::{Any, CorsLayer};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

/// Connections at once. Each may hold a body of the longest kind: 64 MiB together.
const CONNECTIONS: usize = 256;

/// How long a client may take to send its headers; a connection that says nothing more is closed after it too.
const HEADERS: Duration = Duration::from_secs(10);

/// How long a request may take, its body included.
const REQUEST: Duration = Duration::from_secs(10);

/// How long a connection lasts, whatever is done on it. A client that reads an answer slowly is cut off by it.
const CONNECTION: Duration = Duration::from_secs(120);

/// How long open connections are given at the end.
const LAST: Duration = Duration::from_secs(3);

/// What a `POST` costs, where a `GET` costs 1: its signatures are recovered.
const POST_COST: u32 = 10;

/// How many reasons a `POST` is answered with.
const REASONS: usize = 16;

struct Door {
    state: Arc<State>,
    limit: Mutex<Limit>,
}

/// Who asks.
#[derive(Clone, Copy)]
struct Peer(IpAddr);

type Held = Shared<Arc<Door>>;

/// Serves until `stop` is ready, and then what has begun.
pub(crate) async fn serve(listener: TcpListener, state: Arc<State>, per_minute: u32, stop: impl Future<Output = ()>) {
    let limit = Mutex::new(Limit::new(per_minute, Instant::now()));
    let router = router(Arc::new(Door { state, limit }));
    let (open, guests) = (Arc::new(Semaphore::new(CONNECTIONS)), Guests::default());
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let permit = open.clone().acquire_owned();
        let accepted = async { (permit.await, listener.accept().await) };
        let (permit, stream, peer) = tokio::select! {
            () = &mut stop => break,
            accepted = accepted => match accepted {
                (permit, Ok((stream, peer))) => (permit, stream, peer),
                // Out of file handles, or a client that has gone: the next one may do better.
                (_, Err(_)) => {
                    sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        // One that is not let in is closed.
        let Some(guest) = guests.enter(peer.ip()) else { continue };
        let connection = graceful.watch(connection(stream, peer, router.clone()));
        tokio::spawn(async move {
            // What goes wrong with a client is the client's affair.
            let _ = timeout(CONNECTION, connection).await;
            drop((permit, guest));
        });
    }
    let _ = timeout(LAST, graceful.shutdown()).await;
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> {
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer.ip()));
        router.clone().oneshot(request)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADERS).max_headers(64).max_buf_size(1 << 16);
    http.serve_connection(TokioIo::new(stream), service)
}

fn router(door: Arc<Door>) -> Router {
    let cors = CorsLayer::new().allow_origin(Any).allow_methods([Method::GET, Method::POST]);
    let cors = cors.allow_headers([CONTENT_TYPE, IF_NONE_MATCH]).expose_headers([ETAG]);
    let limited = Router::new()
        .route("/v1/attestations/{chain}/{batch}", get(attestations))
        .route("/v1/attestations", post(collect))
        .layer(from_fn_with_state(door.clone(), limited))
        .layer(RequestBodyLimitLayer::new(MAX_ATTESTATIONS_REPLY))
        .layer(cors);
    Router::new()
        .route("/healthz", get(health))
        .route("/metrics", get(metrics))
        .merge(limited)
        .fallback(|| async { told(StatusCode::NOT_FOUND, "there is nothing here") })
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST))
        .layer(from_fn_with_state(door.clone(), counted))
        .with_state(door)
}

async fn counted(Shared(door): Held, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    door.state.metrics.add_labelled("http_requests_total", format!("status=\"{}\"", response.status().as_u16()));
    response
}

async fn limited(Shared(door): Held, request: Request, next: Next) -> Response {
    let cost = if request.method() == Method::POST { POST_COST } else { 1 };
    let peer = request.extensions().get::<Peer>().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.0);
    if !lock(&door.limit).takes(peer, cost, Instant::now()) {
        let mut response = told(StatusCode::TOO_MANY_REQUESTS, "ask less often");
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("30"));
        return response;
    }
    next.run(request).await
}

async fn attestations(
    Shared(door): Held,
    Path((chain, batch)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if chain.parse() != Ok(door.state.l2_chain_id) {
        return told(StatusCode::NOT_FOUND, &format!("chain {} is attested here", door.state.l2_chain_id));
    }
    let (index, lasts) = match batch.as_str() {
        "latest" => (door.state.latest(), "public, max-age=5"),
        number => match number.parse::<u64>() {
            Ok(index) => (Some(index), "public, max-age=15"),
            Err(_) => return told(StatusCode::BAD_REQUEST, "a batch is its index, or latest"),
        },
    };
    let body = listed(&index.map(|index| door.state.about(index)).unwrap_or_default());
    let tag = format!("\"{}\"", &alloy_primitives::hex::encode(keccak256(&body))[..32]);
    let is_known = headers.get(IF_NONE_MATCH).is_some_and(|tags| matches(tags, &tag));
    let status = if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let body = if is_known { Body::empty() } else { Body::from(body) };
    let mut response = (status, [(CACHE_CONTROL, lasts), (CONTENT_TYPE, JSON)], body).into_response();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

/// As many as go into an answer of the longest kind, in their order.
fn listed(attestations: &[Value]) -> String {
    let (start, end) = ("{\"attestations\":[", "]}");
    let mut text = start.to_owned();
    for attestation in attestations {
        let comma = if text.len() == start.len() { "" } else { "," };
        let part = format!("{comma}{attestation}");
        if text.len() + part.len() + end.len() > MAX_ATTESTATIONS_REPLY {
            break;
        }
        text.push_str(&part);
    }
    text + end
}

/// Whether a list of tags has one, weak or not.
fn matches(tags: &HeaderValue, tag: &str) -> bool {
    let mut tags = tags.to_str().unwrap_or_default().split(',').map(str::trim);
    tags.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

async fn collect(Shared(door): Held, body: Bytes) -> Response {
    let attestations = match Attestation::parse_reply(&body) {
        Ok(attestations) => attestations,
        Err(error) => return told(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let Some(outcomes) = door.state.take(&attestations) else {
        return told(StatusCode::SERVICE_UNAVAILABLE, "l1 was not seen yet, so it is not known whose word counts");
    };
    let count = |wanted: fn(&Result<Taken, NotTaken>) -> bool| outcomes.iter().filter(|taken| wanted(taken)).count();
    let reason = |(place, outcome): (usize, &Result<Taken, NotTaken>)| match outcome {
        Err(error) => Some(json!({ "place": place, "reason": error.to_string() })),
        Ok(_) => None,
    };
    let refused: Vec<Value> = outcomes.iter().enumerate().filter_map(reason).take(REASONS).collect();
    let told = json!({
        "taken": count(|taken| matches!(taken, Ok(Taken::Now | Taken::Contradicts(_)))),
        "known": count(|taken| matches!(taken, Ok(Taken::Before))),
        "refused": count(Result::is_err),
        "reasons": refused,
    });
    ([(CONTENT_TYPE, JSON)], told.to_string()).into_response()
}

async fn health(Shared(door): Held) -> Response {
    let progress = door.state.progress();
    let status = if door.state.is_healthy() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({ "ok": status.is_success(), "looked": progress.looked, "l1Timestamp": progress.l1 });
    (status, [(CONTENT_TYPE, JSON), (CACHE_CONTROL, "no-store")], body.to_string()).into_response()
}

async fn metrics(Shared(door): Held) -> Response {
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-store")], door.state.numbers()).into_response()
}

const JSON: &str = "application/json";

fn told(status: StatusCode, message: &str) -> Response {
    let body = json!({ "error": message }).to_string();
    (status, [(CONTENT_TYPE, JSON), (CACHE_CONTROL, "no-store")], body).into_response()
}

//! Alarms: a JSON report to one URL, tried again for a while, never in the way of anything else.
//!
//! An alarm that does not arrive is not lost: the dissent is in the log, the metrics count it, and a node that starts again
//! looks at its dissents again.

use super::metrics::Metrics;
use metis_light::shell::install_tls;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Url, redirect};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// How many may wait. Each is a batch, so this is days of them.
const WAITING: usize = 64;

/// How often one is tried, with twice the pause each time: about a minute in all.
const TRIES: u32 = 6;

/// The first pause.
const PAUSE: Duration = Duration::from_secs(2);

/// How long one try may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long what still waits is given at the end.
const LAST: Duration = Duration::from_secs(5);

pub(crate) struct Webhook {
    waiting: Option<Sender<Value>>,
    sender: Option<JoinHandle<()>>,
    metrics: Arc<Metrics>,
}

impl Webhook {
    /// To a URL, or to nobody. Called within the runtime.
    pub(crate) fn start(url: Option<&str>, metrics: Arc<Metrics>) -> Result<Self, String> {
        let Some(url) = url else { return Ok(Self { waiting: None, sender: None, metrics }) };
        let url: Url = url.parse().map_err(|error| format!("{url} is no url: {error}"))?;
        install_tls();
        let client = Client::builder().timeout(PATIENCE).redirect(redirect::Policy::none()).build();
        let client = client.map_err(|error| error.to_string())?;
        let (waiting, reports) = channel(WAITING);
        let sender = tokio::spawn(send_all(client, url, reports, metrics.clone()));
        Ok(Self { waiting: Some(waiting), sender: Some(sender), metrics })
    }

    /// Sends a report as soon as may be. Where too many wait already it is dropped, and counted.
    pub(crate) fn report(&self, report: Value) {
        let Some(waiting) = &self.waiting else { return };
        if waiting.try_send(report).is_err() {
            count(&self.metrics, "dropped");
        }
    }

    /// Gives what still waits a moment.
    pub(crate) async fn finish(mut self) {
        drop(self.waiting.take());
        if let Some(sender) = self.sender.take() {
            let abort = sender.abort_handle();
            if timeout(LAST, sender).await.is_err() {
                abort.abort();
            }
        }
    }
}

async fn send_all(client: Client, url: Url, mut reports: Receiver<Value>, metrics: Arc<Metrics>) {
    while let Some(report) = reports.recv().await {
        let body = report.to_string();
        let is_sent = send(&client, &url, &body).await;
        count(&metrics, if is_sent { "sent" } else { "failed" });
    }
}

async fn send(client: &Client, url: &Url, body: &str) -> bool {
    for tried in 0..TRIES {
        let request = client.post(url.clone()).header(CONTENT_TYPE, "application/json").body(body.to_owned());
        if request.send().await.is_ok_and(|answer| answer.status().is_success()) {
            return true;
        }
        if tried + 1 < TRIES {
            sleep(PAUSE * 2_u32.pow(tried)).await;
        }
    }
    false
}

fn count(metrics: &Metrics, outcome: &str) {
    metrics.add_labelled("webhook_total", format!("outcome=\"{outcome}\""));
}

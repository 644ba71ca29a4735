//! Numbers for Prometheus, in its text format.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Each number that there is: its name behind `metis_light_`, its kind, what it says.
const KNOWN: &[(&str, &str, &str)] = &[
    ("batches_posted", "gauge", "How many batches L1 holds."),
    ("batch_attested", "gauge", "The index of the batch that was attested last."),
    ("lag_batches", "gauge", "Posted batches about which nothing was said yet."),
    ("lag_seconds", "gauge", "For how long the oldest of them has been posted, by L1's time."),
    ("verdicts_total", "counter", "What was said since the start, by verdict: agrees, dissents, retracts."),
    ("dissents", "gauge", "Dissents that were not taken back."),
    ("block_hash_differs_total", "counter", "Batches whose header has another last block hash than the own node."),
    ("signatures_released_total", "counter", "Statements that were signed, written and synced since the start."),
    ("own_node_errors_total", "counter", "Times that the own node did not answer, or answered what is no chain."),
    ("own_node_waits_total", "counter", "Times that the own node had not come as far as a posted batch."),
    ("looks_total", "counter", "Looks at L1, by outcome: held, failed."),
    ("source_errors_total", "counter", "Sources that failed or lied, by kind."),
    ("l1_timestamp_seconds", "gauge", "The time of the L1 block that is attested under."),
    ("l1_age_seconds", "gauge", "How long ago that was."),
    ("in_set", "gauge", "Whether the key is in the proven set: 1 or 0."),
    ("weight", "gauge", "The weight of the key, in whole tokens of 18 decimals."),
    ("set_weight", "gauge", "The weight of the whole set, likewise."),
    ("set_members", "gauge", "How many are in the set."),
    ("collected", "gauge", "Statements of others that are kept."),
    ("equivocations_total", "counter", "Statements of others that contradict what their signer said before."),
    ("http_requests_total", "counter", "Requests that were answered, by status."),
    ("webhook_total", "counter", "Alarms, by outcome: sent, failed, dropped."),
];

#[derive(Default)]
pub(crate) struct Metrics(Mutex<BTreeMap<(&'static str, String), f64>>);

impl Metrics {
    /// All counters at zero, so that a first event is seen as a rise.
    pub(crate) fn new() -> Self {
        let metrics = Self::default();
        for (name, kind, _) in KNOWN.iter().filter(|(_, kind, _)| *kind == "counter") {
            debug_assert_eq!(*kind, "counter");
            for label in labels(name) {
                metrics.values().insert((name, (*label).to_owned()), 0.0);
            }
        }
        metrics
    }

    pub(crate) fn set(&self, name: &'static str, value: f64) {
        self.values().insert((name, String::new()), value);
    }

    pub(crate) fn add(&self, name: &'static str) {
        self.add_labelled(name, String::new());
    }

    /// `label` is the whole of it: `verdict="agrees"`. Its values are few and our own.
    pub(crate) fn add_labelled(&self, name: &'static str, label: String) {
        *self.values().entry((name, label)).or_default() += 1.0;
    }

    pub(crate) fn render(&self) -> String {
        let values = self.values();
        let mut text = String::new();
        for (name, kind, help) in KNOWN {
            // Writing to a string does not fail.
            let _ = writeln!(text, "# HELP metis_light_{name} {help}\n# TYPE metis_light_{name} {kind}");
            for ((_, label), value) in values.range((*name, String::new())..).take_while(|((of, _), _)| of == name) {
                let _ = match label.as_str() {
                    "" => writeln!(text, "metis_light_{name} {value}"),
                    label => writeln!(text, "metis_light_{name}{{{label}}} {value}"),
                };
            }
        }
        text
    }

    fn values(&self) -> MutexGuard<'_, BTreeMap<(&'static str, String), f64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The labels that a counter begins with.
fn labels(name: &str) -> &'static [&'static str] {
    match name {
        "verdicts_total" => &["verdict=\"agrees\"", "verdict=\"dissents\"", "verdict=\"retracts\""],
        "looks_total" => &["outcome=\"held\"", "outcome=\"failed\""],
        "webhook_total" => &["outcome=\"sent\"", "outcome=\"failed\"", "outcome=\"dropped\""],
        "source_errors_total" => &["kind=\"beacon\"", "kind=\"l1\""],
        "http_requests_total" => &[],
        _ => &[""],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_its_help_and_its_kind() {
        let metrics = Metrics::new();
        metrics.set("batches_posted", 4.0);
        metrics.add_labelled("verdicts_total", "verdict=\"agrees\"".to_owned());
        metrics.add_labelled("http_requests_total", "status=\"200\"".to_owned());
        let text = metrics.render();
        for line in [
            "# TYPE metis_light_batches_posted gauge",
            "metis_light_batches_posted 4",
            "metis_light_verdicts_total{verdict=\"agrees\"} 1",
            "metis_light_verdicts_total{verdict=\"dissents\"} 0",
            "metis_light_http_requests_total{status=\"200\"} 1",
        ] {
            assert!(text.lines().any(|written| written == line), "{line}\n{text}");
        }
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let name = line.split(['{', ' ']).next().expect("a name").trim_start_matches("metis_light_");
            assert!(KNOWN.iter().any(|(known, _, _)| *known == name), "{line}");
        }
    }
}

//! One's own L2 node: the one source that is believed, for it is what is signed.
//!
//! What can go wrong: it has not come so far, it restarts, or it is reorganised between two answers. None of that is a verdict;
//! what it gives is looked at as a chain before anything is compared (`Posted::check`).

use metis_light::client::{Call, Request, Source};
use metis_light::shell::{Native, Transport};
use metis_light::wire::BlockRecord;
use std::cell::Cell;
use std::time::Duration;
use tokio::time::timeout;

pub(crate) struct OwnNode {
    node: Native,
    /// Whether it does not know l2geth's call for a range of blocks.
    lacks_ranges: Cell<bool>,
}

/// The most blocks of one `eth_getBlockRange`, by l2geth.
const RANGE: u64 = 1000;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

impl OwnNode {
    pub(crate) fn new(url: &str) -> Result<Self, String> {
        let node = Native::new([(Source::L2, url.to_owned())])?.json_only();
        Ok(Self { node, lacks_ranges: Cell::new(false) })
    }

    /// Its url, without what may be secret in it.
    pub(crate) fn name(&self) -> String {
        self.node.name(Source::L2, 0)
    }

    /// Refuses a node of another chain. One that does not answer yet may be starting.
    pub(crate) async fn check_chain(&self, expected: u64) -> Result<(), String> {
        match self.chain_id().await {
            Ok(got) if got != expected => Err(format!("the own node is of chain {got}, not of {expected}")),
            _ => Ok(()),
        }
    }

    /// Which chain it is of.
    async fn chain_id(&self) -> Result<u64, String> {
        let [reply] = &self.ask(&[call("eth_chainId", "[]".to_owned())]).await?[..] else { return Err(NOTHING.into()) };
        let text = String::from_utf8_lossy(reply);
        let digits = text.trim().trim_matches('"').trim_start_matches("0x");
        u64::from_str_radix(digits, 16).map_err(|_| format!("its chain id is {text:.40}"))
    }

    /// Its blocks from `first` to `last`; fewer where it has not come so far.
    pub(crate) async fn blocks(&self, first: u64, last: u64) -> Result<Vec<BlockRecord>, String> {
        let mut blocks = Vec::new();
        let mut from = first;
        while from <= last {
            let to = last.min(from.saturating_add(RANGE - 1));
            let part = self.part(from, to).await?;
            let is_whole = part.len() as u64 == to - from + 1;
            blocks.extend(part);
            if !is_whole {
                break;
            }
            from = to + 1;
        }
        Ok(blocks)
    }

    async fn part(&self, first: u64, last: u64) -> Result<Vec<BlockRecord>, String> {
        if !self.lacks_ranges.get()
            && let Ok(blocks) = self.range(first, last).await
        {
            return Ok(blocks);
        }
        let blocks = self.one_by_one(first, last).await?;
        // Only then was it about the call, and not about the node or about blocks that are not there yet.
        self.lacks_ranges.set(blocks.len() as u64 == last - first + 1);
        Ok(blocks)
    }

    async fn range(&self, first: u64, last: u64) -> Result<Vec<BlockRecord>, String> {
        let asked = call("eth_getBlockRange", format!("[\"{first:#x}\",\"{last:#x}\",false]"));
        let [reply] = &self.ask(&[asked]).await?[..] else { return Err(NOTHING.into()) };
        BlockRecord::parse_all(reply).map_err(|error| error.to_string())
    }

    async fn one_by_one(&self, first: u64, last: u64) -> Result<Vec<BlockRecord>, String> {
        let one = |block| call("eth_getBlockByNumber", format!("[\"{block:#x}\",false]"));
        let asked: Vec<Request> = (first..=last).map(one).collect();
        let replies = self.ask(&asked).await?;
        let blocks = replies.iter().map(|reply| BlockRecord::parse(reply).map_err(|error| error.to_string()));
        // What comes after the first that is not there is of no use.
        blocks.map_while(Result::transpose).collect()
    }

    async fn ask(&self, requests: &[Request]) -> Result<Vec<Vec<u8>>, String> {
        let replies = timeout(PATIENCE, self.node.fetch(Source::L2, 0, requests)).await;
        let replies = replies.map_err(|_| format!("no answer in {} seconds", PATIENCE.as_secs()))?;
        replies.into_iter().map(|reply| reply.map_err(|failure| failure.what)).collect()
    }
}

const NOTHING: &str = "it answered nothing";

fn call(method: &'static str, params: String) -> Request {
    Request::L2(Call { method, params })
}

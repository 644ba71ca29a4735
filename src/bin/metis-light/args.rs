use clap::{Parser, Subcommand};
use metis_light::consensus::Checkpoint;
use metis_light::evidence::Ground;
use metis_light::primitives::{Address, B256, StorageSlot, UnixTime};
use metis_light::rollup::{Accepted, Change};
use std::net::SocketAddr;
use std::path::PathBuf;

/// A light client for the Metis Andromeda rollup: what a server says is proven, not believed.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
pub(crate) struct Args {
    /// Print one JSON object instead of text.
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Compare each new batch with your own L2 node, sign what you found, and serve it. Goes on until it is stopped.
    Attest(AttestArgs),
    /// Count what verifiers signed about a batch, by the stakes that L1 proves.
    Attestations(AttestationsArgs),
    /// Prove the METIS of an account.
    Balance {
        /// The account.
        #[arg(value_parser = address)]
        address: Address,
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        live: LiveArgs,
    },
    /// Write a portable proof, to be checked anywhere with `verify bundle`.
    #[command(subcommand)]
    Bundle(Bundle),
    /// Prove the code of an account.
    Code {
        /// The account.
        #[arg(value_parser = address)]
        address: Address,
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        live: LiveArgs,
    },
    /// Prove where the deposits of an L1 transaction stand on L2.
    Deposit {
        /// The L1 transaction.
        #[arg(value_name = "TX_HASH", value_parser = word)]
        transaction: B256,
        #[command(flatten)]
        live: LiveArgs,
    },
    /// Walk the ladder of trust over embedded data, without a network.
    Demo,
    /// Prove every dispute: flags, dispute games, challenges; who may delete batches; and what it means for one of them.
    Disputes {
        #[command(flatten)]
        about: crate::disputes::About,
        #[command(flatten)]
        live: LiveArgs,
    },
    /// Probe each source: is it reached, of the right chain, current, and what can it do?
    Doctor {
        #[command(flatten)]
        live: LiveArgs,
    },
    /// Prove where the rollup is: L1's heads, the last batch, the window, disputes.
    Head {
        #[command(flatten)]
        live: LiveArgs,
    },
    /// Make or read a verifier's key file. Secrets and passwords come from files or the environment, never as arguments.
    #[command(subcommand)]
    Key(KeyArgs),
    /// Stand between a client and an honest source and tell one lie, to see what the client makes of it. Prints its url, and
    /// goes on until it is stopped.
    Lie(LieArgs),
    /// Print the call that relays a withdrawal.
    RelayCalldata {
        /// The L2 transaction that sent it.
        #[arg(value_name = "TX_HASH", value_parser = word)]
        transaction: B256,
        #[command(flatten)]
        live: LiveArgs,
    },
    /// Run the client over a recording, and compare what it finds with what was true; tell it lies where there are some.
    Replay {
        /// Holds `network.json`, `calls.json` and `expected.json`, or `lies.json` about recordings beside it; plain or gzipped.
        directory: PathBuf,
    },
    /// Prove words of an account's storage, in one proof.
    Storage {
        /// The account.
        #[arg(value_parser = address)]
        address: Address,
        /// The slots: numbers or 32 bytes.
        #[arg(required = true, value_name = "SLOT", value_parser = slot)]
        slots: Vec<StorageSlot>,
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        live: LiveArgs,
    },
    /// Follow L1 from a checkpoint or from a saved store.
    Sync {
        #[command(flatten)]
        live: LiveArgs,
    },
    /// Prove whose word about a batch counts, and how much.
    Verifiers {
        #[command(flatten)]
        live: LiveArgs,
    },
    /// Check files without a network. Every FILE may be gzipped; `-` is standard input.
    #[command(subcommand)]
    Verify(Verify),
    /// Prove everything again and again, and print a line for each change. With --json, one object a line.
    Watch(WatchArgs),
    /// Prove the withdrawals that an L2 transaction sent, and where they stand on L1.
    Withdrawal {
        /// The L2 transaction.
        #[arg(value_name = "TX_HASH", value_parser = word)]
        transaction: B256,
        /// Prove by the transaction's receipt that it sent these messages and no others: the headers from its batch's last
        /// block down are asked for. Only where the batch names that block, as all do since May 2025.
        #[arg(long)]
        prove_sender: bool,
        #[command(flatten)]
        live: LiveArgs,
    },
}

/// At which block.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct At {
    /// The L2 block; else the last one that is posted. The node must still have its state.
    #[arg(long, value_name = "N")]
    pub(crate) block: Option<u64>,
    /// How firmly the block's batch must stand: the newest block that does is taken, and one that is named and does not is
    /// refused. A final batch is attested too.
    #[arg(long, value_name = "FLOOR", value_enum, default_value_t = MinFinality::Posted)]
    pub(crate) min_finality: MinFinality,
}

/// How firmly a batch must stand.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum MinFinality {
    /// In a batch on L1.
    Posted,
    /// And a quorum of verifiers signed it.
    Attested,
    /// And its window is over.
    Final,
}

#[derive(Debug, clap::Args)]
pub(crate) struct AttestationsArgs {
    /// The batch's index; else the last one.
    #[arg(value_name = "BATCH")]
    pub(crate) batch: Option<u64>,
    /// Write what shows that a verifier lied to this folder, a file each, to be checked with `verify evidence`.
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) evidence: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) live: LiveArgs,
}

/// Which network, from where, and whom to ask. Sources are not believed; several of a kind are asked in turn.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct LiveArgs {
    /// A TOML file for what flags and environment leave open: network, checkpoint, store, beacon, l1, l2. Else
    /// metis-light/config.toml in the user's configuration folder, where there is one.
    #[arg(long, value_name = "FILE", env = "METIS_LIGHT_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Which rollup: andromeda (if none is named), metis-sepolia or a network file.
    #[arg(long, value_name = "N", env = "METIS_LIGHT_NETWORK")]
    pub(crate) network: Option<String>,
    /// The one thing taken on faith: the root of a finalized beacon block. Not needed where a store is saved.
    #[arg(long, value_name = "ROOT", env = "METIS_LIGHT_CHECKPOINT", value_parser = word)]
    pub(crate) checkpoint: Option<B256>,
    /// Take a checkpoint older than the weak subjectivity period; every result then says so.
    #[arg(long)]
    pub(crate) allow_old_checkpoint: bool,
    /// Where to save what was verified, and to go on from; checked again when it is read.
    #[arg(long, value_name = "FILE", env = "METIS_LIGHT_STORE")]
    pub(crate) store: Option<PathBuf>,
    /// Servers of Ethereum's Beacon API.
    #[arg(long, value_name = "URL", env = "METIS_LIGHT_BEACON", value_delimiter = ',')]
    pub(crate) beacon: Vec<String>,
    /// Execution nodes of L1.
    #[arg(long, value_name = "URL", env = "METIS_LIGHT_L1", value_delimiter = ',')]
    pub(crate) l1: Vec<String>,
    /// Nodes of the rollup.
    #[arg(long, value_name = "URL", env = "METIS_LIGHT_L2", value_delimiter = ',')]
    pub(crate) l2: Vec<String>,
    /// Servers of verifiers' attestations. What all of them say is put together.
    #[arg(long, value_name = "URL", env = "METIS_LIGHT_ATTESTATIONS", value_delimiter = ',')]
    pub(crate) attestations: Vec<String>,
    #[command(flatten)]
    pub(crate) quorum: QuorumArgs,
    /// The time to judge at, in Unix seconds; else the clock's.
    #[arg(long, value_name = "UNIX")]
    pub(crate) now: Option<u64>,
}

/// Whose word counts, and how much of it is enough.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct QuorumArgs {
    /// Where it stands whose word counts: locking-pool, mvm-verifier, or list for the network file's verifiers. Else what the
    /// network's data means.
    #[arg(long, value_name = "POLICY", value_enum)]
    pub(crate) verifiers: Option<Verifiers>,
    /// Attested takes strictly more than this share of the weight.
    #[arg(long, value_name = "N/OF", value_parser = share, default_value = "2/3")]
    pub(crate) quorum: (u64, u64),
    /// And at least so many signers.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) quorum_signers: usize,
    /// Take a lower quorum than two thirds and three signers; every result then says so.
    #[arg(long)]
    pub(crate) lower_quorum: bool,
}

/// Where it stands whose word counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum Verifiers {
    /// The active sequencers of the LockingPool.
    LockingPool,
    /// The stakes in MVM_Verifier.
    MvmVerifier,
    /// The network file's list.
    List,
}

#[derive(Debug, clap::Args)]
pub(crate) struct WatchArgs {
    /// Withdrawals to watch as well, by the L2 transactions that sent them.
    #[arg(value_name = "TX_HASH", value_parser = word)]
    pub(crate) withdrawals: Vec<B256>,
    /// Seconds between two looks. L1 finalizes every 384.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) every: u64,
    /// Stop after so many looks.
    #[arg(long, value_name = "N")]
    pub(crate) looks: Option<u64>,
    #[command(flatten)]
    pub(crate) live: LiveArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct AttestArgs {
    /// The key file that `key new` or `key import` wrote, or any of Web3 Secret Storage, version 3.
    #[arg(long, value_name = "FILE", env = "METIS_LIGHT_KEY")]
    pub(crate) key: PathBuf,
    #[command(flatten)]
    pub(crate) password: PasswordArgs,
    /// Where the log of what was said is kept. It must outlast everything: who loses it must not use the key again.
    #[arg(long, value_name = "DIRECTORY", env = "METIS_LIGHT_DATA")]
    pub(crate) data: PathBuf,
    /// Your own L2 node, which executes the transactions that are on L1. It is believed; sources are not.
    #[arg(long, value_name = "URL", env = "METIS_LIGHT_OWN_NODE")]
    pub(crate) own_node: String,
    /// Where to serve.
    #[arg(long, value_name = "ADDRESS", env = "METIS_LIGHT_LISTEN", default_value = "127.0.0.1:9470")]
    pub(crate) listen: SocketAddr,
    /// Seconds between two looks. L1 finalizes every 384.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) every: u64,
    /// Stop after so many looks.
    #[arg(long, value_name = "N")]
    pub(crate) looks: Option<u64>,
    /// The batch to begin with where nothing was said yet; else the newest.
    #[arg(long, value_name = "INDEX")]
    pub(crate) from: Option<u64>,
    /// Attest what L1's newest head holds, which may be left behind, in place of what is finalized.
    #[arg(long)]
    pub(crate) optimistic: bool,
    /// How often the own node is asked again before it is said that a state root differs.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) rechecks: u32,
    /// Seconds before each of these times.
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    pub(crate) recheck_after: u64,
    /// Where to post a report when a state root or a block hash differs.
    #[arg(long, value_name = "URL", env = "METIS_LIGHT_WEBHOOK", hide_env_values = true)]
    pub(crate) webhook: Option<String>,
    /// How often one address may ask; all of them together 20 times as often.
    #[arg(long, value_name = "N", default_value_t = 120)]
    pub(crate) requests_per_minute: u32,
    /// Attest though the key is not in the proven set; its word does not count.
    #[arg(long)]
    pub(crate) outside_the_set: bool,
    #[command(flatten)]
    pub(crate) live: LiveArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyArgs {
    /// Make a key and lock it with a password.
    New {
        /// The file to write; none is written over.
        file: PathBuf,
        /// Lock it with 4 MiB of memory in place of 256: fast, and weak against guessing.
        #[arg(long)]
        light: bool,
        #[command(flatten)]
        password: PasswordArgs,
    },
    /// Lock a key that you have.
    Import {
        /// The file to write; none is written over.
        file: PathBuf,
        /// A file with the key as 64 hex digits; `-` is standard input.
        #[arg(long, value_name = "FILE")]
        secret: PathBuf,
        /// Lock it with 4 MiB of memory in place of 256: fast, and weak against guessing.
        #[arg(long)]
        light: bool,
        #[command(flatten)]
        password: PasswordArgs,
    },
    /// Print the address that a key file names.
    Show {
        /// The key file.
        file: PathBuf,
    },
}

/// Where the password is.
#[derive(Debug, clap::Args)]
pub(crate) struct PasswordArgs {
    /// A file with the password; else it is METIS_LIGHT_PASSWORD in the environment.
    #[arg(long, value_name = "FILE", env = "METIS_LIGHT_PASSWORD_FILE")]
    pub(crate) password_file: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct LieArgs {
    /// The honest source: a server of the Beacon API, or a node of L1 or of the rollup.
    #[arg(long, value_name = "URL", required_unless_present = "list")]
    pub(crate) upstream: Option<String>,
    /// Which lie.
    #[arg(long, value_name = "NAME", required_unless_present = "list")]
    pub(crate) lie: Option<String>,
    /// The port on this machine; else a free one.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) port: u16,
    /// List the lies: the name, who can tell it, and what is false in it.
    #[arg(long)]
    pub(crate) list: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Bundle {
    /// Of the METIS of an account.
    Balance {
        /// The account.
        #[arg(value_parser = address)]
        address: Address,
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        to: To,
        #[command(flatten)]
        live: LiveArgs,
    },
    /// Of words of an account's storage.
    Storage {
        /// The account.
        #[arg(value_parser = address)]
        address: Address,
        /// The slots: numbers or 32 bytes.
        #[arg(required = true, value_name = "SLOT", value_parser = slot)]
        slots: Vec<StorageSlot>,
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        to: To,
        #[command(flatten)]
        live: LiveArgs,
    },
    /// Of the withdrawals that an L2 transaction sent, as soon as their batch is posted.
    Withdrawal {
        /// The L2 transaction.
        #[arg(value_name = "TX_HASH", value_parser = word)]
        transaction: B256,
        #[command(flatten)]
        to: To,
        #[command(flatten)]
        live: LiveArgs,
    },
}

/// Where a bundle goes.
#[derive(Debug, clap::Args)]
pub(crate) struct To {
    /// The file to write, gzipped where its name ends in `.gz`; else standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verify {
    /// A batch's header and state roots: do they give the batch root?
    Batch {
        /// JSON: `{ batch: { root, size, prevTotalElements, extraData }, stateRoots: [..] }`.
        file: PathBuf,
    },
    /// A portable proof: does it lead from your checkpoint to what it says?
    Bundle(BundleArgs),
    /// Light-client data of Ethereum: does it lead from a checkpoint to a header?
    Consensus(ConsensusArgs),
    /// Evidence against a verifier: two statements that contradict each other, or one that is false.
    Evidence(EvidenceArgs),
    /// Answers of `eth_getProof`: do they hold under a state root that you name?
    Proof(ProofArgs),
    /// Withdrawals from Metis: is the message in the state root, and the state root in the batch root?
    Withdrawal {
        /// JSON: the arguments of `relayMessage`, one object or an array of them.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

/// What a document of strangers is checked under, all of it the checker's.
#[derive(Debug, clap::Args)]
pub(crate) struct GroundArgs {
    /// Whose contracts, pins and verifiers count: andromeda, metis-sepolia or a network file.
    #[arg(long, value_name = "N", env = "METIS_LIGHT_NETWORK", default_value = "andromeda")]
    pub(crate) network: String,
    /// The one thing taken on faith: the root of a finalized beacon block, at which a bundle must begin. Evidence that needs
    /// no L1 needs none; a bundle tells without it which one it needs.
    #[arg(long, value_name = "ROOT", env = "METIS_LIGHT_CHECKPOINT", value_parser = word)]
    checkpoint: Option<B256>,
    /// Take a checkpoint older than the weak subjectivity period; every result then says so.
    #[arg(long)]
    allow_old_checkpoint: bool,
    /// Take a value that differs from its pin, named exactly; may be given again.
    #[arg(long, value_name = "WHAT=VALUE", value_parser = accepted)]
    pub(crate) accept: Vec<(Change, B256)>,
    /// The time to judge at, in Unix seconds; else the clock's.
    #[arg(long, value_name = "UNIX")]
    pub(crate) now: Option<u64>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct BundleArgs {
    #[command(flatten)]
    pub(crate) ground: GroundArgs,
    /// Show the calls that relay its withdrawals too.
    #[arg(long)]
    pub(crate) relay_calldata: bool,
    /// What `bundle` wrote.
    pub(crate) file: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct EvidenceArgs {
    #[command(flatten)]
    pub(crate) ground: GroundArgs,
    /// What `attestations --evidence` wrote.
    pub(crate) file: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ConsensusArgs {
    /// Which L1: mainnet, sepolia, or a file (a network file, or `{ spec, genesis }` as a beacon node answers them).
    #[arg(long, value_name = "N", default_value = "mainnet")]
    pub(crate) network: String,
    /// The one thing taken on faith: the root of a finalized beacon block.
    #[arg(long, value_name = "ROOT", value_parser = word)]
    pub(crate) checkpoint: B256,
    /// The time to judge at, in Unix seconds; else the clock's.
    #[arg(long, value_name = "UNIX")]
    pub(crate) now: Option<u64>,
    /// Take a checkpoint older than the weak subjectivity period; every result then says so.
    #[arg(long)]
    pub(crate) allow_old_checkpoint: bool,
    /// The checkpoint's bootstrap: JSON or SSZ.
    #[arg(long, value_name = "FILE")]
    pub(crate) bootstrap: PathBuf,
    /// Updates, finality and optimistic updates in order: JSON or SSZ, one or a list.
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ProofArgs {
    /// The state root, 32 bytes.
    #[arg(long, value_name = "ROOT", value_parser = word)]
    pub(crate) state_root: B256,
    /// The account to be shown; else the one that the answer names.
    #[arg(long, value_name = "A", value_parser = address)]
    pub(crate) address: Option<Address>,
    /// Slots to be shown, numbers or 32 bytes; else those that the answer names.
    // FILE may follow, and is then the last of these: `slots_and_file` tells them apart.
    #[arg(long = "slot", value_name = "S", num_args = 1..)]
    slots: Vec<String>,
    /// Show the METIS of this account: FILE holds the predeploy's answer and the account's own.
    #[arg(long, value_name = "A", value_parser = address, conflicts_with_all = ["address", "slots"])]
    pub(crate) metis_balance: Option<Address>,
    /// Whose pins count for the balance: andromeda, metis-sepolia or a network file.
    #[arg(long, value_name = "N", default_value = "andromeda", requires = "metis_balance")]
    pub(crate) network: String,
    /// JSON: one answer or an array of them, bare or in the JSON-RPC envelope.
    file: Option<PathBuf>,
}

impl GroundArgs {
    /// What to check under at a time; none without a checkpoint.
    pub(crate) fn at(&self, now: UnixTime) -> Option<Ground> {
        let of = if self.allow_old_checkpoint { Checkpoint::of_any_age } else { Checkpoint::new };
        let accepted = self.accept.iter().fold(Accepted::none(), |all, (what, value)| all.accept(*what, *value));
        self.checkpoint.map(|root| Ground { checkpoint: of(root), accepted, now })
    }
}

impl LiveArgs {
    /// The rollup's name, or its file.
    pub(crate) fn network(&self) -> &str {
        self.network.as_deref().unwrap_or("andromeda")
    }
}

impl ProofArgs {
    /// The slots asked for, and the file.
    pub(crate) fn slots_and_file(&self) -> Result<(Vec<StorageSlot>, PathBuf), String> {
        let (slots, file) = match (&self.file, self.slots.split_last()) {
            (Some(file), _) => (self.slots.as_slice(), file.clone()),
            (None, Some((file, slots))) if !slots.is_empty() => (slots, file.into()),
            _ => return Err("FILE is missing".into()),
        };
        Ok((slots.iter().map(|text| slot(text)).collect::<Result<_, String>>()?, file))
    }
}

/// A change by its name, and the word that is taken for it: an address may stand for its own.
fn accepted(text: &str) -> Result<(Change, B256), String> {
    let (what, value) = text.split_once('=').ok_or("it must be WHAT=VALUE")?;
    let names = || Change::ALL.map(Change::name).join(", ");
    let what = Change::ALL.into_iter().find(|change| change.name() == what);
    let value = word(value).or_else(|_| address(value).map(|address| address.into_word()));
    Ok((what.ok_or_else(|| format!("WHAT must be one of {}", names()))?, value?))
}

fn share(text: &str) -> Result<(u64, u64), String> {
    let parts = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
    parts.ok_or_else(|| format!("{text} is no share such as 2/3"))
}

fn slot(text: &str) -> Result<StorageSlot, String> {
    text.parse().map_err(|error| format!("{text} is {error}"))
}

fn word(text: &str) -> Result<B256, String> {
    prefixed(text)?.parse().map_err(|error| format!("not 32 bytes of hex: {error}"))
}

fn address(text: &str) -> Result<Address, String> {
    prefixed(text)?.parse().map_err(|error| format!("not an address: {error}"))
}

fn prefixed(text: &str) -> Result<&str, String> {
    if text.starts_with("0x") { Ok(text) } else { Err("hex must begin with 0x".into()) }
}

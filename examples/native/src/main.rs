//! The METIS of an address, or where the withdrawals of a transaction stand: `cargo run -- 0x…`
//!
//! The sources and the checkpoint come from the environment, as for the command `metis-light`. What does not hold is not
//! printed: the program ends with 1 and says what was refused, and by whom.

use metis_light::client::{MetisBalanceOf, Source};
use metis_light::consensus::Checkpoint;
use metis_light::network::{self, Network};
use metis_light::primitives::{Address, B256, UnixTime};
use metis_light::shell::{At, Native, Session};
use std::env::{args, var};
use std::error::Error;
use std::process::ExitCode;
use tokio::runtime::Builder;

fn main() -> ExitCode {
    match run() {
        Ok(found) => println!("{found}"),
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn run() -> Result<String, Box<dyn Error>> {
    let asked = args().nth(1).ok_or("name an address or an L2 transaction")?;
    let session = open()?;
    let found = Builder::new_current_thread().enable_all().build()?.block_on(answer(&session, &asked));
    for blame in session.take_blamed() {
        eprintln!("{} was passed over: {}", session.transport().name(blame.kind, blame.source), blame.error);
    }
    found
}

/// A session that begins at the checkpoint. Nobody is asked yet.
fn open() -> Result<Session<Native>, Box<dyn Error>> {
    let name = var("METIS_LIGHT_NETWORK").unwrap_or_else(|_| "andromeda".to_owned());
    let network = match network::built_in(&name) {
        Some(network) => network,
        None => Network::from_json(&std::fs::read(name)?)?,
    };
    let checkpoint: B256 = var("METIS_LIGHT_CHECKPOINT")?.parse()?;
    let urls = [
        (Source::Beacon, var("METIS_LIGHT_BEACON")?),
        (Source::L1, var("METIS_LIGHT_L1")?),
        (Source::L2, var("METIS_LIGHT_L2")?),
    ];
    let mut sources = Native::new(urls)?;
    // A test network's clock may stand elsewhere.
    if let Ok(now) = var("METIS_LIGHT_NOW") {
        sources = sources.at(UnixTime(now.parse()?));
    }
    Ok(Session::from_checkpoint(network, Checkpoint::new(checkpoint), sources))
}

async fn answer(session: &Session<Native>, asked: &str) -> Result<String, Box<dyn Error>> {
    if let Ok(who) = asked.parse::<Address>() {
        let at = session.state_root(At::Newest).await?;
        let balance = session.ask(MetisBalanceOf { at, who }).await?;
        let at = balance.at();
        return Ok(format!("{} wei at block {}, {:?}", balance.value().wei, at.block(), at.batch().finality()));
    }
    let states = session.withdrawals(asked.parse()?).await?;
    Ok(states.iter().map(|state| format!("{} {:?}", state.hash(), state.status)).collect::<Vec<_>>().join("\n"))
}

//! The command line: reads files, runs the checks of the library, prints what they found.
//!
//! Exit codes: 0 it holds; 1 it is refused; 2 misuse, or input that cannot be read or lacks the shape.

#![forbid(unsafe_code)]
#![allow(clippy::disallowed_methods, reason = "files, arguments and the environment are read here and nowhere below")]
#![allow(clippy::print_stdout, reason = "printing is what a command line does")]

mod args;
mod ask;
mod attest;
mod attestations;
mod bundle;
mod config;
mod demo;
mod deposit;
mod disputes;
mod doctor;
mod head;
mod input;
mod key;
mod lie;
mod live;
mod outcome;
mod paper;
mod replay;
mod verifiers;
mod verify_batch;
mod verify_bundle;
mod verify_consensus;
mod verify_evidence;
mod verify_proof;
mod verify_withdrawal;
mod watch;
mod withdrawal;

use args::{Args, Command, Verify};
use clap::Parser;
use outcome::Outcome;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Args { json, command } = Args::parse();
    let has_told = matches!(command, Command::Attest(_) | Command::Lie(_) | Command::Watch(_));
    let outcome = run(command, json);
    // What was seen has been told already.
    if has_told && outcome.has_held() {
        return outcome.exit_code();
    }
    let printed = if json { outcome.print_json() } else { outcome.print() };
    match printed {
        Ok(()) => outcome.exit_code(),
        // Whoever reads the output has gone; nobody is left to tell.
        Err(_) => ExitCode::from(outcome::MISUSE),
    }
}

fn run(command: Command, as_json: bool) -> Outcome {
    match command {
        Command::Attest(args) => attest::run(&args, as_json),
        Command::Attestations(args) => attestations::run(&args),
        Command::Balance { address, at, live } => ask::balance(address, at, &live),
        Command::Bundle(asked) => bundle::run(&asked),
        Command::Code { address, at, live } => ask::code(address, at, &live),
        Command::Deposit { transaction, live } => deposit::run(transaction, &live),
        Command::Demo => demo::run(),
        Command::Disputes { about, live } => disputes::run(about, &live),
        Command::Doctor { live } => doctor::run(&live),
        Command::Head { live } => head::run(&live),
        Command::Key(asked) => key::run(&asked),
        Command::Lie(args) => lie::run(&args, as_json),
        Command::RelayCalldata { transaction, live } => withdrawal::relay_calldata(transaction, &live),
        Command::Replay { directory } => replay::run(&directory),
        Command::Storage { address, slots, at, live } => ask::storage(address, slots, at, &live),
        Command::Sync { live } => ask::sync(&live),
        Command::Verifiers { live } => verifiers::run(&live),
        Command::Verify(Verify::Batch { file }) => verify_batch::run(&file),
        Command::Verify(Verify::Bundle(asked)) => verify_bundle::run(&asked),
        Command::Verify(Verify::Consensus(asked)) => verify_consensus::run(&asked),
        Command::Verify(Verify::Evidence(asked)) => verify_evidence::run(&asked),
        Command::Verify(Verify::Proof(question)) => verify_proof::run(&question),
        Command::Verify(Verify::Withdrawal { files }) => verify_withdrawal::run(&files),
        Command::Watch(args) => watch::run(&args, as_json),
        Command::Withdrawal { transaction, prove_sender, live } => withdrawal::run(transaction, prove_sender, &live),
    }
}

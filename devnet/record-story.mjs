#!/usr/bin/env node
// Makes a recording for tests: a withdrawal through its phases and a deposit, from a checkpoint; and what was true at each phase.
//
//   node record-story.mjs DIRECTORY
//
// The client that `cargo build` has made asks through a recorder, and so the recording has what its flows ask for. What is
// expected of them comes from the chains themselves.

import { gzipSync } from 'node:zlib'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { numberToHex } from 'viem'
import { argumentsOf, run } from './test/e2e/support/client.mjs'
import { rpcTo } from './src/execution/rpc.mjs'
import { Expected } from './src/expected.mjs'
import { startRecorder } from './src/record.mjs'
import { actors, message as messages, PREDEPLOYS } from './src/rollup/index.mjs'
import { startWorld } from './src/world.mjs'

const WINDOW = 300

/** Years ago, so that the recording does not show when it was made. */
const GENESIS_TIME = 1_750_000_000

const [directory] = process.argv.slice(2)
if (!directory) throw new Error('node record-story.mjs DIRECTORY')

// A relay leaves slots of zero behind, of which anvil has no proofs that a client takes.
const world = await startWorld({ execution: 'ethereumjs', window: WINDOW, genesisTime: GENESIS_TIME })
const recorder = await startRecorder(world.urls)
try {
  await record()
} finally {
  await recorder.close()
  await world.stop()
}

async function record() {
  await world.addL2Blocks(2)
  await world.postBatch()
  const { element, block: deposited } = await world.deposit()
  const sent = await world.withdraw()
  await world.finalize()
  const story = { deposit: { element, block: deposited }, withdrawal: sent, accounts: actors }
  const expected = new Expected(world, story)
  const phase = async (name) => {
    recorder.begin(name)
    await expected.add(name)
    await ask({ deposit: element.l1TransactionHash, withdrawal: sent })
  }

  await phase('not-posted')
  const { timestamp } = await world.postBatch()
  await world.finalize()
  await phase('in-window')
  await world.finalizeUntil(timestamp + WINDOW)
  await phase('ready')
  await world.relay(sent.transactionHash)
  await world.finalize()
  await phase('relayed')

  await recorder.write(directory, { scenario: 'devnet-1', network: world.network() })
  await pack('calls.json')
  await writeFile(join(directory, 'expected.json'), `${JSON.stringify(await expected.all(), null, 1)}\n`)
}

/** Asks all that a flow may want to know at this moment. */
async function ask({ deposit, withdrawal }) {
  const scratch = await mkdtemp(join(tmpdir(), 'metis-light-record-'))
  const client = (...command) => run([...command.map(String), ...argumentsOf(world, recorder.urls)])
  try {
    // From the checkpoint, and from the store that this leaves.
    for (const _ of [1, 2]) await client('sync', '--store', join(scratch, 'store'))
  } finally {
    await rm(scratch, { recursive: true })
  }
  await client('head')
  await client('deposit', deposit)
  await client('withdrawal', withdrawal.transactionHash)
  for (let block = 1; block <= world.postedBlock; block++) {
    for (const { address } of [actors.alice, actors.bob]) await client('balance', address, '--block', block)
  }
  await askDirectly(withdrawal)
}

/** What no command asks for: all appends, the blocks themselves, and the withdrawal at the last posted block. */
async function askDirectly(withdrawal) {
  const [l1, l2] = [rpcTo(recorder.urls.l1), rpcTo(recorder.urls.l2)]
  const { stateCommitmentChain } = world.rollup.addresses
  await l1('eth_getLogs', [{ address: stateCommitmentChain, fromBlock: '0x0', toBlock: await l1('eth_blockNumber') }])
  for (let block = 1; block <= world.postedBlock; block++) {
    for (const full of [true, false]) await l2('eth_getBlockByNumber', [numberToHex(block), full])
    await l2('eth_getTransactionReceiptsByBlock', [numberToHex(block)])
  }
  const slots = withdrawal.messages.map(messages.passerSlot)
  await l2('eth_getProof', [PREDEPLOYS.messagePasser, slots, numberToHex(world.postedBlock)])
}

/** Replaces a file by its gzip, which is the same for the same bytes. */
async function pack(name) {
  const path = join(directory, name)
  await writeFile(`${path}.gz`, gzipSync(await readFile(path), { level: 9 }))
  await rm(path)
}

// Makes src/attestations.json: what five made-up verifiers say of the recorded chain's batches. Their keys are public, as are all
// keys of that chain. The last of them dissents about batch 1. Run from anywhere; a test sees that the file is what this makes.

import { readFileSync, writeFileSync } from 'node:fs'
import { keccak256 } from 'viem'
import { keys, sign, verifiers, zero } from '../../js/test/support/attestations.mjs'

const data = new URL('../../tests/data/devnet-1/', import.meta.url)
const read = (name) => JSON.parse(readFileSync(new URL(name, data)))
const file = new URL('src/attestations.json', import.meta.url)

/** The verifiers, and their words by the batches' indexes. */
export async function attestations() {
  const [network, expected] = [read('network.json'), read('expected.json')]
  const world = { options: { network } }
  const batches = await Promise.all(
    expected.batches.map((_, index) => Promise.all(keys.map((key) => sign(world, key, statement(network, expected, index, key))))),
  )
  return { verifiers: verifiers.map(({ address, weight }) => ({ address, weight: String(weight) })), batches }
}

function statement({ l2 }, { batches, phases, l2Headers }, index, key) {
  const { headerHash, stateRoots } = batches[index]
  const last = l2Headers.find(({ stateRoot }) => stateRoot === stateRoots.at(-1))
  const first = l2Headers.find(({ stateRoot }) => stateRoot === stateRoots[0])
  const agrees = index !== 1 || key !== keys.at(-1)
  // By the first recorded moment at which the batch is there.
  const { suggestedWallClock } = phases.find((phase) => phase.batches.some((batch) => batch.index === index))
  return {
    l2ChainId: String(l2.chainId),
    batchIndex: String(index),
    batchHeaderHash: headerHash,
    batchRoot: rootOf(stateRoots),
    l2BlockNumber: String(agrees ? last.number : first.number),
    l2StateRoot: agrees ? last.stateRoot : `0x${'ab'.repeat(32)}`,
    l2BlockHash: agrees ? last.hash : zero,
    verdict: agrees ? 1 : 0,
    issuedAt: String(suggestedWallClock),
  }
}

/** The batches of the recording have two leaves each. */
function rootOf([left, right, ...more]) {
  if (right === undefined || more.length > 0) throw new Error('a batch has another size than two')
  return keccak256(`${left}${right.slice(2)}`)
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  writeFileSync(file, `${JSON.stringify(await attestations(), null, 1)}\n`)
}

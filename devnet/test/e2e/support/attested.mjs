// What the client says of verifiers, with addresses in lower case and in order, and weights as numbers; and a world in which
// verifiers' processes can live.

import '../../../src/beacon/preset.mjs'
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { EPOCHS_PER_SYNC_COMMITTEE_PERIOD, SLOTS_PER_EPOCH } from '@lodestar/params'
import { parseEther } from 'viem'
import { startWorld } from '../../../src/world.mjs'
import { holds } from './client.mjs'

/** Whole METIS in wei, as weights are. */
export const metis = (whole) => parseEther(String(whole))

/** What `verifiers` says: their weights by address, the whole, and how much a quorum takes. */
export function verifiersOf(run) {
  const { verifiers, weight, required } = holds(run)
  const members = verifiers.map(({ address, weight }) => [address.toLowerCase(), BigInt(weight)])
  return { members: Object.fromEntries(members), total: BigInt(weight), required: BigInt(required) }
}

/** What `attestations` says of a batch. */
export function tallyOf(run) {
  const facts = holds(run)
  const signers = (voices) => voices.map(({ signer }) => signer.toLowerCase()).sort()
  const offendersOf = (kind) => signers(facts.offenders.filter(({ offence }) => offence === kind))
  return {
    batch: facts.batchIndex,
    finality: facts.finality,
    weight: BigInt(facts.agreeingWeight),
    total: BigInt(facts.weight),
    required: BigInt(facts.required),
    contested: BigInt(facts.contested.weight),
    agreeing: signers(facts.agreeing),
    dissenting: signers(facts.dissenting),
    retracted: signers(facts.agreeing.filter(({ retracted }) => retracted)),
    equivocators: offendersOf('equivocation'),
    falsifiers: offendersOf('false-attestation'),
    refused: facts.refused.map(({ signer, rule, message }) => ({ signer: signer?.toLowerCase(), rule, message })),
    isBlockHashAttested: facts.blockHashAttested,
  }
}

/**
 * A world for processes that follow the clock: all its slots are in the past, and none by half an hour, which clients would
 * refuse as stale. There is room for some 700 slots.
 */
export const startWorldOfToday = (options) =>
  startWorld({ secondsPerSlot: 2, genesisTime: Math.floor(Date.now() / 1000) - 1500, ...options })

/**
 * Lets slots pass until all that is on L1 is final, in such a place that a client whose clock is ahead follows: a sync
 * committee's period that is over by the clock must have finalized something.
 */
export async function settle(world) {
  await world.finalize()
  while (world.l1.beacon.head.slot % PERIOD < 3 * SLOTS_PER_EPOCH) await world.advance()
}

/** A sync committee's period, in slots. */
export const PERIOD = EPOCHS_PER_SYNC_COMMITTEE_PERIOD * SLOTS_PER_EPOCH

/**
 * Looks until what is seen is as it should be; fails with the last that was seen.
 *
 * @param {() => Promise<T> | T} look
 * @param {(seen: T) => boolean} isSo
 * @returns {Promise<T>}
 * @template T
 */
export async function eventually(look, isSo) {
  const deadline = Date.now() + PATIENCE
  for (;;) {
    const seen = await look()
    if (isSo(seen)) return seen
    if (Date.now() > deadline) assert.fail(`it never came to be; at last ${inspect(seen, { depth: 4 })}`)
    await sleep(250)
  }
}

/** Far longer than a verifier needs, in milliseconds. */
const PATIENCE = 120_000

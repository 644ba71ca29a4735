// The recording tests/data/devnet-1, served to examples as their nodes, honestly or not.

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { Recording, serve } from '../../../js/test/support/recording.mjs'

const folder = new URL('../../../tests/data/devnet-1/', import.meta.url)

export const networkFile = new URL('network.json', folder)
export const network = JSON.parse(readFileSync(networkFile))
export const expected = JSON.parse(readFileSync(new URL('expected.json', folder)))
const calls = JSON.parse(gunzipSync(readFileSync(new URL('calls.json.gz', folder))))

/** Whose balance is asked about. */
export const alice = expected.balances[0].account
export const [withdrawal] = expected.messages

/** What was true at a moment. */
export function truthAt(name) {
  const phase = expected.phases.find((phase) => phase.name === name)
  const posted = phase.scc.totalElements
  const balanceOf = (account) =>
    BigInt(expected.balances.find((one) => one.account === account && one.l2Block === posted).metis)
  const [{ status }] = phase.messages
  return { ...phase, now: phase.suggestedWallClock, posted, balanceOf, status }
}

/**
 * Serves a moment of the recording, until `show` names another one; `lie` may change what a source answers to a method.
 */
export async function startNodes(name, lie) {
  let recording = new Recording(calls, name)
  const reply = (source, request) => {
    const honest = recording.reply(source, request)
    return !lie || honest instanceof Error ? honest : JSON.stringify(lie(source, request, JSON.parse(honest)))
  }
  const nodes = await serve({ reply })
  return { ...nodes, show: (name) => void (recording = new Recording(calls, name)) }
}

/** A Metis node that adds a million METIS to every balance. */
export function moreMetis(source, { method }, answer) {
  if (source !== 'l2' || method !== 'eth_getProof') return answer
  const storageProof = answer.storageProof.map((slot) => ({
    ...slot,
    value: `0x${(BigInt(slot.value) + 10n ** 24n).toString(16)}`,
  }))
  return { ...answer, storageProof }
}

/** What an example reads of its environment. */
export function environment(nodes, name) {
  return {
    METIS_LIGHT_NETWORK: networkFile.pathname,
    METIS_LIGHT_CHECKPOINT: network.l1.checkpointRoot,
    METIS_LIGHT_BEACON: nodes.url('beacon'),
    METIS_LIGHT_L1: nodes.url('l1'),
    METIS_LIGHT_L2: nodes.url('l2'),
    METIS_LIGHT_NOW: String(truthAt(name).now),
  }
}

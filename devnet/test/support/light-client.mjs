// A light client that is not ours: Lodestar's implementation of the specification, fed over HTTP.

import '../../src/beacon/preset.mjs'
import { LightclientSpec } from '@lodestar/state-transition/light-client'
import { sszTypesFor } from '@lodestar/types'

/** Asks the Beacon API of an L1. */
export async function get({ beaconUrl }, path, headers = {}) {
  const response = await fetch(`${beaconUrl}/eth/v1/${path}`, { headers })
  return { status: response.status, body: await response.json() }
}

/** Asks for the same in SSZ. */
export async function getSsz({ beaconUrl }, path) {
  const headers = { accept: 'application/octet-stream' }
  const response = await fetch(`${beaconUrl}/eth/v1/${path}`, { headers })
  return { version: response.headers.get('eth-consensus-version'), bytes: Buffer.from(await response.arrayBuffer()) }
}

/** Ways to spoil an answer in one place. Each takes the path and the JSON of the answer. */
export const spoilt = {
  'a signature is another one': (path, body) => {
    if (path.includes('updates')) body[0].data.sync_aggregate = body[1].data.sync_aggregate
  },
  'a signer is missing from the bits': (path, body) => {
    if (path.includes('finality')) body.data.sync_aggregate.sync_committee_bits = '0xfeffffff'
  },
  'the next committee is the current one': (path, body) => {
    if (path.includes('updates')) body[1].data.next_sync_committee = body[0].data.next_sync_committee
  },
  'the finalized state root is another one': (path, body) => {
    if (path.includes('finality')) body.data.finalized_header.execution.state_root = `0x${'11'.repeat(32)}`
  },
}

/**
 * Follows a chain from a checkpoint to its head.
 *
 * @param {object} l1
 * @param {string} checkpoint
 * @param {(path: string, body: object) => void} [spoil] changes answers
 * @returns {Promise<{ finalizedHeader: object, optimisticHeader: object }>} what the client holds in the end
 */
export async function followBeacon(l1, checkpoint, spoil = () => {}) {
  const ask = async (path, type) => {
    const { body } = await get(l1, `beacon/light_client/${path}`)
    spoil(path, body)
    const parse = ({ version, data }) => sszTypesFor(version)[type].fromJson(data)
    return Array.isArray(body) ? body.map(parse) : parse(body)
  }
  const bootstrap = await ask(`bootstrap/${checkpoint}`, 'LightClientBootstrap')
  const client = new LightclientSpec(l1.beacon.config, {}, bootstrap)
  const slot = l1.beacon.head.slot
  for (const update of await ask('updates?start_period=0&count=128', 'LightClientUpdate')) client.onUpdate(slot, update)
  client.onFinalityUpdate(slot, await ask('finality_update', 'LightClientFinalityUpdate'))
  client.onOptimisticUpdate(slot, await ask('optimistic_update', 'LightClientOptimisticUpdate'))
  return client.store
}

// The part of the Beacon API that light clients use, over HTTP, in JSON and in SSZ.

import './preset.mjs'
import { chainConfigToJson, specValuesToJson } from '@lodestar/config'
import { activePreset, SLOTS_PER_EPOCH } from '@lodestar/params'
import { ssz, sszTypesFor } from '@lodestar/types'
import { bytesToHex } from 'viem'
import { json, Refusal, serveHttp } from '../http.mjs'
import { bootstrap } from './light-client.mjs'

const maxUpdates = 128

/**
 * Serves a chain on 127.0.0.1.
 *
 * @param {import('./chain.mjs').BeaconChain} chain
 * @param {number} [port] 0 for a free one
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export function serveBeacon(chain, port = 0) {
  return serveHttp((request) => answer(chain, request), port)
}

function answer(chain, { method, path, headers }) {
  const { pathname, searchParams } = new URL(path, 'http://127.0.0.1')
  for (const [pattern, respond] of routes) {
    const match = method === 'GET' && pathname.match(pattern)
    if (match) return respond(chain, { id: match[1], searchParams, wantsSsz: wantsSsz(headers) })
  }
  throw new Refusal(404, 'no such route')
}

const wantsSsz = ({ accept = '' }) => accept.includes('application/octet-stream')

const routes = [
  [/^\/eth\/v1\/node\/version$/, () => json({ data: { version: 'metis-light-devnet' } })],
  [/^\/eth\/v1\/node\/health$/, () => ({ status: 200 })],
  [/^\/eth\/v1\/node\/syncing$/, syncing],
  [/^\/eth\/v1\/config\/spec$/, spec],
  [/^\/eth\/v1\/beacon\/genesis$/, genesis],
  [/^\/eth\/v1\/beacon\/headers\/(\w+)$/, (chain, { id }) => found(chain, id, signedHeader)],
  [/^\/eth\/v1\/beacon\/blocks\/(\w+)\/root$/, (chain, { id }) => found(chain, id, root)],
  [/^\/eth\/v1\/beacon\/light_client\/bootstrap\/(0x[0-9a-fA-F]{64})$/, lightClientBootstrap],
  [/^\/eth\/v1\/beacon\/light_client\/updates$/, lightClientUpdates],
  [
    /^\/eth\/v1\/beacon\/light_client\/finality_update$/,
    (chain, request) => versioned('LightClientFinalityUpdate', chain.updates.finality, request),
  ],
  [
    /^\/eth\/v1\/beacon\/light_client\/optimistic_update$/,
    (chain, request) => versioned('LightClientOptimisticUpdate', chain.updates.optimistic, request),
  ],
]

function syncing(chain) {
  const data = {
    head_slot: String(chain.head.slot),
    sync_distance: '0',
    is_syncing: false,
    is_optimistic: false,
    el_offline: false,
  }
  return json({ data })
}

function spec({ config }) {
  return json({ data: { ...specValuesToJson(activePreset), ...chainConfigToJson(config) } })
}

function genesis(chain) {
  const data = {
    genesis_time: String(chain.genesisTime),
    genesis_validators_root: chain.genesisValidatorsRoot,
    genesis_fork_version: bytesToHex(chain.config.GENESIS_FORK_VERSION),
  }
  return json({ data })
}

/** Answers about the block that an id names: `head`, `finalized`, `genesis`, a slot or a root. */
function found(chain, id, describe) {
  const block = find(chain, id)
  if (!block) throw new Refusal(404, 'block not found')
  const canonical = chain.atSlot(block.slot) === block
  const finalized = canonical && block.slot <= chain.finalized.slot
  return json({ execution_optimistic: false, finalized, data: describe(block, canonical) })
}

function find(chain, id) {
  if (id === 'head') return chain.head
  if (id === 'finalized') return chain.finalized
  if (id === 'genesis') return chain.atSlot(0)
  return id.startsWith('0x') ? chain.withRoot(id.toLowerCase()) : chain.atSlot(Number(id))
}

const root = (block) => ({ root: bytesToHex(block.root) })

const signedHeader = (block, canonical) => ({
  ...root(block),
  canonical,
  header: {
    message: ssz.phase0.BeaconBlockHeader.toJson(block.header.beacon),
    signature: bytesToHex(block.signedBlock.signature),
  },
})

/** Bootstraps are there for finalized checkpoints only, as real nodes have it. */
function lightClientBootstrap(chain, request) {
  const block = chain.withRoot(request.id.toLowerCase())
  const available = block && block.slot <= chain.finalized.slot && isCheckpoint(chain, block)
  return versioned('LightClientBootstrap', available ? bootstrap(block) : null, request)
}

/** Whether an epoch begins with this block, or with empty slots after it. */
function isCheckpoint(chain, block) {
  const boundary = Math.ceil(block.slot / SLOTS_PER_EPOCH) * SLOTS_PER_EPOCH
  for (let slot = block.slot + 1; slot <= boundary; slot++) if (chain.atSlot(slot)) return false
  return chain.atSlot(block.slot) === block
}

function lightClientUpdates(chain, { searchParams, wantsSsz }) {
  const first = Number(searchParams.get('start_period') ?? NaN)
  const count = Math.min(Number(searchParams.get('count') ?? NaN), maxUpdates)
  if (!Number.isInteger(first) || !Number.isInteger(count)) throw new Refusal(400, 'start_period and count are numbers')
  const updates = []
  for (let period = first; period < first + count && chain.updates.best.has(period); period++) {
    updates.push(chain.updates.best.get(period))
  }
  if (!wantsSsz) return json(updates.map((update) => versionedJson('LightClientUpdate', update)))
  return octets(Buffer.concat(updates.map((update) => framed(chain.config, update))))
}

/** One update in a list: its length, the digest of its fork, its bytes. The length counts the digest. */
function framed(config, { fork, data }) {
  const bytes = sszTypesFor(fork).LightClientUpdate.serialize(data)
  const epoch = Math.floor(data.attestedHeader.beacon.slot / SLOTS_PER_EPOCH)
  const digest = config.forkBoundary2ForkDigest(config.getForkBoundaryAtEpoch(epoch))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(digest.length + bytes.length))
  return Buffer.concat([length, digest, bytes])
}

/** One object of a fork, `{ fork, data }`, as JSON or SSZ. */
function versioned(type, object, { wantsSsz }) {
  if (!object) throw new Refusal(404, `${type} is not available`)
  const headers = { 'eth-consensus-version': object.fork }
  if (!wantsSsz) return json(versionedJson(type, object), { headers })
  return octets(sszTypesFor(object.fork)[type].serialize(object.data), { headers })
}

const versionedJson = (type, { fork, data }) => ({ version: fork, data: sszTypesFor(fork)[type].toJson(data) })

const octets = (body, { headers } = {}) => ({
  status: 200,
  headers: { 'content-type': 'application/octet-stream', ...headers },
  body,
})

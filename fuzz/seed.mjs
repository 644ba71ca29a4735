// Fills fuzz/corpus/TARGET with small pieces to start from: the committed seeds, the project's own test data, and what is
// found in the vectors, where those are there.
//
//   node fuzz/seed.mjs        (vectors: METIS_LIGHT_VECTORS, default ../shared/vectors)
//
// Pieces are told by their shape, so that more vectors need no change here. Files are named by their content: running
// this again adds nothing.

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'

const here = import.meta.dirname
const root = path.dirname(here)
const vectors = path.resolve(root, process.env.METIS_LIGHT_VECTORS ?? '../shared/vectors')

// Enough to start from; the fuzzer is slow with long inputs and with many alike.
const longest = 24 * 1024
const perSource = 6
const perTarget = 160

// As `ForkName` and fuzz/src/light_client.rs number them.
const forks = ['phase0', 'altair', 'bellatrix', 'capella', 'deneb', 'electra', 'fulu', 'gloas']
const chains = [
  'finality_and_optimistic',
  'fork_capella_gloas_finality',
  'fork_deneb_gloas_stalled',
  'fork_fulu_gloas_finality',
  'legacy_altair_gloas_store',
  'sync_advance_finality_without_sync_committee',
  'sync_light_client_sync',
  'sync_supply_sync_committee_from_past_update',
]

const counts = new Map()
let quota = new Map()

for (const target of readdirSync(path.join(here, 'seeds'))) {
  for (const name of readdirSync(path.join(here, 'seeds', target))) {
    write(target, readFileSync(path.join(here, 'seeds', target, name)))
  }
}
addFlows()
for (const directory of [path.join(root, 'tests/data'), vectors]) {
  if (!existsSync(directory)) {
    console.log(`passed over: ${directory} does not exist`)
    continue
  }
  for (const file of filesBelow(directory)) {
    quota = new Map()
    if (file.endsWith('.ssz')) addMainnetSsz(readFileSync(file))
    else for (const value of valuesIn(file)) visit(value)
  }
}
for (const [target, count] of [...counts].sort()) console.log(`${target}: ${count}`)

function filesBelow(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(json|json\.gz|io|ssz)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
}

/**
 * Tapes for whole flows, as tests/it/suites/damage reads them: the flow, whether an honest source stands beside, how many replies
 * pass, and what is done to the next. One of each kind of damage, and honest replies for the fuzzer to write in.
 */
function addFlows() {
  const flows = 14
  const [kinds, written] = [11, 10]
  for (let flow = 0; flow < flows; flow += 1) {
    for (let kind = 0; kind < kinds; kind += 1) {
      write('flows', Buffer.from([flow, 0, kind % 6, 0, kind, ...Array(24).keys()]))
    }
  }
  // By the flow that asks for it first.
  const asks = {
    bootstrap: 0, updates: 1, finality_update: 1, 'l1 eth_getProof': 2, 'l2 eth_getProof': 5, 'l2 eth_getCode': 8,
    'l2 eth_getBlockByNumber': 9, 'l2 eth_getTransactionReceipt': 10, 'l1 eth_getTransactionReceipt': 12,
  }
  const calls = valuesIn(path.join(root, 'tests/data/devnet-1/calls.json.gz')).flat()
  for (const { phase, source, request, response } of calls) {
    const flow = asks[request.path?.match(/light_client\/(\w+)/)[1] ?? `${source} ${request.method}`]
    const reply = json(response.body ?? response.result ?? null)
    if (phase !== 'ready' || flow === undefined || reply.length > longest) continue
    const length = Buffer.alloc(2)
    length.writeUInt16BE(reply.length)
    write('flows', Buffer.concat([Buffer.from([flow, 0, 0, 0, written]), length, reply]))
  }
}

/** The JSON values of a file: one, or those of the answers in a recorded exchange. */
function valuesIn(file) {
  const bytes = readFileSync(file)
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  const documents = file.endsWith('.io') ? [...text.matchAll(/^<< (.*)$/gm)].map((match) => match[1]) : [text]
  return documents.flatMap((document) => {
    try {
      return [JSON.parse(document)]
    } catch {
      return []
    }
  })
}

function visit(value) {
  if (typeof value === 'string') return addBytes(value)
  if (value === null || typeof value !== 'object') return
  addJson(value)
  for (const member of Object.values(value)) visit(member)
}

function addJson(value) {
  const first = Array.isArray(value) ? value[0] : value
  if (first === null || typeof first !== 'object') return
  const has = (...names) => names.every((name) => name in first)
  const few = Array.isArray(value) ? value.slice(0, 3) : value
  if (has('message', 'signature')) add('attestations', json({ attestations: [first] }))
  if (has('offence_agree', 'offence_dissent')) {
    const statements = [first.offence_agree, first.offence_dissent]
    add('attestations', json({ format: 'metis-light-evidence-1', domain: first.domain, statements }))
  }
  if (has('accountProof')) {
    add('proof_json', json(few))
    addProofs(first)
  }
  if (has('proof') && first.proof?.stateRootBatchHeader) add('withdrawal_json', json(few))
  if (has('batch', 'stateRoots')) add('batch_json', json(few))
  if (has('parentHash', 'logsBloom', 'stateRoot')) add('block_json', json({ ...first, transactions: undefined }))
  if (has('topics', 'data') && Array.isArray(value)) add('block_json', json(few))
  if (has('cumulativeGasUsed', 'logs') && Array.isArray(value)) add('block_json', json(few))
  if (has('nonce', 'input', 'r', 's')) add('block_json', json(few))
  if (has('l1', 'l2', 'contracts')) add('network_json', json(first))
  if (has('l1', 'l2', 'contracts')) add('network_beacon_api', json({ l1: first.l1 }))
  if (has('spec', 'genesis')) add('network_beacon_api', json(first))
  if (has('attested_header') || has('current_sync_committee', 'header')) add('light_client_json', json(few))
  if (first.data?.attested_header || first.data?.current_sync_committee) add('light_client_json', json(few))
  if (has('fork', 'ssz')) addMessage(first)
  if (has('case', 'bootstrap', 'steps')) addChain(first)
  if (has('topics', 'data') && Array.isArray(first.topics)) {
    const topics = first.topics.map(fromHex)
    add('events', Buffer.concat([Buffer.from([topics.length]), ...topics, fromHex(first.data) ?? Buffer.alloc(0)]))
  }
}

/** A key that is to be hashed, and nodes, as the target reads them in its last mode. */
function addProofs({ address, accountProof, storageProof }) {
  const proof = (key, nodes) => {
    const parts = [fromHex(key), ...nodes.map(fromHex)]
    if (parts.every((part) => part)) add('mpt_verify', Buffer.concat([Buffer.from([3]), ...parts.flatMap(chunk)]))
  }
  if (typeof address === 'string') proof(address, accountProof)
  for (const { key, proof: nodes } of storageProof ?? []) {
    if (typeof key === 'string' && nodes) proof(`0x${key.replace('0x', '').padStart(64, '0')}`, nodes)
  }
}

/** A light-client message of the minimal preset, in a network that begins in its fork. */
function addMessage({ fork, ssz }) {
  const number = forks.indexOf(fork)
  const bytes = fromHex(ssz)
  add('light_client_ssz', Buffer.concat([Buffer.from([number | (number << 3)]), bytes]))
  add('light_client_json', bytes)
}

/** Light-client messages of mainnet: longer than other pieces, for its committees are. */
function addMainnetSsz(bytes) {
  add('light_client_ssz', Buffer.concat([Buffer.from([0x80]), bytes]), 32 * 1024)
}

/** A chain of the executable specification: the store after all its updates, and its updates in order. */
function addChain({ case: name, bootstrap, steps }) {
  const chain = chains.indexOf(name)
  if (chain < 0) return
  const kinds = { process_update: 1, process_finality_update: 2, process_optimistic_update: undefined }
  const updatesOf = (step) => Object.keys(kinds).flatMap((kind) => (step[kind] ? [{ kind, ...step[kind] }] : []))
  const updates = steps.flatMap(updatesOf)
  const links = updates.filter(({ kind }) => kinds[kind])
  const start = [Buffer.from([chain, 0]), Buffer.from('metis-light store 1\n'), savedFrame(0, bootstrap)]
  for (const count of [0, 1, 2, 4]) {
    const frames = links.slice(0, count).map((link) => savedFrame(kinds[link.kind], link))
    add('store_saved', Buffer.concat([...start, ...frames]))
  }
  add('store_saved', Buffer.from([chain, 1, 2, 1, 0, 0, 40, 1]))
  for (let first = 0; first < updates.length; first += 6) {
    const six = updates.slice(first, first + 6).flatMap((_, i) => [first + i, 0, 0])
    add('light_client_update', Buffer.from([chain, ...six]))
    add('light_client_update', Buffer.from([chain, ...six.slice(0, 3), first, 0, 9, 0, 100, 1]))
  }
}

/** A frame of a saved store: fork, kind, length, message. */
function savedFrame(kind, { fork, ssz }) {
  const bytes = fromHex(ssz)
  const head = Buffer.from([forks.indexOf(fork), kind, 0, 0, 0, 0])
  head.writeUInt32LE(bytes.length, 2)
  return Buffer.concat([head, bytes])
}

function chunk(bytes) {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return [length, bytes]
}

function addBytes(text) {
  const bytes = fromHex(text)
  if (!bytes || bytes.length < 4) return
  if (['8ca5cbb9', 'd710083f', '5b297172', '0a17d699'].includes(text.slice(2, 10))) add('append_calldata', bytes)
  const typed = bytes[0] >= 1 && bytes[0] <= 4
  const items = itemsOf(typed ? bytes.subarray(1) : bytes)
  if (!items) return
  const isWord = (item) => item?.length === 33 && item[0] === 0xa0
  const isList = (item) => item?.[0] >= 0xc0
  if (!typed && (items.length === 2 || items.length === 17)) add('rlp', bytes)
  if ([15, 16, 17, 20, 21, 23].includes(items.length) && items.slice(3, 6).every(isWord) && items[6].length > 256) {
    add('header', bytes)
  }
  if (items.length === (typed ? [11, 12, 14, 13][bytes[0] - 1] : 9)) add('transaction', bytes)
  if (items.length === 4 && items[2].length === 259 && isList(items[3])) add('receipt', bytes)
  if (!typed && items.length === 2 && items.every(isList) && itemsOf(items[0])?.length === 9) add('l2_transaction', bytes)
  if (!typed && items.length > 1 && items.every((item) => isList(itemPayload(item)))) add('witness', bytes)
}

/** The encoded items of a list; nothing where the bytes are no list. */
function itemsOf(bytes) {
  if (!(bytes[0] >= 0xc0) || lengthOf(bytes) !== bytes.length) return undefined
  const items = []
  for (let rest = itemPayload(bytes); rest.length > 0; ) {
    const length = lengthOf(rest)
    if (!(length <= rest.length)) return undefined
    items.push(rest.subarray(0, length))
    rest = rest.subarray(length)
  }
  return items
}

function itemPayload(bytes) {
  const first = bytes[0]
  if (first < 0x80) return bytes
  const prefix = first >= 0xf8 ? first - 0xf6 : first >= 0xc0 ? 1 : first >= 0xb8 ? first - 0xb6 : 1
  return bytes.subarray(prefix)
}

/** The length that an item says it has, prefix included. */
function lengthOf(bytes) {
  const first = bytes[0]
  const long = (size) => 1 + size + Number(`0x${bytes.subarray(1, 1 + size).toString('hex') || 'ffffff'}`)
  if (first < 0x80) return 1
  if (first < 0xb8) return first - 0x7f
  if (first < 0xc0) return long(first - 0xb7)
  if (first < 0xf8) return first - 0xbf
  return long(first - 0xf7)
}

function fromHex(text) {
  return /^0x(?:[0-9a-fA-F]{2})+$/.test(text) ? Buffer.from(text.slice(2), 'hex') : undefined
}

function json(value) {
  return Buffer.from(JSON.stringify(value))
}

/** Writes a piece, unless it is long or the target has enough of its source. */
function add(target, bytes, limit = longest) {
  const used = quota.get(target) ?? 0
  if (bytes.length > limit || used >= perSource || (counts.get(target) ?? 0) >= perTarget) return
  quota.set(target, used + 1)
  write(target, bytes)
}

function write(target, bytes) {
  const directory = path.join(here, 'corpus', target)
  const file = path.join(directory, createHash('sha1').update(bytes).digest('hex'))
  mkdirSync(directory, { recursive: true })
  if (existsSync(file)) return
  writeFileSync(file, bytes)
  counts.set(target, (counts.get(target) ?? 0) + 1)
}

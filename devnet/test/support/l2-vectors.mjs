// Recorded L2 replies, by what they are. The vectors are not in the repository: METIS_LIGHT_VECTORS says where they are.
// Without them a test is skipped, except in CI.

import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const vectors = path.resolve(root, process.env.METIS_LIGHT_VECTORS ?? '../shared/vectors')

/** Why tests with vectors are left out; false where they are not. */
export const skip = !existsSync(vectors) && !process.env.CI && `${vectors} does not exist`

/** A JSON file of the vectors, or a gzipped one. */
export function vector(name) {
  const bytes = readFileSync(path.join(vectors, name))
  return JSON.parse(name.endsWith('.gz') ? gunzipSync(bytes) : bytes)
}

/** What one recording of golden says about L2. */
export function recording(scenario) {
  const calls = vector(`golden/${scenario}/calls.json.gz`).filter(({ source }) => source === 'l2')
  const of = (method) => calls.filter(({ request }) => request.method === method)
  const blocks = of('eth_getBlockByNumber')
    .filter(({ request }) => request.params[1] === true)
    .map(({ response }) => response.result)
    .sort((a, b) => Number(a.number) - Number(b.number))
  const receipts = new Map(
    of('eth_getTransactionReceiptsByBlock').map(({ request, response }) => [request.params[0], response.result]),
  )
  const proofs = of('eth_getProof').map(({ request, response }) => ({ at: request.params[2], ...response.result }))
  const expected = vector(`golden/${scenario}/expected.json`)
  return { calls, blocks, receipts, proofs, expected, network: vector(`golden/${scenario}/network.json`) }
}

// The transport of attestations, as one who serves them has it: GET {base}/v1/attestations/{l2ChainId}/{batchIndex or latest}.

import { json, Refusal, serveHttp } from '../http.mjs'

/**
 * Serves what it is given.
 *
 * @param {number} l2ChainId
 * @param {number} [port] 0 for a free one
 * @returns {Promise<AttestationServer>}
 *
 * @typedef {object} AttestationServer
 * @property {string} url
 * @property {(attestation: { message: { batchIndex: string } }) => void} add
 * @property {(batchIndex: number | bigint) => object[]} of what is served of a batch
 * @property {() => Promise<void>} close
 */
export async function serveAttestations(l2ChainId, port = 0) {
  /** @type {Map<string, object[]>} by the batch's index, which is used again after a deletion */
  const known = new Map()
  const of = (index) => known.get(String(index)) ?? []
  let latest = '0'

  const { url, close } = await serveHttp(({ method, path }) => {
    const [, chain, index] = path.match(/^\/v1\/attestations\/(\d+)\/(\d+|latest)$/) ?? []
    if (method !== 'GET' || chain !== String(l2ChainId)) throw new Refusal(404, 'there is nothing by that name')
    return json({ attestations: of(index === 'latest' ? latest : index) })
  }, port)

  return {
    url,
    add(attestation) {
      latest = attestation.message.batchIndex
      known.set(latest, [...of(latest), attestation])
    },
    of,
    close,
  }
}

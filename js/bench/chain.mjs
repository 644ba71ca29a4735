import { existsSync } from 'node:fs'
import path from 'node:path'
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { readVector, vectors } from '../test/support/paths.mjs'

const deneb = 'lc_real/mainnet_deneb_electra'
const capella = 'lc_real/mainnet_capella'

const files = {
  ssz: [
    `${deneb}/bootstrap_period_1347_slot_11034656.ssz`,
    `${deneb}/eth_v1_beacon_light_client_updates_start_period_1347_count_46.ssz`,
  ],
  json: [`${capella}/bootstrap.json`, `${capella}/updates.json`],
}

/** Light-client data of mainnet in both forms, each a bootstrap and the updates after it; nothing where it is absent. */
export function readChains() {
  if (![...files.ssz, ...files.json].every((name) => existsSync(path.join(vectors, name)))) return undefined
  return { ssz: files.ssz.map(readVector), json: files.json.map(readVector) }
}

/** The first update of a list in JSON, alone. */
export function firstUpdateJson(list) {
  return new TextEncoder().encode(JSON.stringify(JSON.parse(new TextDecoder().decode(list))[0]))
}

/**
 * A check of a committee's signature with @noble/curves, by the idea that is ours too: the sum of all keys less the absent
 * ones. It begins with bytes every time, as ours does.
 */
export function nobleCheck(parts) {
  const bls = bls12_381.longSignatures
  const Key = bls12_381.G1.Point
  const message = parts.slice(0, 32)
  const signature = parts.slice(32, 128)
  const [aggregate, ...absent] = keys(parts.slice(128))
  return () => {
    const key = absent.reduce((sum, bytes) => sum.subtract(Key.fromBytes(bytes)), Key.fromBytes(aggregate))
    const hashed = bls.hash(message, 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_')
    return bls.verify(signature, hashed, key)
  }
}

function keys(bytes) {
  return Array.from({ length: bytes.length / 48 }, (_, i) => bytes.slice(48 * i, 48 * (i + 1)))
}

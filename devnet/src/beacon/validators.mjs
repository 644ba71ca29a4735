// The validators: keys that everybody knows, all held by this one process.

import './preset.mjs'
import { SecretKey } from '@chainsafe/blst'
import { interopSecretKeys } from '@lodestar/state-transition'
import { bytesToBigInt, numberToBytes } from 'viem'

const curveOrder = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n

/** What an empty aggregate looks like: the point at infinity, compressed. */
const infinity = Uint8Array.from({ length: 96 }, (_, index) => (index === 0 ? 0xc0 : 0))

/**
 * The first `count` interop validators.
 *
 * @param {number} count
 */
export function interopValidators(count) {
  const secretKeys = interopSecretKeys(count)
  const scalars = secretKeys.map((key) => bytesToBigInt(key.toBytes()))

  return {
    publicKeys: secretKeys.map((key) => key.toPublicKey().toBytes()),

    /** The signature of one validator. */
    sign: (index, root) => secretKeys[index].sign(root).toBytes(),

    /** The aggregate of many validators' signatures, which is the signature under the sum of their keys. */
    signTogether(indices, root) {
      if (indices.length === 0) return infinity
      const sum = indices.reduce((sum, index) => (sum + scalars[index]) % curveOrder, 0n)
      return SecretKey.fromBytes(numberToBytes(sum, { size: 32 })).sign(root).toBytes()
    },
  }
}

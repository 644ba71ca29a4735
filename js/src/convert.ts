// From what the engine tells to what callers get, and from what they give to what it takes: names and numbers only.

import { misuse } from './errors.js'
import type {
  At,
  Told,
  ToldAttestation,
  ToldHead,
  ToldL1Block,
  ToldVerification,
} from './engine/protocol.js'
import type {
  Address,
  AttestationWeight,
  BlockTag,
  Hash,
  Heads,
  Hex,
  L1Block,
  Proven,
  Verification,
} from './types.js'

export function l1Block({ number, ...rest }: ToldL1Block): L1Block {
  return { ...rest, number: BigInt(number) }
}

export function attestationWeight({ weight, of, required, contested, ...rest }: ToldAttestation): AttestationWeight {
  return {
    ...rest,
    weight: BigInt(weight),
    of: BigInt(of),
    required: BigInt(required),
    ...(contested && { contested: { weight: BigInt(contested.weight), of: BigInt(contested.of) } }),
  }
}

export function verification({ l1, l2, batch, attestation, ...rest }: ToldVerification): Verification {
  return {
    ...rest,
    ...(attestation && { attestation: attestationWeight(attestation) }),
    l1: l1Block(l1),
    ...(l2 && { l2: { ...l2, number: BigInt(l2.number) } }),
    ...(batch && {
      batch: { index: batch.index, firstBlock: BigInt(batch.firstBlock), lastBlock: BigInt(batch.lastBlock) },
    }),
  }
}

export function proven<T, V>(told: Told<T>, value: (told: T) => V): Proven<V> {
  return { value: value(told.value), verification: verification(told.verification) }
}

export function heads({ l1, batches, postedBlock, verification: of }: ToldHead): Heads {
  return {
    l1: { finalized: l1Block(l1.finalized), ...(l1.optimistic && { optimistic: l1Block(l1.optimistic) }) },
    batches,
    postedBlock: BigInt(postedBlock),
    ...(of && { verification: verification(of) }),
  }
}

/** A block by tag or number, as the engine takes it. */
export function at(block: bigint | BlockTag | undefined): At {
  if (block === undefined || block === 'latest' || block === 'safe') return 'newest'
  if (block === 'finalized') return 'final'
  if (typeof block !== 'bigint' || block < 0n || block > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw misuse(`block must be a block number as bigint, 'latest', 'safe' or 'finalized', and is ${String(block)}`)
  }
  return Number(block)
}

export function address(value: unknown, name = 'address'): Address {
  return hexOf(value, 20, name)
}

export function hash(value: unknown, name = 'hash'): Hash {
  return hexOf(value, 32, name)
}

/** A slot as a word. */
export function slot(value: unknown): Hash {
  const number = typeof value === 'bigint' ? value : isHex(value) && value.length <= 66 ? BigInt(value) : undefined
  if (number === undefined || number < 0n || number >= 1n << 256n) {
    throw misuse(`a slot must be a bigint, or hex with 0x, below 2^256, and is ${String(value)}`)
  }
  return `0x${number.toString(16).padStart(64, '0')}`
}

function hexOf(value: unknown, bytes: number, name: string): Hex {
  if (isHex(value) && value.length === 2 + 2 * bytes) return value
  throw misuse(`${name} must be ${bytes} bytes of hex with 0x, and is ${String(value)}`)
}

export function isHex(value: unknown): value is Hex {
  return typeof value === 'string' && /^0x[0-9a-fA-F]+$/.test(value)
}

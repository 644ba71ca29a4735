// Sources that lie, each in one place, over whatever source is asked: what it would say honestly is spoiled on its way.

import type { Sources } from './world.ts'
import type { RungId } from './rungs.ts'

/** A lie that can be told. */
export interface Lie {
  readonly id: string
  /** Which source tells it. */
  readonly by: keyof Sources
  /** The rung that it is about. */
  readonly about: RungId
  readonly title: string
  /** What the source does. */
  readonly says: string
  /** What somebody who believes it would see. */
  readonly believed: string
  /** The kind of question that it is about, if not about all. */
  readonly only?: 'balance' | 'withdrawal'
  /** Seconds by which the visitor's clock is ahead of what the sources tell. */
  readonly silentFor?: number
  readonly beacon?: (path: string, answer: any) => void
  readonly rpc?: (call: Called, answer: any) => unknown
}

interface Called {
  readonly method: string
  readonly params: readonly any[]
  /** Asks the honest node behind. */
  readonly ask: (params: readonly unknown[]) => Promise<unknown>
}

export const lies: readonly Lie[] = [
  {
    id: 'more-metis',
    by: 'l2',
    only: 'balance',
    about: 'answer',
    title: 'A million METIS too many',
    says: 'The Metis node adds a million METIS to every balance.',
    believed: 'A wallet that believes it would show a million METIS too many.',
    rpc: ({ method }, answer) => {
      if (method === 'eth_getProof')
        for (const slot of answer.storageProof) slot.value = hex(BigInt(slot.value) + 10n ** 24n)
    },
  },
  {
    id: 'old-state',
    by: 'l2',
    only: 'balance',
    about: 'answer',
    title: 'An older state',
    says: 'The Metis node answers from one block earlier: all of it was true, and is over.',
    believed: 'A wallet that believes it would show what somebody had before they spent it.',
    rpc: ({ method, params: [account, slots, block], ask }) =>
      method === 'eth_getProof' ? ask([account, slots, hex(BigInt(block) - 1n)]) : undefined,
  },
  {
    id: 'never-sent',
    by: 'l2',
    only: 'withdrawal',
    about: 'answer',
    title: 'A withdrawal that never was',
    says: 'The Metis node says that the message was never sent.',
    believed: 'A wallet that believes it would tell its user that the money is gone.',
    rpc: ({ method }, answer) => {
      if (method === 'eth_getProof') for (const slot of answer.storageProof) slot.value = '0x0'
    },
  },
  {
    id: 'other-root',
    by: 'l1',
    about: 'batch',
    title: 'Another state root',
    says: 'The Ethereum node swaps a state root in the transaction that posted the batch.',
    believed: 'Whoever believes it holds any L2 state for the posted one.',
    rpc: ({ method }, answer) => {
      if (method === 'eth_getTransactionByHash') answer.input = otherRoot(answer.input)
    },
  },
  {
    id: 'short-window',
    by: 'l1',
    about: 'contracts',
    title: 'A window of a second',
    says: 'The Ethereum node says that batches can be disputed for one second only.',
    believed: 'A bridge that believes it would call a withdrawal final while it can still be disputed.',
    rpc: ({ method, params }, answer) => {
      const numbers = method === 'eth_getProof' && params[1].length > 2 ? answer.storageProof : []
      for (const slot of numbers) if (BigInt(slot.value) > 1n && BigInt(slot.value) < 100_000_000n) slot.value = '0x1'
    },
  },
  {
    id: 'other-header',
    by: 'l1',
    about: 'l1',
    title: 'Another Ethereum',
    says: 'The Ethereum node shows its block with another state root.',
    believed: 'Whoever believes it can be shown any balance of Ethereum.',
    rpc: ({ method }, answer) => {
      if (method === 'eth_getBlockByHash') answer.stateRoot = flipped(answer.stateRoot)
    },
  },
  {
    id: 'too-few',
    by: 'beacon',
    about: 'committees',
    title: 'Half of the signatures',
    says: 'The beacon node shows a head that only half of the sync committee signed.',
    believed: 'A client that counts loosely would follow a minority.',
    beacon: (_, answer) => {
      for (const { data } of [answer].flat()) {
        if (data.sync_aggregate) data.sync_aggregate.sync_committee_bits = halved(data.sync_aggregate.sync_committee_bits)
      }
    },
  },
  {
    id: 'other-beginning',
    by: 'beacon',
    about: 'checkpoint',
    title: 'Another beginning',
    says: 'The beacon node begins at a block of its own choice.',
    believed: 'A client that asks its server where to begin would follow a chain that never was.',
    beacon: (path, answer) => {
      if (path.includes('/bootstrap/')) answer.data.header.beacon.state_root = flipped(answer.data.header.beacon.state_root)
    },
  },
  {
    id: 'silence',
    by: 'beacon',
    about: 'committees',
    title: 'Silence',
    says: 'The beacon node has told nothing new for three hours.',
    believed: 'A client that does not look at the clock would see a frozen world, and not know it.',
    silentFor: 3 * 3600,
  },
]

/** The sources, one of which tells the lie. */
export function lying(honest: Sources, lie: Lie): Sources {
  const rpc = (source: 'l1' | 'l2'): Sources['l1'] => ({
    async request(call, options) {
      const answer = structuredClone(await honest[source].request(call, options))
      if (lie.by !== source || !lie.rpc || answer === null) return answer
      const ask = (params: readonly unknown[]): Promise<unknown> => honest[source].request({ ...call, params }, options)
      return (await lie.rpc({ method: call.method, params: call.params as any[], ask }, answer)) ?? answer
    },
  })
  return {
    async beacon(path, options) {
      const text = await honest.beacon(path, options)
      if (lie.by !== 'beacon' || !lie.beacon) return text
      const answer = JSON.parse(text)
      lie.beacon(path, answer)
      return JSON.stringify(answer)
    },
    l1: rpc('l1'),
    l2: rpc('l2'),
  }
}

function hex(number: bigint): string {
  return `0x${number.toString(16)}`
}

function flipped(word: string): string {
  return `${word.slice(0, -1)}${word.endsWith('0') ? '1' : '0'}`
}

/** The first half of the bits as they are, the others unset. */
function halved(bits: string): string {
  const half = (bits.length - 2) / 2
  return `${bits.slice(0, 2 + half)}${'0'.repeat(half)}`
}

/** The calldata with another last element of its list of state roots, which is the first parameter, or the second after the chain. */
function otherRoot(calldata: string): string {
  const word = (at: number): number => Number(`0x${calldata.slice(at, at + 64)}`)
  const ends = [1, 0].map((parameter) => {
    const list = 10 + 2 * word(10 + 64 * parameter)
    return list + 64 + 64 * word(list)
  })
  const end = ends.find((end) => (end - 10) % 64 === 0 && end <= calldata.length) ?? calldata.length
  return `${flipped(calldata.slice(0, end))}${calldata.slice(end)}`
}

// The rungs of the ladder, from the ground up: what each is, and to which a request belongs.

export type RungId = 'checkpoint' | 'committees' | 'l1' | 'contracts' | 'batch' | 'root' | 'answer'

export interface Rung {
  readonly id: RungId
  readonly title: string
  /** Why it holds, once the one below holds. */
  readonly why: string
}

export const rungs: readonly Rung[] = [
  {
    id: 'checkpoint',
    title: 'Checkpoint',
    why: 'A finalized block of Ethereum, by its hash, from somebody you trust. The one thing here that is taken on faith.',
  },
  {
    id: 'committees',
    title: 'Sync committees',
    why: 'From the checkpoint on, each committee of validators names the next. At least two thirds have signed the newest head.',
  },
  {
    id: 'l1',
    title: 'Ethereum block',
    why: 'Its header hashes to what the committee signed, so its state root is Ethereum’s.',
  },
  {
    id: 'contracts',
    title: 'Metis’ contracts',
    why: 'Read out of that state by Merkle proof: found by name, running the code that is expected, nothing disputed unseen.',
  },
  {
    id: 'batch',
    title: 'State batch',
    why: 'Its hash stands in the contracts’ storage, below the count of batches: it was posted, and not deleted.',
  },
  {
    id: 'root',
    title: 'Metis state root',
    why: 'A leaf of the batch’s Merkle tree.',
  },
  {
    id: 'answer',
    title: 'What you asked',
    why: 'A word of storage under that state root, with the trie nodes that lead to it.',
  },
]

/** How high a rung is. */
export function height(id: RungId): number {
  return rungs.findIndex((rung) => rung.id === id)
}

/**
 * Tells to which rung each request belongs. The order of requests says what names and addresses do not: proofs before the logs
 * of batches are of the contracts, proofs after them of a batch.
 */
export class Sorter {
  #isPastLogs = false
  #isPastBatch = false

  rungOf(source: 'beacon' | 'l1' | 'l2', what: string): RungId {
    if (source === 'beacon') {
      this.#isPastLogs = this.#isPastBatch = false
      return what.includes('/bootstrap/') ? 'checkpoint' : 'committees'
    }
    if (source === 'l2') {
      this.#isPastBatch = true
      return 'answer'
    }
    if (what === 'eth_getBlockByHash') return 'l1'
    if (what === 'eth_getLogs') {
      // They are asked for beside the contracts.
      const rung = this.#isPastBatch ? 'batch' : 'contracts'
      this.#isPastLogs = true
      return rung
    }
    if (what !== 'eth_getProof') return 'batch'
    return this.#isPastBatch ? 'answer' : this.#isPastLogs ? 'batch' : 'contracts'
  }
}

// A proof-of-stake chain in one process: blocks follow each other on demand or with the clock.
//
// The state transition is the real one. There is no peer and no fork choice: the head is what was made last.

import './preset.mjs'
import { setTimeout as sleep } from 'node:timers/promises'
import { bytesToHex } from 'viem'
import { forkchoice, genesisBlock, produceBlock } from './block.mjs'
import { createConfig, networkFileL1 } from './config.mjs'
import { createGenesis } from './genesis.mjs'
import { Updates } from './light-client.mjs'
import { interopValidators } from './validators.mjs'

/** How many post-states are kept, which is how deep a re-organisation may go. */
const statesKept = 64

/**
 * How the validators behave.
 *
 * @typedef {object} Behaviour
 * @property {number} participation the share of the sync committee that signs, 0 to 1
 * @property {number} attesting the share of every committee that attests, 0 to 1; below 2/3 nothing is finalized
 */

/** The beacon chain. */
export class BeaconChain {
  /** @type {import('./block.mjs').Block} */
  head
  /** @type {Behaviour} for slots that say nothing else */
  behaviour = { participation: 1, attesting: 1 }
  updates = new Updates()
  #byRoot = new Map()
  #bySlot = new Map()
  #network
  #queue = Promise.resolve()
  #isLive = false
  #waiting = []

  /**
   * A chain at slot 0, on top of an execution client that has block 0 only.
   *
   * @param {object} options
   * @param {import('../execution/types.mjs').Execution} options.execution
   * @param {number} options.genesisTime Unix seconds
   * @param {{ electra?: number, fulu?: number }} [options.forks] epochs
   * @param {number} [options.secondsPerSlot]
   * @param {number} [options.validators]
   */
  static async start({ execution, genesisTime, forks, secondsPerSlot = 6, validators = 64 }) {
    const keys = interopValidators(validators)
    const payload = await execution.genesis()
    const forkConfig = createConfig({ forks: forks ?? { electra: 0, fulu: 0 }, secondsPerSlot })
    const { config, state } = createGenesis({ forkConfig, genesisTime, publicKeys: keys.publicKeys, payload })
    const network = { config, genesisTime, execution, validators: keys }
    return new BeaconChain(network, genesisBlock(state, bytesToHex(payload.blockHash)))
  }

  /** Use `BeaconChain.start`. */
  constructor(network, genesis) {
    this.#network = network
    this.genesisValidatorsRoot = bytesToHex(network.config.genesisValidatorsRoot)
    this.#append(genesis)
  }

  get config() {
    return this.#network.config
  }

  get genesisTime() {
    return this.#network.genesisTime
  }

  /** When a slot begins, in Unix seconds; by default the head's. */
  timeOf(slot = this.head.slot) {
    return this.genesisTime + slot * this.config.SECONDS_PER_SLOT
  }

  /** The finalized block, or genesis where nothing is finalized yet. */
  get finalized() {
    return this.#byRoot.get(bytesToHex(this.head.lightClient.finalizedRoot)) ?? this.#bySlot.get(0)
  }

  /** The block with a root, whether it is canonical or not. */
  withRoot(root) {
    return this.#byRoot.get(root)
  }

  /** The canonical block of a slot, unless the slot is empty. */
  atSlot(slot) {
    return this.#bySlot.get(slot)
  }

  /** The `l1` member of a network file. */
  networkFileL1() {
    return networkFileL1(this.config, {
      chainId: this.#network.execution.chainId,
      genesisTime: this.genesisTime,
      genesisValidatorsRoot: this.genesisValidatorsRoot,
    })
  }

  /**
   * Makes `count` blocks, one a slot, after `skip` empty slots.
   *
   * @param {number} [count]
   * @param {{ skip?: number } & Partial<Behaviour>} [options]
   */
  advance(count = 1, { skip = 0, ...behaviour } = {}) {
    return this.#exclusively(async () => {
      for (let made = 0; made < count; made++) {
        await this.#produce(this.head.slot + 1 + (made === 0 ? skip : 0), { ...this.behaviour, ...behaviour })
      }
      return this.head
    })
  }

  /** Makes one block, or waits for the next one while blocks are made with the clock. */
  async mine() {
    if (!this.#isLive) return void (await this.advance())
    await new Promise((resolve) => this.#waiting.push(resolve))
  }

  /**
   * Gives up the last `depth` blocks. The next block is built on what is left, in the slot after the abandoned ones.
   *
   * The optimistic update attests the head's parent, so from a depth of 2 on it names a block that is gone; it is served
   * until an update of a later slot surpasses it.
   *
   * @param {number} depth
   */
  reorg(depth) {
    return this.#exclusively(async () => {
      const { slot } = this.head
      let ancestor = this.head
      for (let step = 0; step < depth; step++) ancestor = this.#parentOf(ancestor)
      if (ancestor.slot < this.finalized.slot) throw new Error('finalized blocks are not given up')
      if (!ancestor.state) throw new Error(`the state of slot ${ancestor.slot} is not kept`)
      await this.#network.execution.rewind(ancestor.executionHash)
      for (let gone = ancestor.slot + 1; gone <= slot; gone++) this.#bySlot.delete(gone)
      this.head = ancestor
      await this.#produce(slot + 1, this.behaviour)
      return this.head
    })
  }

  /**
   * Goes on with the clock: at full speed until the head is up to date, then one block a slot.
   *
   * @param {{ onError?: (error: Error) => void }} [options]
   * @returns {() => Promise<void>} stops it
   */
  realtime({ onError = console.error } = {}) {
    this.#isLive = true
    const stop = new AbortController()
    const run = async () => {
      while (!stop.signal.aborted) {
        const wait = this.timeOf(this.head.slot + 1) * 1000 - Date.now()
        // Also where it is late, so that requests are answered meanwhile.
        await sleep(Math.max(0, wait), undefined, { signal: stop.signal }).catch(() => {})
        if (stop.signal.aborted) return
        await this.advance().catch(onError)
      }
    }
    const running = run()
    return async () => {
      this.#isLive = false
      stop.abort()
      await running
      for (const wake of this.#waiting.splice(0)) wake()
    }
  }

  async #produce(slot, behaviour) {
    const parent = this.head
    const executionHashOf = (root) => this.#byRoot.get(bytesToHex(root))?.executionHash
    const block = await produceBlock(this.#network, parent, slot, { ...behaviour, executionHashOf })
    this.#append(block)
    await this.#network.execution.setHead(forkchoice(block.state, block.executionHash, executionHashOf))
    this.updates.add(block, parent, this.#byRoot.get(bytesToHex(parent.lightClient.finalizedRoot)))
    const old = this.#bySlot.get(slot - statesKept)
    if (old) old.state = null
    for (const wake of this.#waiting.splice(0)) wake()
  }

  #append(block) {
    this.#byRoot.set(bytesToHex(block.root), block)
    this.#bySlot.set(block.slot, block)
    this.head = block
  }

  #parentOf({ slot, signedBlock }) {
    if (slot === 0) throw new Error('genesis has no parent')
    return this.#byRoot.get(bytesToHex(signedBlock.message.parentRoot))
  }

  /** One thing after the other: blocks are made from the head that the one before has left. */
  #exclusively(task) {
    const result = this.#queue.then(task)
    this.#queue = result.catch(() => {})
    return result
  }
}

// What was true while a recording was made, in the form that `metis-light replay` compares with. All of it is the chains' own
// word: no light client has a say in it.

import { bytesToHex, keccak256, numberToHex } from 'viem'
import { rpcTo } from './execution/rpc.mjs'
import { actors, message as messages, slots } from './rollup/index.mjs'

/** Collects phases, and in the end what all of them share. */
export class Expected {
  #world
  #story
  #l2
  #phases = []

  /**
   * @param {import('./world.mjs').World} world
   * @param {{ withdrawal: object, deposit: { element: object, block: object } }} story as the world has told it
   */
  constructor(world, story) {
    this.#world = world
    this.#story = story
    this.#l2 = rpcTo(world.urls.l2)
  }

  /** Notes what is true now. */
  async add(name) {
    const { l1, batches } = this.#world
    const { finality, optimistic } = l1.beacon.updates
    const finalized = executionOf(finality.data.finalizedHeader)
    // What a light client proves is true at the finalized block.
    const posted = batches.filter(({ receipt }) => Number(receipt.blockNumber) <= finalized.blockNumber)
    const { prevTotalElements, batchSize } = posted.at(-1).header
    this.#phases.push({
      name,
      finalized,
      optimistic: executionOf(optimistic.data.attestedHeader),
      suggestedWallClock: l1.now(),
      scc: { batchCount: posted.length, totalElements: Number(prevTotalElements + batchSize) },
      batches: posted.map((batch, index) => ({
        index,
        headerHash: batch.headerHash,
        live: true,
        verdict: this.#isOver(batch, finalized) ? 'final' : 'in-window',
      })),
      messages: [await this.#message(posted, finalized)],
    })
  }

  #isOver({ timestamp }, { timestamp: now }) {
    return timestamp + this.#world.rollup.window <= now
  }

  async #message(posted, finalized) {
    const { block, messages: [message] } = this.#story.withdrawal
    const messageHash = messages.messageHash(message)
    const isIn = ({ header }) => block.number <= header.prevTotalElements + header.batchSize
    const batch = posted.find(isIn)
    const of = (status) => ({ tag: 'withdrawal', messageHash, status })
    if (!batch) return of('not-committed')
    const secondsLeft = Math.max(0, batch.timestamp + this.#world.rollup.window - finalized.timestamp)
    const flag = await this.#world.l1.rpc('eth_getStorageAt', [
      this.#world.rollup.addresses.l1CrossDomainMessenger,
      slots.successfulSlot(messageHash),
      numberToHex(finalized.blockNumber),
    ])
    if (BigInt(flag) !== 0n) return of('relayed')
    return { ...of(secondsLeft === 0 ? 'ready' : 'in-window'), secondsLeft }
  }

  /** The whole of it. */
  async all() {
    const { batches, l2 } = this.#world
    const blocks = Array.from({ length: this.#world.postedBlock + 1 }, (_, number) => l2.block(number))
    return {
      phases: this.#phases,
      batches: batches.map(({ headerHash, stateRoots }) => ({ headerHash, stateRoots })),
      messages: [await this.#withdrawal()],
      deposits: [await this.#deposit()],
      balances: await this.#balances(),
      l2Transactions: blocks.flatMap(({ number, transactions }) => transactions.map(({ hash }) => ({ hash, block: number }))),
      l2Headers: blocks.map(({ number, hash, header }) => ({ number, hash, stateRoot: header.stateRoot })),
    }
  }

  async #withdrawal() {
    const { block, messages: [message], transactionHash } = this.#story.withdrawal
    const { batches, rollup } = this.#world
    const batch = batches.find(({ header }) => block.number <= header.prevTotalElements + header.batchSize)
    return {
      tag: 'withdrawal',
      messageHash: messages.messageHash(message),
      txHash: transactionHash,
      l2Block: block.number,
      relay: {
        to: rollup.addresses.l1CrossDomainMessenger,
        calldata: await this.#world.relayCalldata(transactionHash),
        batchHeaderHash: batch.headerHash,
        l2BlockOfProof: block.number,
      },
    }
  }

  async #deposit() {
    const { element, block } = this.#story.deposit
    const { addresses, l2ChainId } = this.#world.rollup
    const queue = [addresses.canonicalTransactionChain, slots.queueElementSlot(l2ChainId, element.queueIndex)]
    const messageHash = keccak256(element.data)
    return {
      queueIndex: element.queueIndex,
      l1Tx: element.l1TransactionHash,
      l1Block: element.l1BlockNumber,
      messageHash,
      transactionHash: await this.#world.l1.rpc('eth_getStorageAt', [...queue, 'latest']),
      l2Block: block.number,
      l2SuccessSlot: slots.l2SuccessfulSlot(messageHash),
    }
  }

  /** Of both users, at every block that is posted. */
  async #balances() {
    const balances = []
    for (let block = 1; block <= this.#world.postedBlock; block++) {
      for (const [who, { address }] of Object.entries({ alice: actors.alice, bob: actors.bob })) {
        const at = [address, numberToHex(block)]
        const metis = BigInt(await this.#l2('eth_getBalance', at)).toString()
        const nonce = Number(await this.#l2('eth_getTransactionCount', at))
        balances.push({ who, account: address, l2Block: block, metis, accountLeaf: { nonce } })
      }
    }
    return balances
  }
}

/** What a light client's header says of its execution block. */
function executionOf({ execution }) {
  return {
    blockNumber: execution.blockNumber,
    blockHash: bytesToHex(execution.blockHash),
    stateRoot: bytesToHex(execution.stateRoot),
    timestamp: execution.timestamp,
  }
}

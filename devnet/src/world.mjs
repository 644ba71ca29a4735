// The whole network: L1, the rollup's contracts on it, and L2. What happens on it is told by calling its functions.
//
// Time is L1's: it passes by slots, and every transaction on L1 takes at least one. L2's blocks say the time of L1's head.

import './beacon/preset.mjs'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SLOTS_PER_EPOCH } from '@lodestar/params'
import { bytesToHex, parseEther } from 'viem'
import { rpcTo } from './execution/rpc.mjs'
import { startL1 } from './l1.mjs'
import { startL2 } from './l2/node.mjs'
import {
  actors,
  batch as batches,
  deployL1,
  governance,
  l2Alloc,
  message as messages,
  networkFile,
  pool,
  PREDEPLOYS,
  proposer,
  users,
} from './rollup/index.mjs'

/**
 * Starts everything, and finalizes the deployment.
 *
 * @example
 * const world = await startWorld()
 * const { transactionHash } = await world.withdraw({ amount: 5n })
 * const batch = await world.postBatch()
 * await world.finalizeUntil(batch.timestamp + world.rollup.window)
 * await world.relay(transactionHash)
 * await world.stop()
 *
 * @param {object} [options] and those of `startL1`
 * @param {number} [options.window] the fraud proof window in seconds
 * @param {string} [options.directory] where the network file goes; by default a new one, which `stop` removes
 * @param {{ execution?: number, beacon?: number, l2?: number }} [options.ports] free ones where they are absent
 * @returns {Promise<World>}
 */
export async function startWorld({ window = 600, directory, ports = {}, ...options } = {}) {
  const l1 = await startL1({ ports, ...options })
  const started = [l1.stop]
  try {
    const rollup = await deployL1(l1, { window })
    const l2 = await startL2({ alloc: l2Alloc(rollup.addresses), genesisTime: l1.now(), port: ports.l2 })
    started.unshift(l2.close)
    if (!directory) {
      directory = await mkdtemp(join(tmpdir(), 'metis-light-devnet-'))
      started.push(() => rm(directory, { recursive: true, force: true }))
    }
    const world = new World({ l1, l2, rollup, directory, started })
    await world.finalize()
    await world.writeNetworkFile()
    return world
  } catch (error) {
    for (const stop of started) await stop()
    throw error
  }
}

/** A running network. */
export class World {
  /** The batches that count, in order. A deletion takes the last ones away. */
  batches = []
  #listeners = []
  #started
  #l2Rpc

  /** Use `startWorld`. */
  constructor({ l1, l2, rollup, directory, started }) {
    Object.assign(this, { l1, l2, rollup, directory })
    this.#started = started
    this.#l2Rpc = rpcTo(l2.url)
  }

  /** Where a light client finds its sources. */
  get urls() {
    return { beacon: this.l1.beaconUrl, l1: this.l1.url, l2: this.l2.url }
  }

  /** The network file's path. */
  get networkFile() {
    return join(this.directory, 'network.json')
  }

  /** The root of the first checkpoint after genesis, which has been final since the world was started. */
  get checkpoint() {
    return bytesToHex(this.l1.beacon.atSlot(SLOTS_PER_EPOCH).root)
  }

  /** The last L2 block that is posted; 0 where none is. */
  get postedBlock() {
    const { prevTotalElements, batchSize } = this.batches.at(-1)?.header ?? { prevTotalElements: 0n, batchSize: 0n }
    return Number(prevTotalElements + batchSize)
  }

  /** The arguments of `metis-light` that name this network at this moment. */
  clientArguments() {
    const { beacon, l1, l2 } = this.urls
    const sources = ['--beacon', beacon, '--l1', l1, '--l2', l2]
    return ['--network', this.networkFile, '--checkpoint', this.checkpoint, ...sources, '--now', String(this.l1.now())]
  }

  /** The network file. */
  network() {
    const { hash, header } = this.l2.block(0)
    return {
      name: 'devnet',
      l1: { ...this.l1.beacon.networkFileL1(), checkpointRoot: this.checkpoint, checkpointSlot: SLOTS_PER_EPOCH },
      ...networkFile({ l1: this.rollup, genesis: { hash, stateRoot: header.stateRoot } }),
    }
  }

  async writeNetworkFile() {
    await mkdir(this.directory, { recursive: true })
    await writeFile(this.networkFile, `${JSON.stringify(this.network(), null, 2)}\n`)
  }

  /** Stops everything that was started, and removes what was made for it. */
  async stop() {
    for (const stop of this.#started.splice(0)) await stop()
  }

  // Time.

  /** Lets slots pass. The options are those of `BeaconChain.advance`. */
  advance(slots = 1, options = {}) {
    return this.l1.beacon.advance(slots, options)
  }

  /** Lets slots pass until light clients learn of a finalized block of that time or later. */
  async finalizeUntil(time) {
    const { beacon } = this.l1
    const finalized = () => beacon.updates.finality?.data.finalizedHeader.beacon.slot ?? 0
    while (beacon.timeOf(finalized()) < time) await beacon.mine()
  }

  /** Lets slots pass until all that is on L1 now is finalized. */
  finalize() {
    return this.finalizeUntil(this.l1.now())
  }

  // L2.

  /**
   * Makes an L2 block of transactions, or of one transfer between users.
   *
   * @param {({ raw: string } | { deposit: object })[]} [transactions]
   */
  async addL2Block(transactions) {
    transactions ??= [await this.#transfer()]
    return this.l2.addBlock({
      timestamp: this.l1.now(),
      l1BlockNumber: Number(await this.l1.rpc('eth_blockNumber')),
      transactions,
    })
  }

  /** Makes some such blocks. */
  async addL2Blocks(count) {
    for (let made = 0; made < count; made++) await this.addL2Block()
    return this.l2.head()
  }

  async #transfer() {
    const from = actors.bob
    return users.transferMetis({ from, nonce: await this.#l2Nonce(from), to: actors.alice.address, amount: 1n })
  }

  async #l2Nonce({ address }) {
    return Number(await this.#l2Rpc('eth_getTransactionCount', [address, 'latest']))
  }

  // Between the chains.

  /** Moves METIS to L2: a transaction on L1, and the block that it becomes on L2. */
  async deposit({ amount = parseEther('1'), ...deposit } = {}) {
    return this.#deliver(await users.depositMetis(this.rollup, { amount, ...deposit }))
  }

  /** Sends a message to L2, which calls `target` there. */
  async sendToL2(message) {
    return this.#deliver(await users.sendToL2(this.rollup, message))
  }

  async #deliver(element) {
    const { l1BlockNumber, l1Timestamp: timestamp } = element
    const block = await this.l2.addBlock({ timestamp, l1BlockNumber, transactions: [{ deposit: element }] })
    return { element, block, transactionHash: block.transactions[0].hash }
  }

  /** Withdraws METIS on L2. It arrives on L1 once it is posted, its window is over, and somebody relays it. */
  async withdraw({ from = actors.alice, amount = parseEther('1'), ...withdrawal } = {}) {
    return this.#send(await users.withdrawMetis({ from, amount, ...withdrawal, nonce: await this.#l2Nonce(from) }))
  }

  /** Sends a message from L2, which calls `target` on L1 once it is relayed. */
  async sendToL1({ from = actors.alice, ...message }) {
    return this.#send(await users.sendToL1({ from, ...message, nonce: await this.#l2Nonce(from) }))
  }

  async #send(transaction) {
    const block = await this.addL2Block([transaction])
    const [receipt] = block.receipts
    return { block, transactionHash: receipt.transactionHash, messages: users.sentMessages(receipt) }
  }

  /**
   * Posts the state roots of L2's blocks that are not posted yet.
   *
   * @param {number} [last] the batch's last block; by default L2's newest
   */
  async postBatch(last) {
    return this.#posted(await proposer.appendFrom(this.rollup, this.l2, last))
  }

  /** Posts such a batch with another root in the place of the last one. */
  async postDishonestBatch(root = `0x${'bad0'.repeat(16)}`) {
    const { elements } = await proposer.totals(this.rollup)
    const { number, hash } = this.l2.head()
    const roots = [...this.l2.stateRoots(elements + 1, number).slice(0, -1), root]
    return this.#posted(await proposer.append(this.rollup, roots, { number, hash }))
  }

  /** From now on this is called with each batch that is posted, honest or not, before the posting is over. */
  whenPosted(listener) {
    this.#listeners.push(listener)
  }

  async #posted(batch) {
    this.batches.push(batch)
    for (const listener of this.#listeners) await listener(batch)
    return batch
  }

  /** The call that relays a message of an L2 transaction. */
  async relayCalldata(transactionHash, position = 0) {
    const receipt = await this.#l2Rpc('eth_getTransactionReceipt', [transactionHash])
    const number = Number(receipt.blockNumber)
    const message = users.sentMessages(receipt)[position]
    const batch = this.batches.find(({ header }) => number <= header.prevTotalElements + header.batchSize)
    if (!batch) throw new Error(`block ${number} is not posted`)
    const { header, stateRoots } = batch
    const index = number - Number(header.prevTotalElements) - 1
    const params = [PREDEPLOYS.messagePasser, [messages.passerSlot(message)], receipt.blockNumber]
    return messages.relayCalldata({
      chainId: this.rollup.l2ChainId,
      message,
      header,
      stateRoot: stateRoots[index],
      index,
      siblings: batches.siblings(stateRoots, index),
      proof: await this.#l2Rpc('eth_getProof', params),
    })
  }

  /** Relays a message of an L2 transaction. */
  async relay(transactionHash, position = 0) {
    return users.relay(this.rollup, await this.relayCalldata(transactionHash, position))
  }

  /** Sends a relay call that somebody else has made. */
  relayCall(calldata) {
    return users.relay(this.rollup, calldata)
  }

  // What those in power may do.

  /** Flags a batch as disputed, by default the last. */
  dispute(batch = this.batches.at(-1)) {
    return governance.disputeBatch(this.rollup, batch)
  }

  /** Deletes a batch that is disputed, by default the last, and those after it. */
  async deleteBatch(batch = this.batches.at(-1)) {
    const receipt = await governance.deleteBatch(this.rollup, batch)
    this.batches.length = this.batches.indexOf(batch)
    return receipt
  }

  /** Accounts join the pool of sequencers, whose word on a batch counts; answers their ids. */
  joinPool(members) {
    return pool.join(this.rollup, members)
  }

  /** Locks another amount for a member of the pool, in wei. */
  setLocked(id, amount) {
    return pool.setAmount(this.rollup, id, amount)
  }

  leavePool(id) {
    return pool.leave(this.rollup, id)
  }

  setWindow(seconds) {
    return governance.setWindow(this.rollup, seconds)
  }

  pause() {
    return governance.pause(this.rollup)
  }

  unpause() {
    return governance.unpause(this.rollup)
  }

  setName(name, address) {
    return governance.setName(this.rollup, name, address)
  }

  upgradeStateCommitmentChain() {
    return governance.upgradeStateCommitmentChain(this.rollup)
  }

  upgradeMessenger() {
    return governance.upgradeMessenger(this.rollup)
  }
}

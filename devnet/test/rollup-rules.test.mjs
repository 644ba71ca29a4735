// What the contracts accept and what they refuse.

import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { encodeFunctionData, keccak256, parseEther, toHex } from 'viem'
import { compile } from '../src/contracts.mjs'
import { contractAt } from '../src/rollup/contract.mjs'
import {
  PREDEPLOYS,
  Refused,
  actors,
  batch as batches,
  governance,
  message,
  proposer,
  slots,
  transact,
  users,
} from '../src/rollup/index.mjs'
import { skip, vector } from './support/l2-vectors.mjs'
import {
  ethOf,
  fill,
  l1Time,
  metisOf,
  mineAt,
  nonceOf,
  passWindow,
  relayCallOf,
  run,
  startRollup,
  storageAt,
} from './support/rollup.mjs'

const ALICE = actors.alice.address

/** Both chains, with messages of every kind in the first batch. Each test starts from here on L1. */
let world
let l1
let l2
/** @type {Record<'metis' | 'eth' | 'failing' | 'toQueue', import('../src/rollup/message.mjs').Message>} */
const sent = {}
const blockOf = {}
let first

before(async () => {
  world = await startRollup()
  ;({ l1, l2 } = world)
  await users.depositMetis(l1, { amount: parseEther('10') })
  await users.depositEth(l1, { amount: parseEther('10') })
  const { metisToken, canonicalTransactionChain } = l1.addresses
  const { abi } = compile().MetisToken
  await send('metis', users.withdrawMetis, { amount: parseEther('2') })
  await send('eth', users.withdrawEth, { amount: parseEther('3'), to: '0x00000000000000000000000000000000000e7401' })
  const transfer = encodeFunctionData({ abi, functionName: 'transfer', args: [ALICE, 1n] })
  await send('failing', users.sendToL1, { target: metisToken, message: transfer })
  await send('toQueue', users.sendToL1, { target: canonicalTransactionChain })
  first = await proposer.appendFrom(l1, l2)
})
after(() => world?.stop())

let snapshot
beforeEach(async () => (snapshot = await l1.chain.rpc('evm_snapshot', [])))
afterEach(() => l1.chain.rpc('evm_revert', [snapshot]))

async function send(name, make, options) {
  const [receipt] = await run(l2, [await make({ ...options, nonce: await nonceOf(l2, actors.alice) })])
  assert.equal(receipt.status, '0x1')
  ;[sent[name]] = users.sentMessages(receipt)
  blockOf[name] = l2.head().number
}

/** The relay call of one of the messages, and what it is made of. */
const relayOf = (name, batch = first) => relayCallOf(world, sent[name], batch, blockOf[name])

/** The transaction is in a block, failed, and the reason is this. */
const isRefused = (promise, expected) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof Refused, error)
    assert.match(error.reason, expected)
    return true
  })

/** State roots that no L2 has. */
const rootsOf = (count, seed = 0) => Array.from({ length: count }, (_, i) => keccak256(toHex(`${seed}-${i}`)))
const lastBlock = (number) => ({ number, hash: keccak256(toHex(number)) })

/** Appends a batch of so many invented roots. */
async function appendInvented(count, seed) {
  const { elements } = await proposer.totals(l1)
  return proposer.append(l1, rootsOf(count, seed), lastBlock(elements + count))
}

const stored = (index) => storageAt(l1, l1.addresses.sccBatchesContainer, slots.elementSlot(1088, index))
const as = (account, functionName, args) =>
  transact(l1.chain, [proposer.stateCommitmentChain(l1).call(account, functionName, args)])

describe('appending', () => {
  test('the contract computes root and hash as they are computed here, and takes each branch', async () => {
    for (const size of [1, 2, 3, 5, 8, 13]) {
      const { header, headerHash, stateRoots } = await appendInvented(size, size)
      assert.equal(header.batchRoot, batches.batchRoot(stateRoots))
      assert.equal(await stored(Number(header.batchIndex)), headerHash)
      for (const [index, root] of stateRoots.entries()) {
        const proof = { index: BigInt(index), siblings: batches.siblings(stateRoots, index) }
        assert.equal(await verify(root, header, proof), true)
        await assert.rejects(verify(keccak256(root), header, proof), /Invalid inclusion proof/)
      }
      const proof = { index: 0n, siblings: batches.siblings(stateRoots, 0) }
      const longer = { ...header, batchSize: header.batchSize + 1n }
      await assert.rejects(verify(stateRoots[0], longer, proof), /Invalid batch header/)
    }
  })

  const verify = (root, header, proof) =>
    proposer.stateCommitmentChain(l1).read(l1.chain, 'verifyStateCommitmentByChainId', [1088n, root, header, proof])

  test('a batch out of order is refused', async () => {
    const { elements } = await proposer.totals(l1)
    await isRefused(proposer.appendAt(l1, elements + 1, rootsOf(1), lastBlock(1)), /start index/)
    await isRefused(proposer.appendAt(l1, elements - 1, rootsOf(1), lastBlock(1)), /start index/)
    await proposer.appendAt(l1, elements, rootsOf(1), lastBlock(1))
  })

  test('a batch without roots is refused', async () => {
    const { elements } = await proposer.totals(l1)
    await isRefused(proposer.appendAt(l1, elements, [], lastBlock(1)), /empty/)
  })

  test('only the registered proposer appends, and only under the name of the chain', async () => {
    const { elements } = await proposer.totals(l1)
    const args = (name) => [1088, rootsOf(1), elements, name, keccak256('0x'), 1]
    await isRefused(as(actors.alice, 'appendStateBatchByChainId', args('1088_MVM_Proposer')), /not registered/)
    await isRefused(as(actors.proposer, 'appendStateBatchByChainId', args('59902_MVM_Proposer')), /name/)
    await as(actors.proposer, 'appendStateBatchByChainId', args('1088_MVM_Proposer'))
  })

  test('the form without chain id appends to the default chain', async () => {
    const { batches: before, elements } = await proposer.totals(l1)
    await as(actors.proposer, 'appendStateBatch', [rootsOf(2), elements, keccak256('0x'), elements + 2])
    assert.deepEqual(await proposer.totals(l1), { batches: before + 1, elements: elements + 2 })
  })

  test('a last block that does not fit is refused before it is sent', async () => {
    const { elements } = await proposer.totals(l1)
    await assert.rejects(proposer.append(l1, rootsOf(2), lastBlock(elements + 3)), /do not end at block/)
  })
})

describe('disputes and deletion', () => {
  test('a batch that is not flagged cannot be deleted', async () => {
    const batch = await appendInvented(2)
    await isRefused(governance.deleteBatch(l1, batch), /not disputed/)
    await governance.disputeBatch(l1, batch)
    await governance.deleteBatch(l1, batch)
  })

  test('only the factory disputes and only the fraud verifier deletes', async () => {
    const batch = await appendInvented(2)
    const index = batch.header.batchIndex
    await isRefused(as(actors.alice, 'saveDisputedBatchTimeout', [1088, index, 1]), /DisputeGameFactory/)
    await isRefused(as(actors.alice, 'saveDisputedBatch', [batch.headerHash, 1]), /DisputeGameFactory/)
    await governance.disputeBatch(l1, batch)
    await isRefused(as(actors.alice, 'deleteStateBatchByChainId', [1088, batch.header]), /1088_MVM_FraudVerifier/)
  })

  test('a deletion lowers the length, clears the time, and leaves the elements', async () => {
    const honest = await proposer.totals(l1)
    const wrong = await appendInvented(2, 'wrong')
    const later = await appendInvented(3, 'later')
    await governance.disputeBatch(l1, wrong)
    await governance.deleteBatch(l1, wrong)

    assert.deepEqual(await proposer.totals(l1), honest)
    assert.equal(await stored(1), wrong.headerHash)
    assert.equal(await stored(2), later.headerHash)
    const context = await storageAt(l1, l1.addresses.sccBatchesContainer, slots.contextSlot(1088))
    assert.equal(BigInt(context), (BigInt(honest.elements) << 40n) | BigInt(honest.batches))
    const { stateCommitmentChain: scc } = l1.addresses
    assert.equal(BigInt(await storageAt(l1, scc, slots.SCC_SLOTS.earliestDisputedBlockNumber)), 0n)
    assert.equal(BigInt(await storageAt(l1, scc, slots.disputedSlot(wrong.headerHash))), 0n)
    assert.equal(BigInt(await storageAt(l1, scc, slots.lastBlockSlot(wrong.headerHash))), 0n)
    assert.equal(BigInt(await storageAt(l1, scc, slots.batchTimesSlot(1088))), BigInt(honest.batches))

    const right = await appendInvented(4, 'right')
    assert.equal(right.header.batchIndex, wrong.header.batchIndex)
    assert.equal(await stored(1), right.headerHash)
  })

  test('a batch that is final cannot be deleted', async () => {
    const batch = await appendInvented(2)
    await governance.disputeBatch(l1, batch)
    await passWindow(l1)
    await isRefused(governance.deleteBatch(l1, batch), /within the fraud proof window/)
  })

  test('another header than the stored one cannot be deleted', async () => {
    const batch = await appendInvented(2)
    await governance.disputeBatch(l1, batch)
    const header = { ...batch.header, batchSize: 3n }
    await isRefused(governance.deleteBatch(l1, { header }), /Invalid batch header/)
  })

  test('the earliest disputed block only falls', async () => {
    const read = () => proposer.stateCommitmentChain(l1).read(l1.chain, 'earliestDisputedBlockNumber')
    await governance.disputeBatch(l1, first, 5)
    await governance.disputeBatch(l1, first, 9)
    assert.equal(await read(), 5n)
    await governance.disputeBatch(l1, first, 2)
    assert.equal(await read(), 2n)
  })
})

describe('relaying', () => {
  test('a withdrawal of METIS pays out, once', async () => {
    const { calldata, hash } = await relayOf('metis')
    const token = contractAt('MetisToken', l1.addresses.metisToken)
    const before = await token.read(l1.chain, 'balanceOf', [ALICE])
    await passWindow(l1)
    const { outcome, messageHash } = await users.relay(l1, calldata)
    assert.deepEqual([outcome, messageHash], ['relayed', hash])
    assert.equal(await token.read(l1.chain, 'balanceOf', [ALICE]), before + parseEther('2'))
    await isRefused(users.relay(l1, calldata), /already been received/)
  })

  test('a withdrawal of ether pays out', async () => {
    const { calldata } = await relayOf('eth')
    await passWindow(l1)
    assert.equal((await users.relay(l1, calldata)).outcome, 'relayed')
    const balance = await l1.chain.rpc('eth_getBalance', ['0x00000000000000000000000000000000000e7401', 'latest'])
    assert.equal(BigInt(balance), parseEther('3'))
  })

  test('the form without chain id relays too', async () => {
    const { parts, hash } = await relayOf('metis')
    await passWindow(l1)
    const { abi } = compile().L1CrossDomainMessenger
    const { accountProof, storageProof } = parts.proof
    const { target, sender, message: body, messageNonce } = parts.message
    const inclusion = {
      stateRoot: parts.stateRoot,
      stateRootBatchHeader: parts.header,
      stateRootProof: { index: parts.index, siblings: parts.siblings },
      stateTrieWitness: message.witness(accountProof),
      storageTrieWitness: message.witness(storageProof[0].proof),
    }
    const args = [target, sender, body, messageNonce, inclusion]
    const relayed = await users.relay(l1, encodeFunctionData({ abi, functionName: 'relayMessage', args }))
    assert.equal(relayed.messageHash, hash)
  })

  test('the window ends with the second that it names', async () => {
    const { calldata } = await relayOf('metis')
    const end = first.timestamp + l1.window
    await l1.chain.rpc('evm_setNextBlockTimestamp', [end - 1])
    await isRefused(users.relay(l1, calldata), /could not be verified/)
    await l1.chain.rpc('evm_setNextBlockTimestamp', [end])
    assert.equal((await users.relay(l1, calldata)).outcome, 'relayed')
  })

  test('a window that is raised or lowered counts for batches of the past', async () => {
    const { calldata } = await relayOf('metis')
    await isRefused(as(actors.alice, 'setFraudProofWindow', [0]), /METIS_MANAGER/)
    await governance.setWindow(l1, 2 * l1.window)
    await passWindow(l1)
    await isRefused(users.relay(l1, calldata), /could not be verified/)
    await governance.setWindow(l1, 1)
    assert.equal((await users.relay(l1, calldata)).outcome, 'relayed')
  })

  test('a dispute refuses batches that reach its block, and those alone', async () => {
    const { calldata } = await relayOf('metis')
    const last = first.stateRoots.length
    const next = await appendInvented(2)
    await passWindow(l1)
    await governance.disputeBatch(l1, next, last)
    await isRefused(users.relay(l1, calldata), /could not be verified/)
  })

  test('a dispute of the block after a batch lets it be relayed', async () => {
    const { calldata } = await relayOf('metis')
    const next = await appendInvented(2)
    await passWindow(l1)
    await governance.disputeBatch(l1, next)
    assert.equal((await users.relay(l1, calldata)).outcome, 'relayed')
  })

  test('a message of a deleted batch is refused, although its element is still in storage', async () => {
    const { calldata } = await relayOf('metis')
    await appendInvented(1)
    await governance.disputeBatch(l1, first)
    await governance.deleteBatch(l1, first)
    assert.equal(await stored(0), first.headerHash)
    await passWindow(l1)
    await isRefused(users.relay(l1, calldata), /Index out of bounds/)
  })

  test('a call that fails leaves the message open for another try', async () => {
    const { calldata, hash } = await relayOf('failing')
    await passWindow(l1)
    assert.equal((await users.relay(l1, calldata)).outcome, 'failed')
    const { metisToken, l1CrossDomainMessenger } = l1.addresses
    assert.equal(BigInt(await storageAt(l1, l1CrossDomainMessenger, slots.successfulSlot(hash))), 0n)
    const gift = contractAt('MetisToken', metisToken).call(actors.bob, 'transfer', [l1CrossDomainMessenger, 1n])
    await transact(l1.chain, [gift])
    assert.equal((await users.relay(l1, calldata)).outcome, 'relayed')
  })

  test('a paused messenger relays nothing until it goes on', async () => {
    const { calldata } = await relayOf('metis')
    await passWindow(l1)
    await governance.pause(l1)
    await isRefused(users.relay(l1, calldata), /paused/)
    await governance.unpause(l1)
    assert.equal((await users.relay(l1, calldata)).outcome, 'relayed')
  })

  test('a blocked message is refused', async () => {
    const { calldata, hash } = await relayOf('metis')
    await passWindow(l1)
    await governance.blockMessage(l1, hash)
    await isRefused(users.relay(l1, calldata), /has been blocked/)
  })

  test('the queue is never called', async () => {
    const { calldata } = await relayOf('toQueue')
    await passWindow(l1)
    await isRefused(users.relay(l1, calldata), /L1 system contracts/)
  })

  /** A proof with one part changed, and why it is refused. */
  const spoiled = {
    'another nonce': [
      ({ message: sent }) => ({ message: { ...sent, messageNonce: sent.messageNonce + 50n } }),
      /could not be verified/,
    ],
    'another receiver': [
      ({ message: sent }) => ({ message: { ...sent, target: ALICE } }),
      /could not be verified/,
    ],
    'another index': [({ index }) => ({ index: index + 1 }), /Invalid inclusion proof/],
    'another sibling': [
      ({ siblings: [, ...rest] }) => ({ siblings: [keccak256('0x'), ...rest] }),
      /Invalid inclusion proof/,
    ],
    'another batch root': [
      ({ header }) => ({ header: { ...header, batchRoot: keccak256('0x') } }),
      /Invalid batch header/,
    ],
    'another batch index': [({ header }) => ({ header: { ...header, batchIndex: 7n } }), /Index out of bounds/],
    'a trie node with other bytes': [
      ({ proof }) => ({ proof: { ...proof, accountProof: spoil(proof.accountProof) } }),
      /Invalid trie node/,
    ],
    'no storage nodes': [
      ({ proof }) => ({ proof: { ...proof, storageProof: [{ proof: [] }] } }),
      /could not be verified/,
    ],
    'no account nodes': [({ proof }) => ({ proof: { ...proof, accountProof: [] } }), /not been initialized/],
  }
  for (const [what, [change, expected]] of Object.entries(spoiled)) {
    test(`a proof with ${what} is refused`, async () => {
      const { parts } = await relayOf('metis')
      await passWindow(l1)
      await isRefused(users.relay(l1, message.relayCalldata({ ...parts, ...change(parts) })), expected)
    })
  }

  const spoil = ([root, ...rest]) => [`${root.slice(0, -4)}${root.slice(-4) === '1234' ? '4321' : '1234'}`, ...rest]
})

describe('real withdrawals', () => {
  test("Andromeda's withdrawal 106603 is relayed, and refused with another nonce", { skip }, async () => {
    const { message: real, proof } = vector('metis/withdrawal-andromeda-batch21363.json')
    await relayReal(real, proof)
  })

  test('55 withdrawals of another chain of this kind are relayed, and refused with another nonce', { skip }, async () => {
    const all = vector('ovm/titan_mainnet/withdrawals_with_proofs.json.gz')
    assert.equal(all.length, 55)
    for (const { proof, ...real } of all) await relayReal(real, proof)
  })

  /** Asks the messenger, with the batch's header in the container as if it had been appended. */
  async function relayReal({ target, sender, message: body, messageNonce }, proof) {
    const { batchIndex, batchSize, prevTotalElements, ...rest } = proof.stateRootBatchHeader
    const numbers = { batchIndex, batchSize, prevTotalElements }
    const words = Object.entries(numbers).map(([name, number]) => [name, BigInt(number)])
    const header = { ...rest, ...Object.fromEntries(words) }
    const set = (slot, value) => l1.chain.rpc('anvil_setStorageAt', [l1.addresses.sccBatchesContainer, slot, value])
    await set(slots.contextSlot(1088), slots.word(header.batchIndex + 1n))
    await set(slots.elementSlot(1088, header.batchIndex), batches.headerHash(header))
    const inclusion = { ...proof, stateRootBatchHeader: header }
    const relay = (nonce) =>
      users.messenger(l1).read(l1.chain, 'relayMessageViaChainId', [1088n, target, sender, body, nonce, inclusion])
    await relay(BigInt(messageNonce))
    await assert.rejects(relay(BigInt(messageNonce) + 1_000_000n), /could not be verified|Invalid trie node/)
  }
})

describe('messages to L2', () => {
  test('a deposit of METIS is minted, once', async () => {
    const before = await metisOf(l2, ALICE)
    const element = await users.depositMetis(l1, { amount: parseEther('4') })
    const [receipt] = await run(l2, [{ deposit: element }])
    assert.equal(receipt.status, '0x1')
    assert.equal(await metisOf(l2, ALICE), before + parseEther('4'))
    const [again] = await run(l2, [{ deposit: { ...element, queueIndex: element.queueIndex + 1000 } }])
    assert.equal(again.status, '0x0')
    assert.equal(await metisOf(l2, ALICE), before + parseEther('4'))
  })

  test('a deposit of ether is minted for whom it names', async () => {
    const before = await ethOf(l2, actors.bob.address)
    const element = await users.depositEth(l1, { to: actors.bob.address, amount: 5n })
    await run(l2, [{ deposit: element }])
    assert.equal(await ethOf(l2, actors.bob.address), before + 5n)
  })

  test('a message that fails on L2 stays without its flag', async () => {
    const message = encodeFunctionData({ abi: compile().MVM_Coinbase.abi, functionName: 'mint', args: [ALICE, 1n] })
    const element = await users.sendToL2(l1, { target: PREDEPLOYS.metis, message })
    const [receipt] = await run(l2, [{ deposit: element }])
    assert.equal(receipt.status, '0x1')
    const messenger = contractAt('L2CrossDomainMessenger', PREDEPLOYS.l2CrossDomainMessenger)
    const [failed] = messenger.events(receipt, 'FailedRelayedMessage')
    assert.equal(failed.msgHash, keccak256(element.data))
  })

  test('a message of anyone but the L1 messenger is refused on L2', async () => {
    const element = await users.sendToL2(l1, { target: ALICE })
    const [receipt] = await run(l2, [{ deposit: { ...element, l1TxOrigin: ALICE } }])
    assert.equal(receipt.status, '0x0')
  })

  test('only the messenger enqueues', async () => {
    const queue = contractAt('CanonicalTransactionChain', l1.addresses.canonicalTransactionChain)
    const call = queue.call(actors.alice, 'enqueueByChainId', [1088, ALICE, 200_000, '0x'])
    await isRefused(transact(l1.chain, [call]), /cross domain messenger/)
  })

  test('a message with too little gas for L2 is refused', async () => {
    await isRefused(users.sendToL2(l1, { target: ALICE, gasLimit: 99_999 }), /gas limit too low/)
  })
})

describe('governance', () => {
  test('an upgraded state commitment chain goes on, with other code and the same storage', async () => {
    const before = await proposer.totals(l1)
    const implementation = await governance.upgradeStateCommitmentChain(l1)
    assert.notEqual(implementation, l1.addresses.stateCommitmentChainImplementation)
    const code = await l1.chain.rpc('eth_getCode', [implementation, 'latest'])
    assert.equal(code, `${compile().StateCommitmentChain.deployedBytecode}00`)
    assert.deepEqual(await proposer.totals(l1), before)
    await appendInvented(1)
  })

  test('an upgraded messenger relays', async () => {
    const implementation = await governance.upgradeMessenger(l1)
    const slot = slots.nameSlot('OVM_L1CrossDomainMessenger')
    assert.equal(BigInt(await storageAt(l1, l1.addresses.libAddressManager, slot)), BigInt(implementation))
    const { calldata } = await relayOf('metis')
    await passWindow(l1)
    assert.equal((await users.relay(l1, calldata)).outcome, 'relayed')
  })

  test('a name that points elsewhere takes the container away from the state commitment chain', async () => {
    await governance.setName(l1, 'StateCommitmentChain', ALICE)
    await isRefused(appendInvented(1), /only be called by the owner/)
    await governance.setName(l1, 'StateCommitmentChain', l1.addresses.stateCommitmentChain)
    await appendInvented(1)
  })

  test('only the council sets names, code and storage', async () => {
    const manager = contractAt('Lib_AddressManager', l1.addresses.libAddressManager)
    const setAddress = manager.call(actors.alice, 'setAddress', ['StateCommitmentChain', ALICE])
    await isRefused(transact(l1.chain, [setAddress]), /not the owner/)
    const proxy = contractAt('L1ChugSplashProxy', l1.addresses.stateCommitmentChain)
    for (const call of [['setCode', ['0x00']], ['setStorage', [slots.word(0), slots.word(0)]], ['setOwner', [ALICE]]]) {
      await assert.rejects(transact(l1.chain, [proxy.call(actors.alice, ...call)]), Refused)
    }
  })
})

describe('the two chains together', () => {
  test('blocks after the first batch make the next, and what they hold is relayed', async () => {
    await fill(l2, 2)
    await send('metis', users.withdrawMetis, { amount: 9n })
    const second = await proposer.appendFrom(l1, l2)
    assert.equal(Number(second.header.prevTotalElements), first.stateRoots.length)
    const { calldata } = await relayOf('metis', second)
    await mineAt(l1, (await l1Time(l1)) + l1.window)
    assert.equal((await users.relay(l1, calldata)).outcome, 'relayed')
  })
})

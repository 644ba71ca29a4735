// Every documented slot of the contracts, read back from storage.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { encodeAbiParameters, getAddress, keccak256, parseEther, slice, stringToHex } from 'viem'
import { compile } from '../src/contracts.mjs'
import { PREDEPLOYS, actors, governance, networkFile, proposer, slots, users } from '../src/rollup/index.mjs'
import { ask, fill, nonceOf, passWindow, relayCall, run, startRollup, storageAt } from './support/rollup.mjs'

const { word } = slots
let world
before(async () => (world = await startRollup({ window: 600 })))
after(() => world?.stop())

/** Whether the contract's slot on L1 holds exactly this word. */
async function holds(address, slot, value) {
  assert.equal(await storageAt(world.l1, address, slot), word(value).toLowerCase())
}

const shortString = (text) => `${stringToHex(text, { size: 31 })}${(text.length * 2).toString(16).padStart(2, '0')}`

test('names lead to contracts, and contracts back to the address manager', async () => {
  const { addresses } = world.l1
  const { libAddressManager: manager } = addresses
  await holds(manager, word(0), actors.council.address)
  const named = {
    'StateCommitmentChain': addresses.stateCommitmentChain,
    'ChainStorageContainer-SCC-batches': addresses.sccBatchesContainer,
    'CanonicalTransactionChain': addresses.canonicalTransactionChain,
    'OVM_L1CrossDomainMessenger': addresses.l1CrossDomainMessengerImplementation,
    'Proxy__OVM_L1CrossDomainMessenger': addresses.l1CrossDomainMessenger,
    'Proxy__OVM_L1StandardBridge': addresses.l1StandardBridge,
    'METIS_MANAGER': actors.metisManager.address,
    '1088_MVM_FraudVerifier': actors.fraudVerifier.address,
    'a name that nobody set': word(0),
  }
  for (const [name, address] of Object.entries(named)) await holds(manager, slots.nameSlot(name), address)
  for (const each of ['stateCommitmentChain', 'sccBatchesContainer', 'canonicalTransactionChain', 'discountOracle']) {
    await holds(addresses[each], word(0), manager)
  }
  await holds(addresses.sccBatchesContainer, word(1), shortString('StateCommitmentChain'))
})

test('a proxy keeps implementation and owner where EIP-1967 says, and runs exactly the compiled code', async () => {
  const { addresses, chain } = world.l1
  await holds(addresses.stateCommitmentChain, slots.IMPLEMENTATION_SLOT, addresses.stateCommitmentChainImplementation)
  await holds(addresses.stateCommitmentChain, slots.OWNER_SLOT, actors.council.address)
  const code = await chain.rpc('eth_getCode', [addresses.stateCommitmentChainImplementation, 'latest'])
  assert.equal(code, compile().StateCommitmentChain.deployedBytecode)
})

test("the messenger's proxy keeps name and manager under its own address", async () => {
  const { l1CrossDomainMessenger: proxy, libAddressManager } = world.l1.addresses
  await holds(proxy, slots.proxyNameSlot(proxy), shortString('OVM_L1CrossDomainMessenger'))
  await holds(proxy, slots.proxyManagerSlot(proxy), libAddressManager)
})

test('the messenger has its variables at the slots of the deployed one', async () => {
  const { l1CrossDomainMessenger: messenger, libAddressManager } = world.l1.addresses
  // The flag of the initializer stands above the address.
  await holds(messenger, slots.MESSENGER_SLOTS.libAddressManager, (1n << 160n) | BigInt(libAddressManager))
  await holds(messenger, slots.MESSENGER_SLOTS.owner, actors.council.address)
  await holds(messenger, slots.MESSENGER_SLOTS.paused, 0)
  await holds(messenger, slots.MESSENGER_SLOTS.status, 1)
  await holds(messenger, slots.MESSENGER_SLOTS.xDomainMsgSender, '0x000000000000000000000000000000000000dEaD')
})

test('the state commitment chain has what its proxy wrote', async () => {
  const { stateCommitmentChain: scc, proposerRegistry } = world.l1.addresses
  await holds(scc, slots.SCC_SLOTS.fraudProofWindow, 600)
  await holds(scc, slots.SCC_SLOTS.sequencerPublishWindow, 12592000)
  await holds(scc, slots.SCC_SLOTS.defaultChainId, 1088)
  await holds(scc, slots.SCC_SLOTS.earliestDisputedBlockNumber, 0)
  await holds(proposerRegistry, word(0), actors.council.address)
  await holds(proposerRegistry, slots.proposerSlot(1088), actors.proposer.address)
})

test('the bridge has its variables', async () => {
  const { l1StandardBridge: bridge, l1CrossDomainMessenger, metisToken, libAddressManager } = world.l1.addresses
  await holds(bridge, word(0), l1CrossDomainMessenger)
  await holds(bridge, word(1), PREDEPLOYS.l2StandardBridge)
  await holds(bridge, word(2), metisToken)
  await holds(bridge, word(3), libAddressManager)
})

test('a deposit stands in the queue and in the accounts of the bridge', async () => {
  const { addresses, l2ChainId } = world.l1
  const { canonicalTransactionChain: ctc, l1StandardBridge, metisToken } = addresses
  const element = await users.depositMetis(world.l1, { amount: 7n })
  const { queueIndex, l1TxOrigin, target, gasLimit, data, l1Timestamp, l1BlockNumber } = element
  const types = ['address', 'address', 'uint256', 'bytes'].map((type) => ({ type }))
  const hash = keccak256(encodeAbiParameters(types, [l1TxOrigin, target, BigInt(gasLimit), data]))
  const slot = slots.queueElementSlot(l2ChainId, queueIndex)
  await holds(ctc, slots.queueLengthSlot(l2ChainId), queueIndex + 1)
  await holds(ctc, slot, hash)
  await holds(ctc, slots.offset(slot, 1), (BigInt(l1BlockNumber) << 40n) | BigInt(l1Timestamp))
  await holds(l1StandardBridge, slots.depositsSlot(metisToken, l2ChainId, PREDEPLOYS.metis), 7)
  await run(world.l2, [{ deposit: element }])
  assert.equal(await l2Storage('l2CrossDomainMessenger', slots.l2SuccessfulSlot(keccak256(data))), word(1))
})

test('batches stand in the container, the times and the last blocks', async () => {
  const { l1, l2 } = world
  const { sccBatchesContainer: container, stateCommitmentChain: scc } = l1.addresses
  await fill(l2, 3)
  const first = await proposer.appendFrom(l1, l2)
  await fill(l2, 2)
  const second = await proposer.appendFrom(l1, l2)
  const total = l2.head().number
  assert.equal(first.header.batchSize + second.header.batchSize, BigInt(total))
  await holds(container, slots.contextSlot(1088), (BigInt(second.timestamp) << 80n) | (BigInt(total) << 40n) | 2n)
  await holds(container, slots.elementSlot(1088, 0), first.headerHash)
  await holds(container, slots.elementSlot(1088, 1), second.headerHash)
  await holds(scc, slots.batchTimesSlot(1088), 2)
  const times = [first, second].map(({ timestamp }, index) => (BigInt(timestamp) << 64n) | BigInt(index))
  await holds(scc, slots.batchTimeSlot(1088, 1), (times[1] << 128n) | times[0])
  await holds(scc, slots.lastBlockSlot(first.headerHash), first.header.batchSize)
  await holds(scc, slots.lastBlockSlot(second.headerHash), total)
  await holds(scc, slots.disputedSlot(second.headerHash), 0)
})

test('extraData has time, submitter, and hash and number of the last block', async () => {
  const { l1, l2 } = world
  await fill(l2, 1)
  const { header, timestamp } = await proposer.appendFrom(l1, l2)
  const types = ['uint256', 'address', 'bytes32', 'uint256'].map((type) => ({ type }))
  const { hash, number } = l2.head()
  const expected = [BigInt(timestamp), actors.proposer.address, hash, BigInt(number)]
  assert.equal(header.extraData, encodeAbiParameters(types, expected))
})

test('a dispute stands in the flags and in the earliest disputed block', async () => {
  const { l1, l2 } = world
  const { stateCommitmentChain: scc } = l1.addresses
  await fill(l2, 1)
  const batch = await proposer.appendFrom(l1, l2)
  await governance.disputeBatch(l1, batch)
  await holds(scc, slots.disputedSlot(batch.headerHash), 1)
  await holds(scc, slots.SCC_SLOTS.earliestDisputedBlockNumber, batch.header.prevTotalElements + 1n)
  await governance.deleteBatch(l1, batch)
})

test('a message that was sent, relayed or blocked has its flag', async () => {
  const { l1, l2 } = world
  const messenger = l1.addresses.l1CrossDomainMessenger
  const raw = await users.withdrawMetis({ amount: 3n, nonce: await nonceOf(l2, actors.alice) })
  const [receipt] = await run(l2, [raw])
  const [sent] = users.sentMessages(receipt)
  const { calldata, hash, passerSlot, xDomainCalldata } = await relayCall(world, sent)
  assert.equal(await l2Storage('messagePasser', passerSlot), word(1))
  assert.equal(await l2Storage('l2CrossDomainMessenger', slots.entry(hash, 2)), word(1))
  assert.equal(BigInt(await l2Storage('l2CrossDomainMessenger', word(3))), sent.messageNonce + 1n)
  await holds(messenger, slots.successfulSlot(hash), 0)
  await passWindow(l1)
  const { receipt: relayed } = await users.relay(l1, calldata)
  await holds(messenger, slots.successfulSlot(hash), 1)
  await holds(messenger, slots.relayedSlot(xDomainCalldata, actors.relayer.address, relayed.blockNumber), 1)
  await holds(messenger, slots.blockedSlot(hash), 0)
  await governance.blockMessage(l1, hash)
  await holds(messenger, slots.blockedSlot(hash), 1)
  await governance.pause(l1)
  await holds(messenger, slots.MESSENGER_SLOTS.paused, 1)
})

test('the predeploys start as if they had been constructed', async () => {
  const { l1CrossDomainMessenger, l1StandardBridge } = world.l1.addresses
  const at0 = (predeploy, slot) => ask(world.l2, 'eth_getStorageAt', PREDEPLOYS[predeploy], slot, '0x0')
  const addressAt = async (predeploy, slot) => getAddress(slice(await at0(predeploy, word(slot)), 12))
  assert.equal(BigInt(await at0('l2CrossDomainMessenger', word(3))), 100000n)
  assert.equal(await addressAt('l2CrossDomainMessenger', 4), '0x000000000000000000000000000000000000dEaD')
  assert.equal(await addressAt('l2CrossDomainMessenger', 5), l1CrossDomainMessenger)
  assert.equal(await addressAt('l2StandardBridge', 0), PREDEPLOYS.l2CrossDomainMessenger)
  assert.equal(await addressAt('l2StandardBridge', 1), l1StandardBridge)
  for (const token of ['metis', 'eth']) {
    assert.equal(BigInt(await at0(token, slots.balanceSlot(actors.alice.address))), parseEther('1000'))
    assert.equal(BigInt(await at0(token, word(2))), parseEther('2000'))
    assert.equal(await addressAt(token, 6), PREDEPLOYS.l2StandardBridge)
  }
  assert.equal(await at0('metis', word(4)), shortString('Metis'))
})

test('the network file names every contract and pins what a client can', async () => {
  const { l1, l2 } = world
  const { hash, header } = l2.block(0)
  const file = networkFile({ l1, genesis: { hash, stateRoot: header.stateRoot } })
  const code = await ask(l2, 'eth_getCode', file.l2.predeploys.metis, 'latest')
  assert.deepEqual(file.l2.metisCodeHashes, [keccak256(code)])
  assert.equal(file.l2.genesisStateRoot, header.stateRoot)
  const { contracts } = file
  assert.equal(contracts.stateCommitmentChainImplementation, l1.addresses.stateCommitmentChainImplementation)
  assert.equal(contracts.l1CrossDomainMessengerImplementation, l1.addresses.l1CrossDomainMessengerImplementation)
  assert.equal(contracts.fraudProofWindow, 600)
  assert.deepEqual(contracts.emitters, [{ address: contracts.stateCommitmentChain, fromBlock: l1.fromBlock }])
  for (const name of ['libAddressManager', 'sccBatchesContainer', 'l1StandardBridge', 'metisToken', 'proposerRegistry']) {
    assert.notEqual(await l1.chain.rpc('eth_getCode', [contracts[name], 'latest']), '0x')
  }
})

const l2Storage = (predeploy, slot) => ask(world.l2, 'eth_getStorageAt', PREDEPLOYS[predeploy], slot, 'latest')

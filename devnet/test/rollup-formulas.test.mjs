// What is computed outside of the contracts: hashes, slots, encodings, against real and recorded data.

import assert from 'node:assert/strict'
import test from 'node:test'
import { encodeAbiParameters, encodeEventTopics, keccak256, toFunctionSelector } from 'viem'
import { compile } from '../src/contracts.mjs'
import { PREDEPLOYS, applyAlias, batch, message, slots } from '../src/rollup/index.mjs'
import { recording, skip, vector } from './support/l2-vectors.mjs'

const formulas = skip ? {} : vector('metis/l1-formulas.json')
const scenarios = ['1-happy', '3-deleted', '4-disputed', '6-governance']

/** A header of the vectors, where numbers are JSON numbers. */
const header = ({ batchIndex = 0, batchRoot, batchSize, prevTotalElements, extraData }) => ({
  batchIndex: BigInt(batchIndex),
  batchRoot,
  batchSize: BigInt(batchSize),
  prevTotalElements: BigInt(prevTotalElements),
  extraData,
})

/** Batch 21363 stands among them with a branch alone. */
const trees = skip ? [] : formulas.merkle.filter(({ leaves }) => leaves.length > 0)

test("trees have the roots and branches that the contracts' library computed", { skip }, () => {
  for (const { leaves, root, proofs } of trees) {
    assert.equal(batch.batchRoot(leaves), root)
    for (const { index, siblings } of proofs) assert.deepEqual(batch.siblings(leaves, index), siblings)
  }
})

test('a tree with one other leaf has another root', { skip }, () => {
  const { leaves, root } = trees.at(-1)
  assert.notEqual(batch.batchRoot([leaves[1], ...leaves.slice(1)]), root)
  assert.throws(() => batch.batchRoot([]), /at least one/)
})

test("Andromeda's batch 473 has its root and its header hash", { skip }, () => {
  const { response, derived } = vector('metis/state-batch-andromeda-473.json')
  const { root, size, prevTotalElements, extraData } = response.batch
  const roots = response.stateRoots.map((each) => (each.startsWith('0x') ? each : `0x${each}`))
  assert.equal(batch.batchRoot(roots), root)
  const real = header({ batchRoot: root, batchSize: size, prevTotalElements, extraData })
  assert.equal(batch.headerHash(real), derived.batchHeaderHash)
  assert.notEqual(batch.headerHash({ ...real, batchSize: real.batchSize + 1n }), derived.batchHeaderHash)
})

test('headers of both generations have the hashes that the contracts computed', { skip }, () => {
  for (const each of formulas.batchHeaderHash) assert.equal(batch.headerHash(header(each)), each.hash)
  for (const each of scenarios.flatMap((scenario) => recording(scenario).expected.batches)) {
    assert.equal(batch.batchRoot(each.stateRoots), each.batchRoot)
    assert.equal(batch.headerHash(header(each)), each.headerHash)
  }
})

test("Andromeda's withdrawal 106603 has its hash and its slot", { skip }, () => {
  const { message: real, derived, proof } = vector('metis/withdrawal-andromeda-batch21363.json')
  assert.equal(message.xDomainCalldata(real), real.xDomainCalldata)
  assert.equal(message.messageHash(real), real.xDomainCalldataHash)
  assert.equal(message.passerSlot(real), derived.sentMessagesSlot)
  assert.equal(batch.headerHash(header(proof.stateRootBatchHeader)), derived.batchHeaderHash)
  const other = { ...real, messageNonce: real.messageNonce + 1 }
  assert.notEqual(message.passerSlot(other), derived.sentMessagesSlot)
})

test('messages in both directions have the recorded hashes and slots', { skip }, () => {
  for (const each of scenarios.flatMap((scenario) => recording(scenario).expected.messages)) {
    assert.equal(message.messageHash(each), each.messageHash)
    assert.equal(message.passerSlot(each), each.passerSlot)
    assert.equal(slots.successfulSlot(each.messageHash), each.l1SuccessfulMessagesSlot)
  }
  for (const { data, messageHash, l2SuccessSlot } of recording('1-happy').expected.deposits) {
    assert.equal(keccak256(data), messageHash)
    assert.equal(slots.l2SuccessfulSlot(messageHash), l2SuccessSlot)
  }
})

test('relays have the recorded slot', { skip }, () => {
  const { relays, messages } = recording('1-happy').expected
  for (const { messageHash, relayer, l1Block, relayedMessagesSlot } of relays) {
    const { xDomainCalldata } = messages.find((each) => each.messageHash === messageHash)
    assert.equal(slots.relayedSlot(xDomainCalldata, relayer, l1Block), relayedMessagesSlot)
  }
})

test('relay calls are byte for byte the recorded ones', { skip }, () => {
  const { expected, proofs, network } = recording('1-happy')
  const relayed = expected.messages.filter(({ relay }) => relay)
  assert.ok(relayed.length > 0)
  for (const { relay, l2Block, passerSlot, ...sent } of relayed) {
    const posted = expected.batches[relay.batchIndex]
    const index = l2Block - 1 - posted.prevTotalElements
    const proof = proofs.find(({ at, address, storageProof }) =>
      BigInt(address) === BigInt(PREDEPLOYS.messagePasser) && Number(at) === l2Block
      && storageProof.length === 1 && storageProof[0].key === passerSlot)
    const calldata = message.relayCalldata({
      chainId: network.l2.chainId,
      message: sent,
      header: header({ ...posted, batchIndex: posted.index }),
      stateRoot: posted.stateRoots[index],
      index,
      siblings: batch.siblings(posted.stateRoots, index),
      proof,
    })
    assert.equal(calldata, relay.calldata)
  }
})

test('queue elements have the recorded hash, and the alias of the messenger as sender', { skip }, () => {
  const { expected, network } = recording('1-happy')
  assert.equal(applyAlias(network.contracts.l1CrossDomainMessenger), network.l2.l1MessengerAlias)
  const types = ['address', 'address', 'uint256', 'bytes'].map((type) => ({ type }))
  for (const { origin, target, gasLimit, data, transactionHash } of expected.deposits) {
    assert.equal(origin, network.l2.l1MessengerAlias)
    assert.equal(keccak256(encodeAbiParameters(types, [origin, target, BigInt(gasLimit), data])), transactionHash)
  }
  for (const [address, alias] of Object.entries(formulas.slots.alias)) {
    assert.equal(applyAlias(address).toLowerCase(), alias)
  }
})

test('slots are the documented ones', { skip }, () => {
  const { addressManager, ctc, l2, proposerRegistry, scc } = formulas.slots
  const { chainStorageContainer, chainStorageContainer_59902 } = formulas.slots
  for (const [name, { slot }] of Object.entries(addressManager.names)) assert.equal(slots.nameSlot(name), slot)
  for (const { chainId, contextSlot, elements } of [chainStorageContainer, chainStorageContainer_59902]) {
    assert.equal(slots.contextSlot(chainId), contextSlot)
    for (const [index, slot] of Object.entries(elements)) assert.equal(slots.elementSlot(chainId, Number(index)), slot)
  }
  assert.equal(slots.batchTimesSlot(1088), scc.batchTimes_1088_lengthSlot)
  for (const [i, { slot }] of Object.entries(scc.batchTimes_1088_element_slot)) {
    assert.equal(slots.batchTimeSlot(1088, Number(i)), slot)
  }
  assert.equal(slots.queueLengthSlot(1088), ctc.queueLength_1088)
  for (const [index, { transactionHash, timestampAndBlock }] of Object.entries(ctc.queueElement)) {
    assert.equal(slots.queueElementSlot(1088, Number(index)), transactionHash)
    assert.equal(slots.offset(transactionHash, 1), timestampAndBlock)
  }
  assert.equal(slots.proposerSlot(1088), proposerRegistry.proposers_1088)
  assert.equal(slots.balanceSlot(l2.metisBalance.account), l2.metisBalance.slot)
  const proxy = '0x081D1101855bD523bA69A9794e0217F0DB6323ff'
  assert.deepEqual([slots.proxyNameSlot(proxy), slots.proxyManagerSlot(proxy)], [
    '0xc0fdab433180e9a64561dd56258895c193abc7c4641ce864532bffddd8ac6a5a',
    '0xaaa5233793d3b871996806060b07155362e81f97c7e959e2ccb3c6d27493023a',
  ])
})

test('variables stand at the documented slots', { skip }, () => {
  const documented = {
    StateCommitmentChain: formulas.slots.scc,
    L1CrossDomainMessenger: formulas.slots.l1CrossDomainMessenger,
    L2CrossDomainMessenger: formulas.slots.l2.l2cdm,
    OVM_GasPriceOracle: formulas.slots.l2.gasPriceOracle,
    OVM_DeployerWhitelist: formulas.slots.l2.deployerWhitelist,
  }
  const spelled = { owner: '_owner', paused: '_paused', status: '_status' }
  for (const [name, layout] of Object.entries(documented)) {
    const compared = compile()[name].storageLayout.storage.filter(({ label, slot, offset }) => {
      const expected = layout[label] ?? layout[spelled[label]]
      if (expected === undefined) return false
      assert.equal(typeof expected === 'number' ? Number(slot) : `${slot}:${offset}`, expected, `${name}.${label}`)
      return true
    })
    const numbers = Object.values(layout).filter((value) => typeof value === 'number' || /^\d+:\d+$/.test(value))
    assert.equal(compared.length, numbers.length, name)
  }
})

test('functions and events have the documented selectors and topics', { skip }, () => {
  for (const [name, { functions = [], events = [] }] of Object.entries(documented)) {
    const { abi } = compile()[name]
    const selectors = abi.filter(({ type }) => type === 'function').map(toFunctionSelector)
    const topics = abi.filter(({ type }) => type === 'event').map((event) => encodeEventTopics({ abi: [event] })[0])
    for (const each of functions) assert.ok(selectors.includes(formulas.selectors[each]), `${name}.${each}`)
    for (const each of events) assert.ok(topics.includes(formulas.topics[each]), `${name}.${each}`)
  }
})

const HDR = '(uint256,bytes32,uint256,uint256,bytes)'
const PRF = '(uint256,bytes32[])'
const INC = `(bytes32,${HDR},${PRF},bytes,bytes)`

/** What others call and watch; the names in the vectors are the documents'. */
const documented = {
  StateCommitmentChain: {
    functions: [
      'appendStateBatch(bytes32[],uint256,bytes32,uint256)',
      'appendStateBatchByChainId(uint256,bytes32[],uint256,string,bytes32,uint256)',
      `deleteStateBatch(${HDR})`,
      `deleteStateBatchByChainId(uint256,${HDR})`,
      `verifyStateCommitment(bytes32,${HDR},${PRF})`,
      `verifyStateCommitmentByChainId(uint256,bytes32,${HDR},${PRF})`,
      `insideFraudProofWindow(${HDR})`,
      `insideFraudProofWindowByChainId(uint256,${HDR})`,
      'setFraudProofWindow(uint256)',
      'FRAUD_PROOF_WINDOW()',
      'getTotalElementsByChainId(uint256)',
      'getTotalBatchesByChainId(uint256)',
      'getLastSequencerTimestampByChainId(uint256)',
      'batchTimes(uint256,uint256)',
      'batchLastL2BlockNumbers(bytes32)',
      'disputedBatches(bytes32)',
      'earliestDisputedBlockNumber()',
      'saveDisputedBatch(bytes32,uint256)',
      'saveDisputedBatchTimeout(uint256,uint256,uint256)',
    ],
    events: [
      'StateBatchAppended(uint256,uint256,bytes32,uint256,uint256,bytes)',
      'StateBatchDeleted(uint256,uint256,bytes32)',
      'BatchDisputedOnTimeout(uint256,uint256,bytes32)',
    ],
  },
  L1CrossDomainMessenger: {
    functions: [
      `relayMessage(address,address,bytes,uint256,${INC})`,
      `relayMessageViaChainId(uint256,address,address,bytes,uint256,${INC})`,
      'sendMessage(address,bytes,uint32)',
      'sendMessageViaChainId(uint256,address,bytes,uint32)',
      'successfulMessages(bytes32)',
      'pause()',
      'unpause()',
      'paused()',
    ],
    events: [
      'SentMessage(address,address,bytes,uint256,uint256,uint256)',
      'RelayedMessage(bytes32)',
      'FailedRelayedMessage(bytes32)',
      'MessageBlocked(bytes32)',
      'MessageAllowed(bytes32)',
      'Paused(address)',
      'Unpaused(address)',
    ],
  },
  L1StandardBridge: {
    functions: [
      'finalizeETHWithdrawal(address,address,uint256,bytes)',
      'finalizeETHWithdrawalByChainId(uint256,address,address,uint256,bytes)',
      'finalizeMetisWithdrawalByChainId(uint256,address,address,uint256,bytes)',
      'finalizeERC20WithdrawalByChainId(uint256,address,address,address,address,uint256,bytes)',
      'finalizeERC20Withdrawal(address,address,address,address,uint256,bytes)',
      'depositETH(uint32,bytes)',
      'depositETHToByChainId(uint256,address,uint32,bytes)',
      'depositERC20(address,address,uint256,uint32,bytes)',
      'depositERC20ToByChainId(uint256,address,address,address,uint256,uint32,bytes)',
      'deposits(address,uint256,address)',
    ],
    events: [
      'ETHDepositInitiated(address,address,uint256,bytes,uint256)',
      'ETHWithdrawalFinalized(address,address,uint256,bytes,uint256)',
      'ERC20DepositInitiated(address,address,address,address,uint256,bytes)',
      'ERC20WithdrawalFinalized(address,address,address,address,uint256,bytes)',
      'ERC20ChainID(uint256)',
    ],
  },
  CanonicalTransactionChain: {
    functions: [
      'enqueue(address,uint256,bytes)',
      'enqueueByChainId(uint256,address,uint256,bytes)',
      'getQueueElementByChainId(uint256,uint256)',
      'getQueueLengthByChainId(uint256)',
    ],
    events: ['TransactionEnqueued(uint256,address,address,uint256,bytes,uint256,uint256)'],
  },
  ChainStorageContainer: {
    functions: [
      'lengthByChainId(uint256)',
      'pushByChainId(uint256,bytes32,bytes27)',
      'deleteElementsAfterInclusiveByChainId(uint256,uint256,bytes27)',
    ],
  },
  Lib_AddressManager: {
    functions: ['getAddress(string)', 'setAddress(string,address)'],
    events: ['AddressSet(string,address,address)', 'OwnershipTransferred(address,address)'],
  },
  L1ChugSplashProxy: { functions: ['setCode(bytes)', 'setStorage(bytes32,bytes32)', 'setOwner(address)', 'getOwner()'] },
  MVM_ProposerRegistry: {
    functions: ['getProposer(uint256)', 'setProposer(uint256,address)'],
    events: ['ProposerSet(uint256,address)'],
  },
  OVM_L2ToL1MessagePasser: { functions: ['passMessageToL1(bytes)'] },
  L2CrossDomainMessenger: {
    functions: ['relayMessage(address,address,bytes,uint256)', 'sendMessage(address,bytes,uint32)'],
    events: [
      'SentMessage(address,address,bytes,uint256,uint256,uint256)',
      'RelayedMessage(bytes32)',
      'FailedRelayedMessage(bytes32)',
    ],
  },
  L2StandardBridge: {
    functions: [
      'withdraw(address,uint256,uint32,bytes)',
      'withdrawTo(address,address,uint256,uint32,bytes)',
      'withdrawMetis(uint256,uint32,bytes)',
      'withdrawMetisTo(address,uint256,uint32,bytes)',
      'finalizeDeposit(address,address,address,address,uint256,bytes)',
    ],
    events: [
      'WithdrawalInitiated(address,address,address,address,uint256,bytes)',
      'DepositFinalized(address,address,address,address,uint256,bytes)',
      'DepositFailed(address,address,address,address,uint256,bytes)',
    ],
  },
  MVM_Coinbase: {
    events: ['Transfer(address,address,uint256)', 'Mint(address,uint256)', 'Burn(address,uint256)'],
  },
}

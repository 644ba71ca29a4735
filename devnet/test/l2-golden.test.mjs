// The L2's encodings against recorded blocks: golden (a local chain that somebody else built) and, where they are complete
// enough, blocks and transactions of Andromeda itself.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keccak256, size } from 'viem'
import { cliqueSigner, encodeBlock, encodeHeader, headerHash } from '../src/l2/header.mjs'
import { encodeReceipt, logsBloom } from '../src/l2/receipt.mjs'
import { depositTransaction, encodeLeaf, leafItems, sender } from '../src/l2/transaction.mjs'
import { sequencerSigner, transactionHash, userTransaction } from '../src/l2/transaction.mjs'
import { listRoot } from '../src/l2/trie.mjs'
import { recording, skip, vector } from './support/l2-vectors.mjs'

const scenarios = ['1-happy', '3-deleted', '4-disputed']

for (const scenario of skip ? [] : scenarios) {
  const { blocks, receipts, expected, network, proofs } = recording(scenario)

  test(`${scenario}: every header hashes to its block's hash, and links to its parent`, () => {
    assert.ok(blocks.length > 10)
    for (const [number, block] of blocks.entries()) {
      assert.equal(headerHash(block), block.hash)
      if (number > 0) assert.equal(block.parentHash, blocks[number - 1].hash)
    }
    assert.notEqual(headerHash({ ...blocks[1], gasUsed: '0x1' }), blocks[1].hash)
  })

  test(`${scenario}: every header but the first is sealed by the clique signer`, async () => {
    for (const block of blocks.slice(1)) assert.equal(await cliqueSigner(block), network.l2.cliqueSigner)
    assert.notEqual(await cliqueSigner({ ...blocks[1], gasUsed: '0x1' }), network.l2.cliqueSigner)
  })

  test(`${scenario}: rebuilt transactions tries have the roots of the headers, rebuilt blocks their sizes`, async () => {
    // The size of the recorded block 0 is not that of its RLP.
    for (const block of blocks.slice(1)) {
      assert.equal(await listRoot(block.transactions.map(encodeLeaf)), block.transactionsRoot)
      assert.equal(size(encodeBlock(block, block.transactions.map(leafItems))), Number(block.size))
    }
    const spoiled = { ...blocks[1].transactions[0], l1BlockNumber: '0x1' }
    assert.notEqual(await listRoot([encodeLeaf(spoiled)]), blocks[1].transactionsRoot)
  })

  test(`${scenario}: rebuilt receipts tries have the roots of the headers, rebuilt blooms are the recorded ones`, async () => {
    for (const block of blocks) {
      const own = receipts.get(block.hash) ?? receipts.get(block.number)
      assert.equal(await listRoot(own.map(encodeReceipt)), block.receiptsRoot)
      assert.equal(logsBloom(own.flatMap(({ logs }) => logs)), block.logsBloom)
      for (const receipt of own) assert.equal(logsBloom(receipt.logs), receipt.logsBloom)
    }
    const spoiled = { ...receipts.get('0x1')[0], cumulativeGasUsed: '0x1' }
    assert.notEqual(await listRoot([encodeReceipt(spoiled)]), blocks[1].receiptsRoot)
  })

  test(`${scenario}: senders and sequencers are recovered as expected`, async () => {
    const transactions = new Map(blocks.flatMap(({ transactions }) => transactions.map((each) => [each.hash, each])))
    assert.equal(transactions.size, expected.l2Transactions.length)
    for (const { hash, sender: who, sequencerSigner: sequencer } of expected.l2Transactions) {
      assert.equal(transactionHash(transactions.get(hash)), hash)
      assert.equal(await sender(transactions.get(hash)), who)
      assert.equal(await sequencerSigner(transactions.get(hash)), sequencer?.toLowerCase() ?? null)
    }
  })

  test(`${scenario}: transactions are read back from what users signed`, async () => {
    for (const recorded of blocks.flatMap(({ transactions }) => transactions)) {
      if (recorded.queueOrigin === 'l1') continue
      for (const [name, value] of Object.entries(await userTransaction(recorded.rawTransaction))) {
        assert.equal(value, recorded[name], name)
      }
    }
  })

  test(`${scenario}: a queue element of L1 becomes the transaction that L2 has`, (t) => {
    if (!expected.deposits?.length) return t.skip('no deposits in it')
    for (const { queueIndex, target, gasLimit, data, origin, l2Block } of expected.deposits) {
      const recorded = blocks[l2Block].transactions[0]
      const transaction = depositTransaction({ queueIndex, target, gasLimit, data, l1TxOrigin: origin })
      for (const [name, value] of Object.entries(transaction)) assert.equal(value, recorded[name], name)
    }
  })

  test(`${scenario}: the first node of every recorded proof is the state root's`, () => {
    assert.ok(proofs.length > 0)
    const roots = new Map(blocks.flatMap(({ number, hash, stateRoot }) => [[number, stateRoot], [hash, stateRoot]]))
    for (const { at, accountProof } of proofs) assert.equal(keccak256(accountProof[0]), roots.get(at))
  })
}

test('Andromeda: block 0 has its hash and its size', { skip }, () => {
  const { recordedBlock } = vector('metis/genesis-andromeda.json')
  assert.equal(headerHash(recordedBlock), recordedBlock.hash)
  assert.equal(size(encodeBlock(recordedBlock, [])), Number(recordedBlock.size))
})

test('Andromeda: headers of blocks 436 and 4776706 hash and recover', { skip }, async () => {
  const { blocks } = vector('metis/blocks-andromeda-ankr-2023-02.json')
  for (const { block, derived } of blocks) {
    assert.equal(encodeHeader(block), derived.headerRlp)
    assert.equal(headerHash(block), block.hash)
    assert.equal(await cliqueSigner(block), derived.cliqueSigner)
  }
})

test('Andromeda: transactions without and with a sequencer signature have their hashes and leaves', { skip }, async () => {
  const { transaction } = vector('metis/blocks-andromeda-ankr-2023-02.json')
  const { samples } = vector('metis/transactions-andromeda-18827xxx.json')
  for (const { tx } of [transaction, ...samples]) {
    assert.equal(transactionHash(tx), tx.hash)
    assert.equal(await sender(tx), tx.from)
    assert.equal((await userTransaction(tx.rawTransaction)).from, tx.from)
  }
  assert.equal(leafItems(transaction.tx)[1].length, 7)
  assert.equal(await sequencerSigner(transaction.tx), null)
  for (const { tx, derived } of samples) {
    assert.equal(encodeLeaf(tx), derived.txTrieLeafV2)
    assert.equal(await sequencerSigner(tx), derived.recoveredSequencer.toLowerCase())
  }
})

test('Andromeda: messages of the queue of 2021 have the hashes derived from their events', { skip }, () => {
  const { events } = vector('metis/enqueue-events-andromeda-2021-11.json')
  for (const { event, derivedTxHash } of events) {
    const { index, target, data, gasLimit, origin } = event
    const element = { queueIndex: index, target, data, gasLimit: BigInt(gasLimit), l1TxOrigin: origin }
    assert.equal(depositTransaction(element).hash, derivedTxHash)
  }
})

// The L1 alone: what it serves convinces Lodestar's implementation of the light-client specification.

import '../src/beacon/preset.mjs'
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { sszTypesFor } from '@lodestar/types'
import { keccak256, toHex } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { startL1 } from '../src/l1.mjs'
import { followBeacon, get, getSsz, spoilt } from './support/light-client.mjs'

const emptyTrie = keccak256('0x80')
const hex = (bytes) => `0x${Buffer.from(bytes).toString('hex')}`

describe('a beacon chain over anvil', () => {
  let l1
  before(async () => {
    l1 = await startL1()
    await l1.beacon.advance(150)
  })
  after(() => l1.stop())

  it('is finalized two to three epochs behind its head', () => {
    const { head, finalized } = l1.beacon
    assert.equal(head.slot, 150)
    assert.equal(finalized.slot, 128)
  })

  it('is followed by a light client from its first checkpoint across two committee periods', async () => {
    const checkpoint = hex(l1.beacon.atSlot(8).root)
    const { finalizedHeader, optimisticHeader } = await followBeacon(l1, checkpoint)
    assert.equal(hex(finalizedHeader.execution.blockHash), l1.beacon.finalized.executionHash)
    assert.equal(optimisticHeader.beacon.slot, l1.beacon.head.slot - 1)
  })

  for (const [title, spoil] of Object.entries(spoilt)) {
    it(`is not followed by a light client where ${title}`, async () => {
      const checkpoint = hex(l1.beacon.atSlot(8).root)
      await assert.rejects(followBeacon(l1, checkpoint, spoil))
    })
  }

  it("commits to the execution client's blocks", async () => {
    const { finalized } = l1.beacon
    const block = await l1.rpc('eth_getBlockByHash', [finalized.executionHash, false])
    assert.equal(Number(block.number), finalized.slot)
    assert.equal(Number(block.timestamp), l1.beacon.timeOf(finalized.slot))
    assert.equal(block.stateRoot, hex(finalized.header.execution.stateRoot))
  })

  it('names its genesis, its sizes and its forks', async () => {
    const spec = (await get(l1, 'config/spec')).body.data
    const genesis = (await get(l1, 'beacon/genesis')).body.data
    const network = l1.beacon.networkFileL1()
    assert.equal(Number(spec.SLOTS_PER_EPOCH), network.slotsPerEpoch)
    assert.equal(spec.FULU_FORK_VERSION, network.forks.FULU_FORK_VERSION)
    assert.equal(Number(genesis.genesis_time), network.genesisTime)
    assert.equal(genesis.genesis_validators_root, network.genesisValidatorsRoot)
  })

  it('has bootstraps of finalized checkpoints and of nothing else', async () => {
    const status = async (slot) => {
      const { root } = (await get(l1, `beacon/blocks/${slot}/root`)).body.data
      return (await get(l1, `beacon/light_client/bootstrap/${root}`)).status
    }
    assert.deepEqual(await Promise.all([120, 121, 144].map(status)), [200, 404, 404])
    assert.equal((await get(l1, `beacon/light_client/bootstrap/${keccak256('0x')}`)).status, 404)
  })

  it('answers in SSZ what it answers in JSON', async () => {
    const path = 'beacon/light_client/finality_update'
    const { version, bytes } = await getSsz(l1, path)
    const type = sszTypesFor(version).LightClientFinalityUpdate
    assert.deepEqual(type.toJson(type.deserialize(bytes)), (await get(l1, path)).body.data)
  })

  it('frames a list of updates in SSZ', async () => {
    const path = 'beacon/light_client/updates?start_period=0&count=2'
    const { bytes } = await getSsz(l1, path)
    const type = sszTypesFor('fulu').LightClientUpdate
    const updates = []
    for (let offset = 0; offset < bytes.length; ) {
      const end = offset + 8 + Number(bytes.readBigUInt64LE(offset))
      updates.push(type.toJson(type.deserialize(bytes.subarray(offset + 12, end))))
      offset = end
    }
    assert.deepEqual(updates, (await get(l1, path)).body.map(({ data }) => data))
  })

  it('may be asked by a page of any origin', async () => {
    const response = await fetch(`${l1.beaconUrl}/eth/v1/node/syncing`)
    assert.equal(response.headers.get('access-control-allow-origin'), '*')
    assert.equal((await response.json()).data.head_slot, '150')
  })
})

describe('a beacon chain that is disturbed', () => {
  let l1
  before(async () => {
    l1 = await startL1({ forks: { electra: 3, fulu: 6 } })
    await l1.beacon.advance(40)
  })
  after(() => l1.stop())

  it('finalizes nothing while half of the validators attest, and goes on when all do', async () => {
    const { slot } = l1.beacon.finalized
    await l1.beacon.advance(24, { attesting: 0.5 })
    const stalled = l1.beacon.finalized.slot
    await l1.beacon.advance(24)
    assert.ok(stalled <= slot + 8, `${stalled} after ${slot}`)
    assert.ok(l1.beacon.finalized.slot > stalled + 16)
  })

  it('shows how few of the sync committee signed', async () => {
    await l1.beacon.advance(1, { participation: 0.25 })
    const { data } = (await get(l1, 'beacon/light_client/optimistic_update')).body
    assert.equal(Number(data.signature_slot), l1.beacon.head.slot)
    assert.equal(data.sync_aggregate.sync_committee_bits, '0xff000000')
  })

  it('bridges empty slots', async () => {
    const { slot } = l1.beacon.head
    await l1.beacon.advance(1, { skip: 3 })
    assert.equal(l1.beacon.head.slot, slot + 4)
    assert.equal((await get(l1, `beacon/blocks/${slot + 2}/root`)).status, 404)
    assert.equal(await l1.rpc('eth_blockNumber').then(Number), slot + 1)
    await l1.beacon.advance(1)
  })

  it('gives up its last blocks, and the update that names one of them is served a little longer', async () => {
    const update = async () => (await get(l1, 'beacon/light_client/optimistic_update')).body.data.attested_header
    const abandoned = (await update()).execution.block_hash
    const isKnown = async (hash) => (await l1.rpc('eth_getBlockByHash', [hash, false])) !== null
    assert.ok(await isKnown(abandoned))

    await l1.beacon.reorg(2)
    assert.equal((await update()).execution.block_hash, abandoned)
    assert.ok(!(await isKnown(abandoned)))

    await l1.beacon.advance(1)
    assert.ok(await isKnown((await update()).execution.block_hash))
  })

  it('is followed by a light client across Deneb, Electra and Fulu all the same', async () => {
    await l1.beacon.advance(26)
    const { finalizedHeader } = await followBeacon(l1, hex(l1.beacon.atSlot(8).root))
    assert.equal(hex(finalizedHeader.execution.blockHash), l1.beacon.finalized.executionHash)
  })
})

describe('a beacon chain over EthereumJS', () => {
  let l1
  before(async () => {
    l1 = await startL1({ execution: 'ethereumjs' })
    await l1.beacon.advance(34)
  })
  after(() => l1.stop())

  it('is followed by a light client', async () => {
    const { finalizedHeader } = await followBeacon(l1, hex(l1.beacon.atSlot(8).root))
    assert.equal(hex(finalizedHeader.execution.blockHash), l1.beacon.finalized.executionHash)
  })

  it('proves that a slot which was set back to zero is absent', async () => {
    const account = mnemonicToAccount('test test test test test test test test test test test junk')
    const send = async (nonce, transaction) => {
      const fees = { chainId: l1.chainId, type: 'legacy', gas: 100_000n, gasPrice: 3_000_000_000n }
      const raw = await account.signTransaction({ ...transaction, ...fees, nonce })
      const hash = await l1.rpc('eth_sendRawTransaction', [raw])
      await l1.mine()
      return l1.rpc('eth_getTransactionReceipt', [hash])
    }
    // Stores its calldata in slot 0.
    const { contractAddress: to } = await send(0, { data: '0x645f355f55005f526005601bf3' })
    const storageHash = async () => (await l1.rpc('eth_getProof', [to, ['0x0'], 'latest'])).storageHash
    await send(1, { to, data: toHex(7, { size: 32 }) })
    const full = await storageHash()
    await send(2, { to, data: toHex(0, { size: 32 }) })
    assert.notEqual(full, emptyTrie)
    assert.equal(await storageHash(), emptyTrie)
  })
})

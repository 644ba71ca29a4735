// Execution payloads as the consensus layer holds them, from what execution clients answer.

import '../beacon/preset.mjs'
import { ssz } from '@lodestar/types'

/** An `ExecutionPayload` of Deneb and later, from the engine API's JSON. Nobody withdraws on this network. */
export function payloadFromEngine(payload) {
  return ssz.deneb.ExecutionPayload.fromJson({
    parent_hash: payload.parentHash,
    fee_recipient: payload.feeRecipient,
    state_root: payload.stateRoot,
    receipts_root: payload.receiptsRoot,
    logs_bloom: payload.logsBloom,
    prev_randao: payload.prevRandao,
    block_number: decimal(payload.blockNumber),
    gas_limit: decimal(payload.gasLimit),
    gas_used: decimal(payload.gasUsed),
    timestamp: decimal(payload.timestamp),
    extra_data: payload.extraData,
    base_fee_per_gas: decimal(payload.baseFeePerGas),
    block_hash: payload.blockHash,
    transactions: payload.transactions,
    withdrawals: [],
    blob_gas_used: decimal(payload.blobGasUsed),
    excess_blob_gas: decimal(payload.excessBlobGas),
  })
}

/** The same from a block as `eth_getBlockBy…` answers it, which lacks the transactions' bytes. */
export function payloadFromBlock(block, transactions) {
  return payloadFromEngine({
    ...block,
    feeRecipient: block.miner,
    prevRandao: block.mixHash,
    blockNumber: block.number,
    blockHash: block.hash,
    transactions,
  })
}

const decimal = (quantity) => BigInt(quantity ?? 0).toString()

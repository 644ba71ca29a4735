// Blocks and what is in them, from JSON-RPC's form, in which the engine tells of them, to the package's own.

import type { Block, Log, Logs, Transaction, TransactionReceipt } from './types.js'
import type { ToldBlock, ToldLog, ToldLogs, ToldReceipt, ToldTransaction } from './engine/protocol.js'

export function block({ transactions, nonce: _, ...told }: ToldBlock): Block {
  return {
    ...told,
    number: BigInt(told.number),
    difficulty: BigInt(told.difficulty),
    gasLimit: BigInt(told.gasLimit),
    gasUsed: BigInt(told.gasUsed),
    timestamp: Number(told.timestamp),
    transactions: transactions.map(transaction),
  }
}

export function transaction({ type: _, index: __, chainId, ...told }: ToldTransaction): Transaction {
  return {
    ...told,
    blockNumber: BigInt(told.blockNumber),
    transactionIndex: Number(told.transactionIndex),
    nonce: Number(told.nonce),
    value: BigInt(told.value),
    gas: BigInt(told.gas),
    gasPrice: BigInt(told.gasPrice),
    v: BigInt(told.v),
    ...(chainId && { chainId: Number(chainId) }),
    queueIndex: Number(told.queueIndex),
    l1BlockNumber: BigInt(told.l1BlockNumber),
    l1Timestamp: Number(told.l1Timestamp),
  }
}

export function receipt({ type: _, root: __, status, ...told }: ToldReceipt): TransactionReceipt {
  return {
    ...told,
    transactionIndex: Number(told.transactionIndex),
    blockNumber: BigInt(told.blockNumber),
    cumulativeGasUsed: BigInt(told.cumulativeGasUsed),
    gasUsed: BigInt(told.gasUsed),
    effectiveGasPrice: BigInt(told.effectiveGasPrice),
    ...(status && { status: status === '0x1' ? 'success' : 'reverted' }),
    logs: told.logs.map(log),
  }
}

export function logs({ fromBlock, toBlock, logs: told }: ToldLogs): Logs {
  return { fromBlock: BigInt(fromBlock), toBlock: BigInt(toBlock), isComplete: true, logs: told.map(log) }
}

function log({ removed: _, ...told }: ToldLog): Log {
  return {
    ...told,
    blockNumber: BigInt(told.blockNumber),
    transactionIndex: Number(told.transactionIndex),
    logIndex: Number(told.logIndex),
  }
}

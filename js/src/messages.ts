// Withdrawals and deposits, from what the engine tells of them to what callers get.

import { verification } from './convert.js'
import type { ToldDeposit, ToldWithdrawal } from './engine/protocol.js'
import type { Deposit, Hash, Withdrawal, WithdrawalStatus } from './types.js'

export function withdrawal(hash: Hash, told: ToldWithdrawal): Withdrawal {
  const { messageHash, target, sender, message, messageNonce, token } = told
  return {
    hash,
    messageHash,
    target,
    sender,
    message,
    messageNonce: BigInt(messageNonce),
    ...(token && { token: { ...token, amount: BigInt(token.amount) } }),
    status: withdrawalStatus(told),
  }
}

export function withdrawalStatus(told: ToldWithdrawal): WithdrawalStatus {
  const { phase, reason, estimate, isAtLastBlock, failedBefore } = told
  const next = phase === 'ready-to-relay' ? 'relay' : phase === 'relayed' ? 'nothing' : 'wait'
  return {
    phase,
    ...(reason && { reason }),
    estimate,
    ...(estimate.kind === 'exact' && { readyAt: estimate.at }),
    ...(failedBefore && { failedBefore: { ...failedBefore, l1Block: BigInt(failedBefore.l1Block) } }),
    next,
    isAtLastBlock,
    verification: verification(told.verification),
  }
}

export function deposit(hash: Hash, told: ToldDeposit): Deposit {
  const { phase, l1Block, l2Block, token, verification: of, ...rest } = told
  return {
    hash,
    ...rest,
    l1Block: BigInt(l1Block),
    ...(l2Block !== undefined && { l2Block: BigInt(l2Block) }),
    ...(token && { token: { ...token, amount: BigInt(token.amount) } }),
    status: { phase, verification: verification(of) },
  }
}

// The rollup: its contracts on both chains, and what is done with them.

export * from './actors.mjs'
export * from './addresses.mjs'
export { deployL1, implementationOf } from './deploy.mjs'
export { l2Alloc } from './genesis.mjs'
export { networkFile } from './network-file.mjs'
export { Refused, transact } from './transact.mjs'
export * as batch from './batch.mjs'
export * as governance from './governance.mjs'
export * as message from './message.mjs'
export * as proposer from './proposer.mjs'
export * as slots from './slots.mjs'
export * as users from './users.mjs'

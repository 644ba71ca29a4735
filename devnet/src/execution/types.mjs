// What the beacon chain asks of an execution client, whichever it is.

/**
 * @typedef {{ headBlockHash: string, safeBlockHash: string, finalizedBlockHash: string }} Forkchoice
 */

/**
 * @typedef {object} Attributes What a new block is made from. Hashes are hex.
 * @property {Forkchoice} forkchoice its head is the block to build on
 * @property {number} timestamp
 * @property {string} prevRandao
 * @property {string} feeRecipient
 * @property {string} parentBeaconBlockRoot
 * @property {boolean} electra whether the block is of Electra or later
 */

/**
 * @typedef {object} Execution
 * @property {string} name
 * @property {string} url
 * @property {number} chainId
 * @property {(method: string, params?: unknown[]) => Promise<any>} rpc
 * @property {() => Promise<object>} genesis block 0 as a payload
 * @property {(attributes: Attributes) => Promise<object>} build a block with the pending transactions, as a payload
 * @property {(forkchoice: Forkchoice) => Promise<void>} setHead
 * @property {(hash: string) => Promise<void>} rewind makes an earlier block the head
 * @property {() => Promise<void>} stop
 */

export {}

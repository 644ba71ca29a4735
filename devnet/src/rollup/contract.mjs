// One L1 contract as the operations use it: calls to encode, values to read, events to find.

import { decodeFunctionResult, encodeFunctionData, parseEventLogs } from 'viem'
import { compile } from '../contracts.mjs'

/**
 * @param {string} name of the contract whose interface it is; where it stands may be a proxy
 * @param {import('viem').Address} address
 */
export function contractAt(name, address) {
  const { abi } = compile()[name]
  const encode = (functionName, args) => encodeFunctionData({ abi, functionName, args })
  return {
    address,

    /** A call to send, from an account. */
    call: (from, functionName, args = [], value = 0n) => ({ from, to: address, data: encode(functionName, args), value }),

    /** The result of a view at the newest block. */
    async read(chain, functionName, args = []) {
      const data = await chain.rpc('eth_call', [{ to: address, data: encode(functionName, args) }, 'latest'])
      return decodeFunctionResult({ abi, functionName, data })
    },

    /** The arguments of each such event in a receipt that this contract emitted. */
    events(receipt, eventName) {
      const own = receipt.logs.filter((log) => log.address.toLowerCase() === address.toLowerCase())
      return parseEventLogs({ abi, eventName, logs: own }).map((log) => log.args)
    },
  }
}

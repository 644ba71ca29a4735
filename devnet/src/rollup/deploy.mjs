// The L1 contracts, put in place as on mainnet: found by name, the upgradeable ones behind their proxies.

import { encodeDeployData, getAddress, getContractAddress, parseEther, slice } from 'viem'
import { compile } from '../contracts.mjs'
import { actors, funder as developmentAccount } from './actors.mjs'
import { PREDEPLOYS } from './addresses.mjs'
import { contractAt } from './contract.mjs'
import { IMPLEMENTATION_SLOT, POOL_SLOTS, word } from './slots.mjs'
import { transact } from './transact.mjs'

/** @typedef {import('viem').Address} Address */

/**
 * The rollup on L1, which every operation takes first.
 *
 * @typedef {object} L1
 * @property {import('./transact.mjs').Chain} chain
 * @property {Record<string, Address>} addresses by the names of the network file
 * @property {number} l2ChainId
 * @property {number} window the fraud proof window that users were promised, in seconds
 * @property {number} fromBlock where the state commitment chain begins
 */

const USERS = [actors.alice, actors.bob]
const METIS_SUPPLY = parseEther('10000000')
const ETHER_EACH = parseEther('100')
const METIS_EACH = parseEther('1000')
/** What is unlimited for tokens: it is not lowered by spending. */
const UNLIMITED = 2n ** 256n - 1n

/**
 * Deploys all contracts, gives every actor ether and the users METIS, and lets the bridge take it.
 *
 * @param {import('./transact.mjs').Chain} chain
 * @param {object} [options]
 * @param {number} [options.l2ChainId]
 * @param {number} [options.window] seconds; mainnet has 604800
 * @param {import('viem').LocalAccount} [options.funder] has ether on L1
 * @returns {Promise<L1>}
 */
export async function deployL1(chain, { l2ChainId = 1088, window = 600, funder = developmentAccount } = {}) {
  await transact(chain, Object.values(actors).map(({ address }) => ({ from: funder, to: address, value: ETHER_EACH })))

  const script = new Script(Number(await chain.rpc('eth_getTransactionCount', [actors.council.address, 'latest'])))
  const addresses = script.contracts()
  script.names(addresses, l2ChainId)
  script.settings(addresses, l2ChainId, window)
  script.tokens(addresses)
  const receipts = await transact(chain, script.calls)
  await transact(chain, USERS.map((user) => allowBridge(user, addresses)))

  for (const proxy of ['stateCommitmentChain', 'lockingPool']) {
    addresses[`${proxy}Implementation`] = await implementationOf(chain, addresses[proxy])
  }
  return { chain, addresses, l2ChainId, window, fromBlock: Number(receipts[0].blockNumber) }
}

/**
 * The code that an `L1ChugSplashProxy` runs.
 *
 * @param {import('./transact.mjs').Chain} chain
 * @param {Address} proxy
 * @returns {Promise<Address>}
 */
export async function implementationOf(chain, proxy) {
  return getAddress(slice(await chain.rpc('eth_getStorageAt', [proxy, IMPLEMENTATION_SLOT, 'latest']), 12))
}

/** Collects the council's transactions. Their addresses follow from its nonce, so that all can be sent at once. */
class Script {
  calls = []
  #compiled = compile()

  constructor(nonce) {
    this.nonce = nonce
  }

  contracts() {
    const { council } = actors
    const libAddressManager = this.#create('Lib_AddressManager')
    const container = (owner) => this.#create('ChainStorageContainer', libAddressManager, owner)
    return {
      libAddressManager,
      sccBatchesContainer: container('StateCommitmentChain'),
      ctcBatchesContainer: container('CanonicalTransactionChain'),
      ctcQueueContainer: container('CanonicalTransactionChain'),
      canonicalTransactionChain: this.#create('CanonicalTransactionChain', libAddressManager, 1_100_000_000n, 32n, 60_000n),
      stateCommitmentChain: this.#create('L1ChugSplashProxy', council.address),
      l1CrossDomainMessengerImplementation: this.#create('L1CrossDomainMessenger'),
      l1CrossDomainMessenger:
        this.#create('Lib_ResolvedDelegateProxy', libAddressManager, 'OVM_L1CrossDomainMessenger'),
      l1StandardBridge: this.#create('L1ChugSplashProxy', council.address),
      discountOracle: this.#create('MVM_DiscountOracle', libAddressManager, 200_000n),
      proposerRegistry: this.#create('MVM_ProposerRegistry', council.address),
      metisToken: this.#create('MetisToken', METIS_SUPPLY),
      lockingPool: this.#create('L1ChugSplashProxy', council.address),
    }
  }

  names(addresses, l2ChainId) {
    for (const [name, address] of Object.entries(names(addresses, l2ChainId))) {
      this.#call('Lib_AddressManager', addresses.libAddressManager, 'setAddress', name, address)
    }
  }

  settings(addresses, l2ChainId, window) {
    const { libAddressManager, l1CrossDomainMessenger, l1StandardBridge, stateCommitmentChain } = addresses
    this.#setCode(stateCommitmentChain, 'StateCommitmentChain')
    const variables = [libAddressManager, window, 12_592_000, l2ChainId]
    variables.forEach((value, slot) =>
      this.#call('L1ChugSplashProxy', stateCommitmentChain, 'setStorage', word(slot), word(value)))
    this.#call('MVM_ProposerRegistry', addresses.proposerRegistry, 'setProposer', l2ChainId, actors.proposer.address)
    this.#call('L1CrossDomainMessenger', l1CrossDomainMessenger, 'initialize', libAddressManager)
    this.#setCode(l1StandardBridge, 'L1StandardBridge')
    const { l2StandardBridge } = PREDEPLOYS
    this.#call('L1StandardBridge', l1StandardBridge, 'initialize',
      l1CrossDomainMessenger, l2StandardBridge, libAddressManager, addresses.metisToken)
    this.#setCode(addresses.lockingPool, 'LockingPool')
    const owner = word(actors.council.address)
    this.#call('L1ChugSplashProxy', addresses.lockingPool, 'setStorage', POOL_SLOTS.owner, owner)
  }

  tokens({ metisToken }) {
    for (const { address } of USERS) this.#call('MetisToken', metisToken, 'transfer', address, METIS_EACH)
  }

  #create(name, ...args) {
    const { abi, bytecode } = this.#compiled[name]
    const address = getContractAddress({ from: actors.council.address, nonce: this.nonce })
    this.#add({ data: encodeDeployData({ abi, bytecode, args }) })
    return address
  }

  #setCode(proxy, name) {
    this.#call('L1ChugSplashProxy', proxy, 'setCode', this.#compiled[name].deployedBytecode)
  }

  #call(name, to, functionName, ...args) {
    this.#add(contractAt(name, to).call(actors.council, functionName, args))
  }

  #add(call) {
    this.calls.push({ from: actors.council, ...call })
    this.nonce += 1
  }
}

/** Lets the bridge take a user's METIS. */
function allowBridge(user, { l1StandardBridge, metisToken }) {
  return contractAt('MetisToken', metisToken).call(user, 'approve', [l1StandardBridge, UNLIMITED])
}

/** What the contracts find each other by. */
function names(addresses, l2ChainId) {
  return {
    'StateCommitmentChain': addresses.stateCommitmentChain,
    'ChainStorageContainer-SCC-batches': addresses.sccBatchesContainer,
    'ChainStorageContainer-CTC-batches': addresses.ctcBatchesContainer,
    'ChainStorageContainer-CTC-queue': addresses.ctcQueueContainer,
    'CanonicalTransactionChain': addresses.canonicalTransactionChain,
    'OVM_L1CrossDomainMessenger': addresses.l1CrossDomainMessengerImplementation,
    'Proxy__OVM_L1CrossDomainMessenger': addresses.l1CrossDomainMessenger,
    'Proxy__OVM_L1StandardBridge': addresses.l1StandardBridge,
    'L2CrossDomainMessenger': PREDEPLOYS.l2CrossDomainMessenger,
    'METIS_MANAGER': actors.metisManager.address,
    'MVM_DiscountOracle': addresses.discountOracle,
    'MVM_ProposerRegistry': addresses.proposerRegistry,
    'DisputeGameFactory': actors.disputeGameFactory.address,
    [`${l2ChainId}_MVM_Proposer`]: actors.proposer.address,
    [`${l2ChainId}_MVM_FraudVerifier`]: actors.fraudVerifier.address,
  }
}

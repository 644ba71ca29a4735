// EthereumJS as the execution client: a real one, driven over the engine API. Slower than anvil by a factor of ten.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { getGenesis } from '@ethereumjs/genesis'
import { numberToHex, parseEther } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { payloadFromBlock, payloadFromEngine } from './payload.mjs'
import { freePort, startProcess } from './process.mjs'
import { rpcTo } from './rpc.mjs'

const program = createRequire(import.meta.url).resolve('@ethereumjs/client')

/** Any public network of which the package knows the genesis with the system contracts of Prague. */
const hoodi = 560048

/**
 * Starts an EthereumJS node with an empty data directory of its own.
 *
 * @param {{ chainId?: number, genesisTime: number, pragueTime?: number, port?: number }} options without `pragueTime`
 *   the chain stays at Cancun
 * @returns {Promise<import('./types.mjs').Execution>}
 */
export async function startEthereumjs({ chainId = 31337, genesisTime, pragueTime, port = 0 }) {
  port ||= await freePort()
  const [enginePort, peerPort] = [await freePort(), await freePort()]
  const directory = await mkdtemp(join(tmpdir(), 'metis-light-devnet-'))
  const genesisFile = join(directory, 'genesis.json')
  await writeFile(genesisFile, JSON.stringify(genesis({ chainId, genesisTime, pragueTime })))

  const url = `http://127.0.0.1:${port}`
  const [rpc, engine] = [rpcTo(url), rpcTo(`http://127.0.0.1:${enginePort}`)]
  const args = [program, `--gethGenesis=${genesisFile}`, `--dataDir=${directory}`]
  args.push('--rpc', '--rpcAddr=127.0.0.1', `--rpcPort=${port}`)
  args.push('--rpcEngine', '--rpcEngineAddr=127.0.0.1', `--rpcEnginePort=${enginePort}`, '--rpcEngineAuth=false')
  // Without `isSingleNode` it takes no transactions before it has a peer.
  args.push('--isSingleNode', '--maxPeers=0', '--discV4=false', '--discDns=false', '--extIP=127.0.0.1')
  args.push(`--port=${peerPort}`, '--saveReceipts', '--logLevel=warn', '--logFile=false')
  // It writes a log file into its working directory, whatever it is told.
  const child = await startProcess(process.execPath, args, { cwd: directory, isReady: () => rpc('eth_chainId') })

  async function build({ forkchoice, timestamp, prevRandao, feeRecipient, parentBeaconBlockRoot, electra }) {
    const version = electra ? 'V4' : 'V3'
    const payloadId = await choose(forkchoice, {
      timestamp: numberToHex(timestamp),
      prevRandao,
      suggestedFeeRecipient: feeRecipient,
      withdrawals: [],
      parentBeaconBlockRoot,
    })
    const { executionPayload, executionRequests = [] } = await engine(`engine_getPayload${version}`, [payloadId])
    if (executionRequests.length) throw new Error('validators neither deposit nor leave on this network')
    const params = [executionPayload, [], parentBeaconBlockRoot, ...(electra ? [executionRequests] : [])]
    expectValid(await engine(`engine_newPayload${version}`, params))
    return payloadFromEngine(executionPayload)
  }

  /** Sets the head, and begins to build on it where there are attributes. */
  async function choose(forkchoice, attributes = null) {
    for (let attempt = 0; ; attempt++) {
      const { payloadStatus, payloadId } = await engine('engine_forkchoiceUpdatedV3', [forkchoice, attributes])
      if (payloadStatus.status === 'SYNCING' && attempt < 40) {
        await sleep(25 * attempt)
        continue
      }
      expectValid(payloadStatus)
      return payloadId
    }
  }

  return {
    name: 'ethereumjs',
    url,
    chainId,
    rpc,
    genesis: async () => payloadFromBlock(await rpc('eth_getBlockByNumber', ['0x0', false]), []),
    build,
    setHead: async (forkchoice) => void (await choose(forkchoice)),
    // The next block is built on any ancestor that it is asked to build on.
    rewind: async () => {},
    stop: async () => {
      await child.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function expectValid({ status, validationError }) {
  if (status !== 'VALID') throw new Error(`the payload is ${status}: ${validationError}`)
}

/** A genesis in geth's format: anvil's accounts and the system contracts. */
function genesis({ chainId, genesisTime, pragueTime }) {
  const config = { chainId, terminalTotalDifficulty: 0, terminalTotalDifficultyPassed: true, mergeNetsplitBlock: 0 }
  const blocks = 'homestead eip150 eip155 eip158 byzantium constantinople petersburg istanbul berlin london'
  for (const fork of blocks.split(' ')) config[`${fork}Block`] = 0
  Object.assign(config, { shanghaiTime: 0, cancunTime: 0, pragueTime, blobSchedule })
  return {
    config,
    nonce: '0x0',
    timestamp: numberToHex(genesisTime),
    extraData: '0x',
    gasLimit: numberToHex(30_000_000),
    difficulty: '0x0',
    baseFeePerGas: numberToHex(1_000_000_000),
    alloc: { ...developers(), ...systemContracts() },
  }
}

const blobSchedule = {
  cancun: { target: 3, max: 6, baseFeeUpdateFraction: 3338477 },
  prague: { target: 6, max: 9, baseFeeUpdateFraction: 5007716 },
}

/** The ten accounts that anvil has, as rich as there. */
function developers() {
  const balance = numberToHex(parseEther('10000'))
  const mnemonic = 'test test test test test test test test test test test junk'
  const accounts = Array.from({ length: 10 }, (_, addressIndex) => mnemonicToAccount(mnemonic, { addressIndex }))
  return Object.fromEntries(accounts.map(({ address }) => [address, { balance }]))
}

function systemContracts() {
  const withCode = Object.entries(getGenesis(hoodi)).filter(([, state]) => Array.isArray(state) && state[1]?.length > 2)
  return Object.fromEntries(
    withCode.map(([address, [, code, storage]]) => {
      return [address, { balance: '0x0', nonce: '0x1', code, storage: Object.fromEntries(storage ?? []) }]
    }),
  )
}

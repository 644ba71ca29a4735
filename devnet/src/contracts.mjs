// The contracts of contracts/, compiled: those of L1 and those of L2, each for the EVM that it runs on.

import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SOURCES = fileURLToPath(new URL('../contracts/', import.meta.url))
const BUILD = fileURLToPath(new URL('../build/', import.meta.url))
const require = createRequire(import.meta.url)

/** The oldest EVMs that the contracts meet: later ones run their code too. */
const EVM_VERSIONS = { l1: 'paris', l2: 'berlin' }

/**
 * @typedef {object} Contract
 * @property {import('viem').Abi} abi
 * @property {`0x${string}`} bytecode what a deployment transaction carries
 * @property {`0x${string}`} deployedBytecode what then stands at the address
 * @property {{ storage: { label: string, slot: string, offset: number }[] }} storageLayout
 */

let compiled

/**
 * Compiles all contracts, or takes them from build/ where the same sources were compiled before. Within a process the
 * sources are read once.
 *
 * @returns {Record<string, Contract>} by name
 */
export const compile = () => (compiled ??= compileOnce())

function compileOnce() {
  const inputs = Object.entries(EVM_VERSIONS).map(([chain, evmVersion]) => standardInput(chain, evmVersion))
  const cached = join(BUILD, `contracts-${fingerprint(inputs)}.json`)
  return readCached(cached) ?? store(cached, Object.assign({}, ...inputs.map(runCompiler)))
}

/** The compiler's input for one chain: its own sources and those that both share. */
function standardInput(chain, evmVersion) {
  return {
    language: 'Solidity',
    sources: { ...readSources('lib'), ...readSources(chain) },
    settings: {
      evmVersion,
      optimizer: { enabled: true, runs: 200 },
      // Without it a contract's code, and so its code hash, does not depend on comments.
      metadata: { appendCBOR: false, bytecodeHash: 'none' },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object', 'storageLayout'] } },
    },
  }
}

function readSources(directory) {
  const files = readdirSync(join(SOURCES, directory)).filter((file) => file.endsWith('.sol')).sort()
  return Object.fromEntries(
    files.map((file) => [`${directory}/${file}`, { content: readFileSync(join(SOURCES, directory, file), 'utf8') }]),
  )
}

/** The compiler's version is read from its package, for loading the compiler takes seconds. */
function fingerprint(inputs) {
  const { version } = require('solc/package.json')
  return createHash('sha256').update(JSON.stringify([version, inputs])).digest('hex').slice(0, 16)
}

function runCompiler(input) {
  const output = JSON.parse(require('solc').compile(JSON.stringify(input)))
  const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error')
  if (errors.length > 0) {
    throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join('\n'))
  }
  const contracts = Object.values(output.contracts).flatMap((file) => Object.entries(file))
  return Object.fromEntries(contracts.map(([name, { abi, evm, storageLayout }]) => [name, {
    abi,
    bytecode: `0x${evm.bytecode.object}`,
    deployedBytecode: `0x${evm.deployedBytecode.object}`,
    storageLayout,
  }]))
}

function readCached(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') {
      return undefined
    }
    throw error
  }
}

/** Writes under another name first: tests run in parallel, and none may read half a file. */
function store(path, contracts) {
  mkdirSync(BUILD, { recursive: true })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, JSON.stringify(contracts))
  renameSync(draft, path)
  return contracts
}

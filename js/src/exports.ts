// What `.` and `./slim` share.

export { ETH_TOKEN } from './actions/getTokenBalance.js'
export type { AttestationOptions } from './actions/getAttestation.js'
export type { BundleOf } from './actions/createBundle.js'
export type { TransactionOptions } from './actions/getBlock.js'
export type { WithdrawalOptions } from './actions/getWithdrawalStatus.js'
export type { LogOptions } from './actions/getLogs.js'
export type { WaitForWithdrawal } from './actions/waitForWithdrawal.js'
export type { WatchHeads } from './actions/watchHeads.js'
export type { WatchWithdrawal } from './actions/watchWithdrawal.js'
export type { AccountLeaf, BundleAnswer, StorageWord, VerifiedBundle } from './bundle.js'
export { build, type Build } from './build.js'
export type { ClientOptions, Quorum, Verifier } from './client.js'
export {
  EngineCrashedError,
  InvalidProofError,
  LightClientError,
  MalformedReplyError,
  MisuseError,
  NotYetError,
  StaleError,
  UnavailableError,
  UnsupportedError,
  errorCodes,
  type ErrorCode,
  type ErrorDetails,
} from './errors.js'
export type { WasmSource, WasmSources } from './engine/module.js'
export type { Limits } from './engine/protocol.js'
export type { Port } from './engine/remote.js'
export type {
  AccountOptions,
  BlockOptions,
  DepositOptions,
  LightClient,
  ProofOptions,
  RelayOptions,
  StorageOptions,
  TokenOptions,
} from './light-client.js'
export { ProviderRpcError, type Eip1193, type Support } from './provider.js'
export type { AttestationSource, Beacon, OneOrMore, Requester, Rpc, TransportLike } from './sources/rpc.js'
export { fileStorage } from './storage/file.js'
export { indexedDbStorage } from './storage/indexed-db.js'
export { memoryStorage, type Storage } from './storage/storage.js'
export type * from './types.js'
export { version } from './version.js'
export { wrapWallet, type WrapWallet } from './wallet.js'

// Whose fault it is, as a class and a code for each. Callers branch on `code`, never on text.

/** Why something was refused. */
export type ErrorCode =
  | 'MALFORMED_REPLY'
  | 'INVALID_PROOF'
  | 'NOT_YET'
  | 'UNAVAILABLE'
  | 'MISUSE'
  | 'STALE'
  | 'UNSUPPORTED'
  | 'ENGINE_CRASHED'

/** The rule that was broken. */
export interface ErrorDetails {
  /** Its name, `floor.rule`; names stay. */
  readonly rule?: string | undefined
  /** What was there. */
  readonly got?: string | undefined
  /** What should have been there. */
  readonly expected?: string | undefined
  /** When it may be tried again, in seconds of L1 time. */
  readonly until?: number | undefined
}

/** What every error of this package is. */
export class LightClientError extends Error {
  override readonly name: string = 'LightClientError'
  readonly code: ErrorCode
  /** The number on the EIP-1193 door. */
  readonly rpcCode: number
  /** Whether asking again may help, without anything being changed. */
  readonly retryable: boolean
  /** The message without what follows from the class. */
  readonly shortMessage: string
  readonly details: ErrorDetails
  /** Where the documentation explains it. */
  readonly docsPath: string

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: ErrorOptions & { rpcCode?: number }) {
    super(message, options)
    this.code = code
    this.shortMessage = message
    this.details = details
    this.rpcCode = options?.rpcCode ?? rpcCodes[code]
    this.retryable = code === 'UNAVAILABLE' || code === 'STALE' || code === 'NOT_YET' || code === 'ENGINE_CRASHED'
    this.docsPath = `docs/errors.md#${code.toLowerCase()}`
  }

  /**
   * The first error on the way down the causes for which `is` holds; without it the last cause.
   *
   * @example
   * error.walk((cause) => cause instanceof TypeError)
   */
  walk(is?: (error: unknown) => boolean): unknown {
    let error: unknown = this
    while (!is?.(error) && error instanceof Error && error.cause !== undefined) error = error.cause
    return is && !is(error) ? null : error
  }
}

/** A source's bytes are not what was asked for. */
export class MalformedReplyError extends LightClientError {
  override readonly name = 'MalformedReplyError'
}
/** A source, or its chain, says what does not hold. */
export class InvalidProofError extends LightClientError {
  override readonly name = 'InvalidProofError'
}
/** It is too early, or nothing is firm enough. `details.until` says when, where that is known. */
export class NotYetError extends LightClientError {
  override readonly name = 'NotYetError'
}
/** No source answered. */
export class UnavailableError extends LightClientError {
  override readonly name = 'UnavailableError'
}
/** The call is wrong: asking again does not help. */
export class MisuseError extends LightClientError {
  override readonly name = 'MisuseError'
}
/** Sources withhold what is new, or a clock is wrong, or the checkpoint is old. */
export class StaleError extends LightClientError {
  override readonly name = 'StaleError'
}
/** Something has changed on chain that this version does not know. */
export class UnsupportedError extends LightClientError {
  override readonly name = 'UnsupportedError'
}
/** The engine stopped. The next question starts a new one, from what was last saved. */
export class EngineCrashedError extends LightClientError {
  override readonly name = 'EngineCrashedError'
}

/** None of them is retried by viem but the network's. */
const rpcCodes: Record<ErrorCode, number> = {
  MALFORMED_REPLY: -32002,
  INVALID_PROOF: -32002,
  NOT_YET: -32002,
  STALE: -32002,
  UNSUPPORTED: -32002,
  UNAVAILABLE: -32603,
  MISUSE: -32602,
  ENGINE_CRASHED: 4900,
}

const classes: Record<ErrorCode, typeof LightClientError> = {
  MALFORMED_REPLY: MalformedReplyError,
  INVALID_PROOF: InvalidProofError,
  NOT_YET: NotYetError,
  STALE: StaleError,
  UNSUPPORTED: UnsupportedError,
  UNAVAILABLE: UnavailableError,
  MISUSE: MisuseError,
  ENGINE_CRASHED: EngineCrashedError,
}

/** Every code, for those who list them. */
export const errorCodes = Object.keys(classes) as readonly ErrorCode[]

/** The error of a code. */
export function errorOf(
  code: ErrorCode,
  message: string,
  details?: ErrorDetails,
  options?: ErrorOptions & { rpcCode?: number },
): LightClientError {
  return new classes[code](code, message, details, options)
}

/** What the engine threw, as an error: `{ code, message, data }`. Anything else is handed on as it is. */
export function fromEngine(thrown: unknown): unknown {
  if (thrown instanceof Error || typeof thrown !== 'object' || thrown === null) return thrown
  const { code, message, data } = thrown as { code?: unknown; message?: unknown; data?: ErrorDetails }
  const known = errorCodes.find((known) => known === code)
  return known ? errorOf(known, String(message), data) : thrown
}

/** Waits for a part of the package, or a module. What cannot be loaded now may be there at the next try. */
export async function loaded<T>(part: Promise<T>): Promise<T> {
  try {
    return await part
  } catch (cause) {
    if (cause instanceof LightClientError) throw cause
    throw errorOf('UNAVAILABLE', 'a part of the package cannot be loaded', { rule: 'package.not-loaded' }, { cause })
  }
}

export function misuse(message: string, cause?: unknown): LightClientError {
  return errorOf('MISUSE', message, {}, cause === undefined ? undefined : { cause })
}

export function closed(): LightClientError {
  return errorOf('MISUSE', 'the client is closed', { rule: 'client.closed' }, { rpcCode: 4900 })
}

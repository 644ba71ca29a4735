// What every host does with the package. It runs inside them, so it uses nothing but what it is given.

/**
 * The METIS of an account and the phase of a withdrawal, proven from the checkpoint on, with what verifiers say of the newest
 * batch; and what becomes of a node that lies, and of one that sends the client elsewhere.
 */
export async function smoke({ createLightClient }, { now, address, block, hash, honest, lying, elsewhere, words, ...options }) {
  const open = (sources) => createLightClient({ ...options, ...sources, clock: () => now })
  const client = await open(honest)
  const { value } = await client.getBalance({ address, block: BigInt(block) })
  const [withdrawal] = hash ? await client.getWithdrawals({ hash }) : []
  await client.close()

  // They are asked by the module that knows withdrawals.
  const attested = async () => {
    const client = await open({ ...honest, ...words })
    const { verification } = await client.ready()
    await client.close()
    return verification.finality
  }
  const refusal = async (sources) => {
    const client = await open(sources)
    const asked = client.getBalance({ address, block: BigInt(block) })
    const code = await asked.then(({ value }) => `believed ${value}`, ({ code }) => code)
    await client.close()
    return code
  }
  return {
    balance: String(value),
    ...(withdrawal && { phase: `${withdrawal.status.phase}, ${await attested()}` }),
    lie: await refusal(lying),
    redirect: await refusal(elsewhere),
  }
}

/** As text, errors included: hosts hand it on in many ways. */
export function answer(lightClient, given) {
  return smoke(lightClient, given).then(
    (found) => JSON.stringify(found),
    (error) => JSON.stringify({ error: String(error), cause: String(error?.cause ?? ''), stack: String(error?.stack) }),
  )
}

/** The same balance with what is in a storage: the first time from the checkpoint on, then without one. */
export async function kept({ createLightClient }, given, storage, isFirst) {
  const { now, address, block, honest, hash, lying, elsewhere, words, checkpoint, ...options } = given
  const from = isFirst ? { checkpoint } : {}
  const client = await createLightClient({ ...options, ...honest, ...from, clock: () => now, storage })
  const { value } = await client.getBalance({ address, block: BigInt(block) })
  await client.close()
  return String(value)
}

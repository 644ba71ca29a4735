// What every host does with the package. It runs inside them, so it uses nothing but what it is given.

/** The METIS of an account and the phase of a withdrawal, proven from the checkpoint on; and what becomes of a lie. */
export async function smoke({ createLightClient }, { now, address, block, hash, honest, lying, ...options }) {
  const open = (sources) => createLightClient({ ...options, ...sources, clock: () => now })
  const client = await open(honest)
  const { value } = await client.getBalance({ address, block: BigInt(block) })
  const [withdrawal] = hash ? await client.getWithdrawals({ hash }) : []
  await client.close()

  const deceived = await open(lying)
  const lie = await deceived.getBalance({ address, block: BigInt(block) }).then(
    ({ value }) => `believed ${value}`,
    ({ code }) => code,
  )
  await deceived.close()
  return { balance: String(value), ...(withdrawal && { phase: withdrawal.status.phase }), lie }
}

/** As text, errors included: hosts hand it on in many ways. */
export function answer(lightClient, given) {
  return smoke(lightClient, given).then(
    (found) => JSON.stringify(found),
    (error) => JSON.stringify({ error: String(error), cause: String(error?.cause ?? ''), stack: String(error?.stack) }),
  )
}

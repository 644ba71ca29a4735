// How numbers, hashes and times are written.

/** An amount of 18 decimals, cut into the whole, with separators, and the rest, without zeros at its end. */
export function amount(wei: bigint): { readonly whole: string; readonly rest: string } {
  const digits = wei.toString().padStart(19, '0')
  const rest = digits.slice(-18).replace(/0+$/, '')
  return { whole: BigInt(digits.slice(0, -18)).toLocaleString('en'), rest: rest && `.${rest}` }
}

/** The beginning and the end of a hash or an address. */
export function short(hex: string): string {
  return hex.length > 16 ? `${hex.slice(0, 8)}…${hex.slice(-6)}` : hex
}

/** A message with its long words cut: numbers without the zeros before them, hashes by their ends. */
export function tidy(message: string): string {
  return message.replaceAll(/0x[0-9a-f]{40,}/g, (word) => {
    const digits = word.slice(2).replace(/^0+(?=.)/, '')
    return digits.length < 40 ? `0x${digits}` : short(word)
  })
}

/** A time in seconds since 1970, in UTC, for L1 knows no other. */
export function time(seconds: number): string {
  const date = new Date(seconds * 1000)
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })
  return `${day}, ${clockTime(seconds)} UTC`
}

/** Hours, minutes and seconds of a time. */
export function clockTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 19)
}

/** A span of time by its two largest units. */
export function span(seconds: number): string {
  const units: readonly (readonly [number, string])[] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ]
  const first = units.findIndex(([size]) => seconds >= size)
  if (first < 0) return '0 s'
  let left = Math.floor(seconds)
  const parts = units.slice(first, first + 2).map(([size, name]) => {
    const count = Math.floor(left / size)
    left -= count * size
    return count > 0 ? `${count} ${name}` : ''
  })
  return parts.filter(Boolean).join(' ')
}

/** A count of bytes. */
export function size(bytes: number): string {
  return bytes < 1000 ? `${bytes} bytes` : `${(bytes / 1000).toFixed(1)} KB`
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'

/** RFC 9285: two bytes become three characters of the QR code's alphanumeric set, a last single byte two. */
export function base45(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 2) {
    const first = bytes[at] ?? 0
    const second = bytes[at + 1]
    text += second === undefined ? digits(first, 2) : digits(first * 256 + second, 3)
  }
  return text
}

/** Least significant first. */
function digits(value: number, length: number): string {
  let text = ''
  let rest = value
  for (let n = 0; n < length; n++) {
    text += alphabet.charAt(rest % 45)
    rest = Math.floor(rest / 45)
  }
  return text
}

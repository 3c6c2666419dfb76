/** The two primitives, from Node where there is Node and from a library in the page. */
export interface Crypto {
  readonly sha256: (bytes: Uint8Array) => Uint8Array
  /** Ed25519 (RFC 8032) of a 32 byte key over the bytes. False for whatever is off; never throws. */
  readonly verify: (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => boolean
}

/** A key that signs statements: a local file, or a hardware module behind the same three things. */
export interface Signer {
  /** The first 8 bytes of SHA-256 of the public key. */
  readonly kid: Uint8Array
  /** 32 bytes, Ed25519. */
  readonly publicKey: Uint8Array
  /** 64 bytes over exactly these bytes. */
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>
}

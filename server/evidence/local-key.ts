import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Signer } from './signer.ts'

/** A key in a file of this machine: PKCS 8 in PEM, readable by its owner alone. */
export function localSigner(key: KeyObject): Signer {
  if (key.asymmetricKeyType !== 'ed25519')
    throw new RangeError(`not an Ed25519 key: ${key.asymmetricKeyType}`)
  const publicKey = rawPublicKey(key)
  return {
    kid: keyId(publicKey),
    publicKey,
    sign: (bytes) => Promise.resolve(sign(null, bytes, key)),
  }
}

export function keyId(publicKey: Uint8Array): Uint8Array {
  return createHash('sha256').update(publicKey).digest().subarray(0, 8)
}

/** Makes a key and its file, which must not be there yet. */
export function newKeyFile(path: string): Signer {
  const { privateKey } = generateKeyPairSync('ed25519')
  writeFileSync(path, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600, flag: 'wx' })
  return localSigner(privateKey)
}

export interface SigningKeys {
  /** Signs from now on. */
  readonly current: Signer
  /** All, the current one last. The earlier ones only show what policies must pin: they have signed what is out there. */
  readonly all: readonly { readonly name: string; readonly signer: Signer }[]
}

/**
 * The keys of a folder, a file `NAME.pem` each; the last name in order signs (`2026-01.pem`, `2027-01.pem`). Rotation is a new file:
 * nothing signed earlier is touched, and its key stays pinned.
 */
export function readSigningKeys(folder: string): SigningKeys {
  const all = readdirSync(folder)
    .filter((file) => file.endsWith('.pem'))
    .sort()
    .map((file) => ({
      name: basename(file, '.pem'),
      signer: localSigner(createPrivateKey(readFileSync(join(folder, file)))),
    }))
  const last = all.at(-1)
  if (last === undefined) throw new Error(`no signing key in ${folder}`)
  return { current: last.signer, all }
}

/** The 32 bytes of RFC 8032: the tail of every SPKI of Ed25519 (RFC 8410). */
function rawPublicKey(key: KeyObject): Uint8Array {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)
}

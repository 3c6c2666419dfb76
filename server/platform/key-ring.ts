import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, randomUUID } from 'node:crypto'
import type { Database, Queries } from './database/pool.ts'
import { Personal } from './personal.ts'

/** Classes of personal data, each with its own key per person and year (design 2.12; retention: law-and-evidence 1.1). */
export type DataClass = 'contact' | 'identity' | 'payment-instrument'

/** What a ciphertext belongs to; a ciphertext moved elsewhere does not open. */
export type Place = {
  readonly customerId: bigint
  readonly table: string
  readonly column: string
  readonly recordId: string
}

/**
 * Keys of personal data, kept in the second cluster and wrapped by a master key that neither cluster holds. A key is made before the
 * row that it protects; without its key a row is noise.
 */
export class KeyRing {
  readonly #keys: Database
  readonly #master: Buffer
  readonly #derivedKeys = new Map<string, Buffer>()

  constructor(keys: Database, masterKey: Uint8Array) {
    if (masterKey.length !== 32) throw new RangeError('the master key has 32 bytes')
    this.#keys = keys
    this.#master = Buffer.from(masterKey)
  }

  /** Encrypts under the person's key of this class and year, making the key where there is none. AES-256-GCM. */
  async seal(
    value: Personal<string>,
    dataClass: DataClass,
    year: number,
    place: Place,
  ): Promise<{ keyId: string; ciphertext: Buffer }> {
    const { keyId, key } = await this.#keyFor(place.customerId, dataClass, year)
    return { keyId, ciphertext: encrypt(key, value.reveal(), placeText(place)) }
  }

  /** Opens what `seal` made. A destroyed key answers `undefined`: the value is gone for good. */
  async open(keyId: string, ciphertext: Uint8Array, place: Place): Promise<Personal<string> | undefined> {
    const row = await this.#keys.maybe<{ wrapped_key: Buffer | null }>(
      'select wrapped_key from data_key where key_id = $1',
      [keyId],
    )
    if (row === undefined || row.wrapped_key === null) return undefined
    return new Personal(decrypt(this.#unwrap(keyId, row.wrapped_key), ciphertext, placeText(place)))
  }

  /** A key of the house itself, for what belongs to no one person (a message of the sandbox). */
  sealForHouse(value: Personal<string>, purpose: string): Buffer {
    return encrypt(this.#derived(purpose), value.reveal(), purpose)
  }

  openForHouse(ciphertext: Uint8Array, purpose: string): Personal<string> {
    return new Personal(decrypt(this.#derived(purpose), ciphertext, purpose))
  }

  /** The form under which a personal value is looked up: keyed, so that a list of all phones does not undo it. */
  lookup(kind: 'phone' | 'card', value: Personal<string>): Buffer {
    return createHmac('sha256', this.#derived(`lookup/${kind}`))
      .update(value.reveal())
      .digest()
  }

  /**
   * What a stored key of a command stands for. Keyed, because content may hold a personal value of few digits, and keys of closings are
   * kept for ever: a plain hash would outlive the erasure of what it was made from.
   */
  fingerprint(content: string): string {
    return createHmac('sha256', this.#derived('fingerprint')).update(content).digest('hex')
  }

  async #keyFor(
    customerId: bigint,
    dataClass: DataClass,
    year: number,
  ): Promise<{ keyId: string; key: Buffer }> {
    const existing = await this.#wrapped(this.#keys, customerId, dataClass, year)
    if (existing !== undefined)
      return { keyId: existing.key_id, key: this.#unwrap(existing.key_id, existing.wrapped_key) }
    const keyId = randomUUID()
    await this.#keys.rows(
      `insert into data_key (key_id, customer_id, data_class, retention_year, wrapped_key, made_at)
       values ($1, $2, $3, $4, $5, $6) on conflict (customer_id, data_class, retention_year) do nothing`,
      [
        keyId,
        customerId,
        dataClass,
        year,
        encryptBytes(this.#derived('wrap'), randomBytes(32), keyId),
        new Date(),
      ],
    )
    const made = await this.#wrapped(this.#keys, customerId, dataClass, year)
    if (made === undefined) throw new Error('the key of this class and year was destroyed')
    return { keyId: made.key_id, key: this.#unwrap(made.key_id, made.wrapped_key) }
  }

  #wrapped(db: Queries, customerId: bigint, dataClass: DataClass, year: number) {
    return db.maybe<{ key_id: string; wrapped_key: Buffer }>(
      `select key_id, wrapped_key from data_key
       where customer_id = $1 and data_class = $2 and retention_year = $3 and wrapped_key is not null`,
      [customerId, dataClass, year],
    )
  }

  #unwrap(keyId: string, wrapped: Uint8Array): Buffer {
    return decryptBytes(this.#derived('wrap'), wrapped, keyId)
  }

  #derived(purpose: string): Buffer {
    const known = this.#derivedKeys.get(purpose)
    if (known !== undefined) return known
    const key = Buffer.from(hkdfSync('sha256', this.#master, '', `jieqing/${purpose}`, 32))
    this.#derivedKeys.set(purpose, key)
    return key
  }
}

function placeText(place: Place): string {
  return `${place.customerId}/${place.table}/${place.column}/${place.recordId}`
}

function encrypt(key: Buffer, text: string, place: string): Buffer {
  return encryptBytes(key, Buffer.from(text, 'utf8'), place)
}

function decrypt(key: Buffer, ciphertext: Uint8Array, place: string): string {
  return decryptBytes(key, ciphertext, place).toString('utf8')
}

/** Nonce (12), tag (16), ciphertext. */
function encryptBytes(key: Buffer, bytes: Uint8Array, place: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place))
  const body = Buffer.concat([cipher.update(bytes), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

function decryptBytes(key: Buffer, sealed: Uint8Array, place: string): Buffer {
  const bytes = Buffer.from(sealed)
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
    .setAAD(Buffer.from(place))
    .setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
}

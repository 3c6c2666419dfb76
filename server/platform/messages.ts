import { randomUUID } from 'node:crypto'
import type { Clock } from './clock.ts'
import type { Database } from './database/pool.ts'
import type { KeyRing } from './key-ring.ts'
import { Personal } from './personal.ts'

/** A short message to a phone: a template and its parameters; the sentence is made by whoever sends it. */
export type Message = {
  readonly template: 'sign-in-code' | 'step-up-code'
  readonly parameters: Readonly<Record<string, string>>
}

/** The way out for short messages. `configured` is false where an operator has set none up. */
export interface Messages {
  readonly configured: boolean
  send(phone: Personal<string>, message: Message): Promise<void>
}

export const noMessages: Messages = {
  configured: false,
  send: () => Promise.reject(new Error('no way to send messages is configured')),
}

export type SentMessage = {
  readonly template: string
  readonly parameters: Record<string, string>
  readonly sentAt: Date
}

/** In a sandbox a message is kept, encrypted, for the phone's owner to read at `GET /v1/sandbox/messages`. */
export class SandboxMessages implements Messages {
  readonly configured = true
  readonly #cell: Database
  readonly #keyRing: KeyRing
  readonly #clock: Clock

  constructor(cell: Database, keyRing: KeyRing, clock: Clock) {
    this.#cell = cell
    this.#keyRing = keyRing
    this.#clock = clock
  }

  async send(phone: Personal<string>, message: Message): Promise<void> {
    await this.#cell.rows(
      'insert into sandbox_message (message_id, phone_hmac, template, body, sent_at) values ($1, $2, $3, $4, $5)',
      [
        randomUUID(),
        this.#keyRing.lookup('phone', phone),
        message.template,
        this.#keyRing.sealForHouse(new Personal(JSON.stringify(message.parameters)), 'sandbox-message'),
        this.#clock.system(),
      ],
    )
  }

  /** Newest first, twenty at most. */
  async sentTo(phone: Personal<string>): Promise<readonly SentMessage[]> {
    const rows = await this.#cell.rows<{ template: string; body: Buffer; sent_at: Date }>(
      'select template, body, sent_at from sandbox_message where phone_hmac = $1 order by sent_at desc limit 20',
      [this.#keyRing.lookup('phone', phone)],
    )
    return rows.map((row) => ({
      template: row.template,
      parameters: JSON.parse(this.#keyRing.openForHouse(row.body, 'sandbox-message').reveal()),
      sentAt: row.sent_at,
    }))
  }
}

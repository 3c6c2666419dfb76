import { mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Behaviour } from './behaviour.ts'
import type { Step } from './plan.ts'

/** One line of the journal. The bank's memory is nothing but these, applied in their order. */
export type Entry =
  | { readonly e: 'clock'; readonly now: string }
  | { readonly e: 'amount-triggers'; readonly enabled: boolean }
  | { readonly e: 'behaviour'; readonly for: BehaviourTarget; readonly behaviour: Behaviour }
  /** The first contact with an order fixes how the channel behaves towards it. */
  | {
      readonly e: 'met'
      readonly key: string
      readonly behaviour: Behaviour
      readonly tookNext: number | null
    }
  | { readonly e: 'silenced'; readonly key: string }
  | { readonly e: 'taken'; readonly order: Order; readonly steps: readonly Step[] }
  | { readonly e: 'rejected'; readonly key: string; readonly fingerprint: string; readonly code: string }
  | { readonly e: 'terminating'; readonly key: string; readonly steps: readonly Step[] }
  | { readonly e: 'notify-url'; readonly key: string; readonly url: string }
  | { readonly e: 'entered'; readonly task: string }
  /** A callback was tried; `next` is when it is tried again, nothing when it arrived or was given up. */
  | { readonly e: 'tried'; readonly task: string; readonly next: string | null }
  | { readonly e: 'exchange'; readonly exchange: Exchange }

export type BehaviourTarget =
  | { readonly reference: string }
  | { readonly next: 'any' | 'collection' | 'payout' | 'mandate' | 'termination' }

/** A payment or a mandate as it was ordered. Of the card only a keyed hash is kept. */
export interface Order {
  readonly key: string
  readonly subject: 'payment' | 'mandate'
  readonly reference: string
  readonly direction?: 'collection' | 'payout'
  readonly kind?: string
  readonly amount?: string
  readonly card: string
  readonly fingerprint: string
  readonly channelReference: string
  readonly at: string
}

/** A line of the transcript: a request and its answer, or a callback and what became of it. Never a card token. */
export interface Exchange {
  readonly direction: 'in' | 'out'
  readonly businessTime: string | null
  readonly method: string
  readonly path: string
  readonly request: unknown
  /** The HTTP status, or why there is none. */
  readonly status: number | 'no-answer' | 'no-address'
  readonly answer?: unknown
  /** Which try of a callback this was, from 1. */
  readonly attempt?: number
}

export interface Journal {
  readonly entries: readonly Entry[]
  readonly append: (entry: Entry) => void
}

/** Opens (or begins) the journal in a folder. A last line cut off by a crash was never answered for, and is dropped. */
export function openJournal(folder: string): Journal {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'bank-direct.ndjson')
  const file = openSync(path, 'a')
  const bytes = readFileSync(path)
  const whole = bytes.lastIndexOf(0x0a) + 1
  if (whole < bytes.length) truncateSync(path, whole)
  const lines = bytes.subarray(0, whole).toString('utf8').split('\n').slice(0, -1)
  return {
    // Every line is one that `append` wrote.
    entries: lines.map((line) => JSON.parse(line) as Entry),
    append: (entry) => {
      writeSync(file, `${JSON.stringify(entry)}\n`)
    },
  }
}

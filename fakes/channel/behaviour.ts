/** What the sandbox can ask of the channel for one order; `docs/reference/bank-direct-channel.md` describes each. */
export interface Behaviour {
  readonly mode: Mode
  /** How late: `late` and `settles-late`. */
  readonly minutes: number
  /** Why: `failed`, `failed-in-clearing` and `rejected`. */
  readonly code: string
  /** How many submissions of the order go wrong before one is answered: the silent modes and `unsigned-answer`. */
  readonly times: number
}

export const modes = [
  'normal',
  'lost',
  'duplicated',
  'out-of-order',
  'late',
  'failed',
  'wrong-amount',
  'settles-other-amount',
  'silent-taken',
  'silent-lost',
  'hangs',
  'silent-forever',
  'never-settles',
  'rejected',
  'failed-in-clearing',
  'settles-late',
  'forged-callback',
  'unsigned-answer',
] as const
export type Mode = (typeof modes)[number]

/** The mode that an amount asks for by its last two digits in fen: 81 to 97, in the order of the table above. */
export function modeOfAmount(amountFen: string): Mode {
  return amountModes.get(amountFen.padStart(2, '0').slice(-2)) ?? 'normal'
}

const firstDigits = 81
export const amountModes: ReadonlyMap<string, Mode> = new Map(
  modes.slice(1).map((mode, index) => [String(firstDigits + index), mode]),
)

/** A behaviour with what was not said filled in. */
export function behaviour(
  mode: Mode,
  said: { readonly minutes?: number; readonly code?: string; readonly times?: number } = {},
): Behaviour {
  return {
    mode,
    minutes: said.minutes ?? 180, // past the two hours that a repayment may stay "paid, not yet posted"
    code: said.code ?? usualCode(mode),
    times: said.times ?? 1,
  }
}

function usualCode(mode: Mode): string {
  switch (mode) {
    case 'rejected':
      return 'card-refused'
    case 'failed-in-clearing':
      return 'clearing-failed'
    default:
      return 'insufficient-funds'
  }
}

/** Whether a submission under this mode gets no proper answer, and whether the order is taken all the same. */
export function submissionFault(mode: Mode): 'none' | 'lost' | 'error-after-taking' | 'hangs' | 'unsigned' {
  switch (mode) {
    case 'silent-lost':
      return 'lost'
    case 'silent-taken':
      return 'error-after-taking'
    case 'hangs':
      return 'hangs'
    case 'unsigned-answer':
      return 'unsigned'
    default:
      return 'none'
  }
}

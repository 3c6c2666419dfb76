import { type Fen, fen } from '../money/fen.ts'
import type { Policy } from './policy.ts'

/** A policy's form in `policy_version.body`: bigints as decimal text. */
export function policyJson(policy: Policy): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(policy, (_key, value) => (typeof value === 'bigint' ? value.toString() : value)),
  )
}

/** Reads `policy_version.body`; refuses a body with a missing or ill-typed number, so that no decision is made on a guess. */
export function policyFromJson(body: unknown): Policy {
  const read = reader(body, 'policy')
  const residual = reader(read.value('residual'), 'policy.residual')
  const treatment = residual.value('treatment')
  if (treatment !== 'waived' && treatment !== 'special-debit')
    throw new TypeError(`policy.residual.treatment: ${treatment}`)
  return {
    lineLimitMin: read.fen('lineLimitMin'),
    lineLimitMax: read.fen('lineLimitMax'),
    dailyRateMinE8: read.fen('dailyRateMinE8'),
    dailyRateMaxE8: read.fen('dailyRateMaxE8'),
    drawdownMin: read.fen('drawdownMin'),
    invitationDays: read.count('invitationDays'),
    clearingMinutes: read.count('clearingMinutes'),
    principalFirstAfterDays: read.count('principalFirstAfterDays'),
    residual: { treatment, below: residual.fen('below') },
    mandateTerminationMinutes: read.count('mandateTerminationMinutes'),
    stepUpMinutes: read.count('stepUpMinutes'),
  }
}

function reader(body: unknown, where: string) {
  if (typeof body !== 'object' || body === null) throw new TypeError(`${where}: not an object`)
  const fields = new Map(Object.entries(body))
  return {
    value: (name: string): unknown => fields.get(name),
    fen: (name: string): Fen => {
      const value = fields.get(name)
      if (typeof value !== 'string' || !/^[0-9]+$/.test(value))
        throw new TypeError(`${where}.${name}: ${value}`)
      return fen(BigInt(value))
    },
    count: (name: string): number => {
      const value = fields.get(name)
      if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
        throw new TypeError(`${where}.${name}: ${value}`)
      return value
    },
  }
}

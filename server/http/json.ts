import { shanghaiTime } from '@jieqing/domain/calendar/date'
import type { Blocker } from '@jieqing/domain/closure/blockers'
import type { Readiness } from '@jieqing/domain/closure/readiness'
import { percent } from '@jieqing/domain/credit-line/invitation'
import { type Owed, totalOwed } from '@jieqing/domain/loan/loan'
import { yuan } from '@jieqing/domain/money/fen'
import type { Problem, Reason } from '../platform/problem.ts'
import { problemCodes } from '../platform/problem-codes.ts'
import type { BlockerJson, ProblemJson, ReadinessJson } from './schema.ts'

export function owedJson(owed: Owed) {
  return {
    fees: yuan(owed.fees),
    penalty: yuan(owed.penalty),
    interest: yuan(owed.interest),
    principal: yuan(owed.principal),
    total: yuan(totalOwed(owed)),
  }
}

export function blockerJson(blocker: Blocker): BlockerJson {
  return {
    code: blocker.code,
    reason: blocker.code,
    actor: blocker.actor,
    ...(blocker.amount === undefined ? {} : { amount: yuan(blocker.amount) }),
    ...(blocker.count === undefined ? {} : { count: blocker.count }),
    ...(blocker.clearsAt === undefined ? {} : { clearsAt: shanghaiTime(blocker.clearsAt) }),
    ...(blocker.cure === undefined ? {} : { cure: { ...blocker.cure } }),
  }
}

export function readinessJson(answer: Readiness): ReadinessJson {
  const { simulation } = answer
  return {
    asOf: shanghaiTime(answer.asOf),
    currency: 'CNY',
    ready: answer.ready,
    earliest: answer.earliest === undefined ? null : shanghaiTime(answer.earliest),
    blockers: answer.blockers.map(blockerJson),
    simulation: {
      charged: yuan(simulation.charged),
      paid: owedJson(simulation.owed),
      refunded: yuan(simulation.refunded),
      waived: yuan(simulation.waived),
      reported: [],
      erased: [],
      mandatesEnded: simulation.mandatesEnded,
      agreementsEnded: simulation.agreementsEnded,
    },
  }
}

export function problemJson(problem: Problem): ProblemJson {
  return {
    type: `/reference/problem-codes#${problem.code}`,
    title: problemCodes[problem.code].means,
    status: problem.status,
    code: problem.code,
    reasons: problem.reasons.map(reasonJson),
    blockers: problem.blockers.map(blockerJson),
  }
}

function reasonJson(reason: Reason): ProblemJson['reasons'][number] {
  return {
    code: reason.code,
    ...(reason.amount === undefined ? {} : { amount: yuan(reason.amount) }),
    ...(reason.clearsAt === undefined ? {} : { clearsAt: shanghaiTime(reason.clearsAt) }),
    ...(reason.field === undefined ? {} : { field: reason.field }),
  }
}

/** An event's body for people outside: amounts kept as `…Fen` become yuan, times get Shanghai's offset; all else stays. */
export function detailsJson(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      if (name.endsWith('Fen') && typeof value === 'string') return [name.slice(0, -3), yuan(BigInt(value))]
      if (name === 'rateE8' && typeof value === 'string') return ['dailyRatePercent', percent(BigInt(value))]
      if (typeof value === 'string' && /^[0-9-]{10}T[0-9:.]+Z$/.test(value))
        return [name, shanghaiTime(new Date(value))]
      return [name, value]
    }),
  )
}

import { call, Refused } from './call'
import type * as Contract from './generated'

export type SandboxClock = Contract.GetV1SandboxClockResponse

/** The sandbox's clock; null where this is no sandbox, which is the rule. */
export async function readClock({ signal }: { readonly signal: AbortSignal }): Promise<SandboxClock | null> {
  const path: Contract.GetV1SandboxClockData['url'] = '/v1/sandbox/clock'
  try {
    return await call<SandboxClock>('GET', path, { signal })
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}

export function advance(minutes: number): Promise<Contract.PostV1SandboxClockAdvanceResponse> {
  const path: Contract.PostV1SandboxClockAdvanceData['url'] = '/v1/sandbox/clock/advance'
  const body: Contract.PostV1SandboxClockAdvanceData['body'] = { minutes }
  return call('POST', path, { body })
}

export async function readBorrowers(): Promise<Contract.GetV1SandboxBorrowersResponse['borrowers']> {
  const path: Contract.GetV1SandboxBorrowersData['url'] = '/v1/sandbox/borrowers'
  const { borrowers } = await call<Contract.GetV1SandboxBorrowersResponse>('GET', path)
  return borrowers
}

/** The newest one-time code of this kind that was sent to a phone; null where none was. */
export async function readCode(phone: string, template: string): Promise<string | null> {
  const path: Contract.GetV1SandboxMessagesData['url'] = '/v1/sandbox/messages'
  const answer = await call<Contract.GetV1SandboxMessagesResponse>('GET', `${path}?phone=${phone}`)
  const newest = answer.messages.find((message) => message.template === template)
  return newest?.parameters.code ?? null
}

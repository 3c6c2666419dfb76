import { useQuery } from '@tanstack/react-query'
import { readClock, type SandboxClock } from '../api/sandbox'

/** The sandbox's clock, or `undefined` where this is none. */
export function useSandbox(): SandboxClock | undefined {
  const { data } = useQuery({ queryKey: ['sandbox'], queryFn: readClock })
  return data ?? undefined
}

/** What the sandbox answers without a session, and what outlives one. */
export function isOfSandbox(queryKey: readonly unknown[]): boolean {
  return typeof queryKey[0] === 'string' && queryKey[0].startsWith('sandbox')
}

import { useSyncExternalStore } from 'react'

/** Whether the server knows us. The phone is kept in this page's memory alone, to send the step-up's code to it. */
export type Session = {
  readonly state: 'assumed' | 'signed-in' | 'signed-out' | 'expired'
  readonly phone: string | undefined
}

let session: Session = { state: 'assumed', phone: undefined }
const listeners = new Set<() => void>()

export function useSession(): Session {
  return useSyncExternalStore(subscribe, () => session)
}

export function signedIn(phone: string): void {
  change({ state: 'signed-in', phone })
}

/** An answer came for this session: it is one. */
export function sessionAnswered(): void {
  if (session.state === 'assumed') change({ ...session, state: 'signed-in' })
}

export function signedOut(): void {
  change({ state: 'signed-out', phone: undefined })
}

/** The server no longer knows us: said as "expired" only to someone who was signed in here. */
export function sessionRefused(): void {
  if (session.state === 'assumed') change({ ...session, state: 'signed-out' })
  if (session.state === 'signed-in') change({ ...session, state: 'expired' })
}

function change(next: Session): void {
  session = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

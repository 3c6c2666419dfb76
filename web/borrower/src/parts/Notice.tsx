import type { ReactNode } from 'react'

/** Something to know before going on. */
export function Notice({
  tone = 'info',
  children,
}: {
  readonly tone?: 'info' | 'good' | 'warning'
  readonly children: ReactNode
}) {
  return <div className={`notice ${tone}`}>{children}</div>
}

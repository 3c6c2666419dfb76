import { type ReactNode, useEffect, useRef } from 'react'

/** The heading of a step that replaces another on the same screen: it takes the focus when it appears. */
export function StageHeading({ children }: { readonly children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <h2 ref={heading} tabIndex={-1} className="stage">
      {children}
    </h2>
  )
}

import type { ReactNode } from 'react'

/** A white group on grey with a caption, as in WeUI. */
export function Group(props: {
  readonly title?: string
  readonly note?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <section className="group" {...(props.title === undefined ? {} : { 'aria-label': props.title })}>
      {props.title !== undefined && <h2>{props.title}</h2>}
      <div className="cells">{props.children}</div>
      {props.note !== undefined && <p className="note">{props.note}</p>}
    </section>
  )
}

/** Names and values, one pair a line. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="facts">{children}</dl>
}

export function Fact({
  name,
  children,
  strong = false,
}: {
  readonly name: ReactNode
  readonly children: ReactNode
  readonly strong?: boolean
}) {
  return (
    <div className={strong ? 'fact strong' : 'fact'}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

import { useInfiniteQuery } from '@tanstack/react-query'
import { readTimeline, type Timeline as TimelineAnswer } from '../api/account'
import { useTexts } from '../language/language'
import { lookup } from '../language/lookup'
import { moneySum } from '../language/money'
import { Action } from '../parts/Action'
import { Amount } from '../parts/Amount'
import { Loaded } from '../parts/Loaded'
import { Screen } from '../parts/Screen'
import { When } from '../parts/When'

export function Timeline() {
  const texts = useTexts()
  return (
    <Screen title={texts.timeline.title} back="/">
      <TimelineView />
    </Screen>
  )
}

/** L1: what comes next and who owes it, then what has happened, newest first. */
export function TimelineView() {
  const texts = useTexts()
  const query = useInfiniteQuery({
    queryKey: ['timeline'],
    queryFn: ({ pageParam, signal }) => readTimeline(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })
  return (
    <Loaded query={query}>
      {({ pages }) => (
        <>
          <section className="group" aria-label={texts.timeline.ahead}>
            <h2>{texts.timeline.ahead}</h2>
            <Ahead entries={pages[0]?.ahead ?? []} />
          </section>
          <section className="group" aria-label={texts.timeline.past}>
            <h2>{texts.timeline.past}</h2>
            <Past entries={pages.flatMap((page) => page.past)} />
            {query.hasNextPage && (
              <Action
                look="plain"
                pending={query.isFetchingNextPage}
                onPress={() => void query.fetchNextPage()}
              >
                {texts.timeline.earlier}
              </Action>
            )}
          </section>
        </>
      )}
    </Loaded>
  )
}

function Ahead({ entries }: { readonly entries: TimelineAnswer['ahead'] }) {
  const texts = useTexts()
  if (entries.length === 0) return <p className="note">{texts.timeline.aheadNone}</p>
  return (
    <ol className="timeline ahead">
      {entries.map((entry, index) => (
        <li key={`${entry.at}-${entry.kind}-${String(index)}`}>
          <span className="timeline-name">
            {aheadName(entry, texts)} <DetailAmount details={entry.details} />
          </span>
          <span className="hint">
            <When value={entry.kind === 'instalment-due' ? entry.at.slice(0, 10) : entry.at} />
            {' · '}
            {texts.timeline.by(lookup(texts.actors, entry.owner) ?? entry.owner)}
            {entry.late && <span className="tag late">{texts.timeline.late}</span>}
          </span>
        </li>
      ))}
    </ol>
  )
}

function aheadName(entry: TimelineAnswer['ahead'][number], texts: ReturnType<typeof useTexts>): string {
  const { code } = entry.details
  const promise = typeof code === 'string' ? lookup(texts.obligations, code) : undefined
  return promise ?? lookup(texts.ahead, entry.kind) ?? entry.kind
}

function Past({ entries }: { readonly entries: TimelineAnswer['past'] }) {
  const texts = useTexts()
  if (entries.length === 0) return <p className="note">{texts.timeline.pastNone}</p>
  return (
    <ol className="timeline past">
      {entries.map((entry) => (
        <li key={entry.seq}>
          <span className="timeline-name">
            {lookup(texts.events, entry.kind) ?? entry.kind} <DetailAmount details={entry.details} />
          </span>
          <span className="hint">
            <When value={entry.at} />
            {' · '}
            {texts.timeline.by(lookup(texts.actors, entry.actor) ?? entry.actor)}
          </span>
        </li>
      ))}
    </ol>
  )
}

/** The amount of an entry, where it has one. An instalment is its principal and interest together. */
function DetailAmount({ details }: { readonly details: Readonly<Record<string, unknown>> }) {
  const { amount, principal, interest, owed, limit } = details
  const own = amount ?? owed ?? limit
  if (typeof own === 'string') return <Amount value={own} />
  if (typeof principal === 'string' && typeof interest === 'string')
    return <Amount value={moneySum(principal, interest)} />
  return null
}

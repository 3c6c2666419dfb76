import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { isNotSignedIn } from '../api/call'
import { useTexts } from '../language/language'
import { Action } from './Action'
import { Trouble } from './Trouble'

/** The states of anything that is read: being loaded, failed with a way to try again, there, or there but stale. */
export function Loaded<Data>(props: {
  readonly query: UseQueryResult<Data>
  readonly children: (data: Data) => ReactNode
}) {
  const { query } = props
  const texts = useTexts()
  if (query.data === undefined && query.error === null) return <Waiting />
  // The frame of the page turns to the sign-in by itself.
  if (isNotSignedIn(query.error)) return null
  return (
    <>
      {query.error !== null && (
        <>
          <Trouble error={query.error} />
          <Action look="neutral" pending={query.isFetching} onPress={() => void query.refetch()}>
            {texts.page.retry}
          </Action>
        </>
      )}
      {query.data !== undefined && props.children(query.data)}
    </>
  )
}

function Waiting() {
  const texts = useTexts()
  return (
    <div className="waiting" role="status">
      <span className="unseen">{texts.page.loading}</span>
      <div className="bone tall" />
      <div className="bone" />
      <div className="bone" />
    </div>
  )
}

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { Refused } from './call'
import { newId } from './ids'

export type Submission<Content> = {
  readonly submit: (content: Content) => void
  readonly pending: boolean
  readonly error: Error | null
  readonly reset: () => void
}

/**
 * One command of a form. Its idempotency key and the id of what it makes stay the same while no definite answer has come, so that
 * pressing the button again after a lost answer has one effect; other content, or an answer, begins a new command.
 */
export function useSubmission<Content, Answer>(
  send: (content: Content, ids: { readonly key: string; readonly id: string }) => Promise<Answer>,
  done?: (answer: Answer, content: Content) => void,
): Submission<Content> {
  const queries = useQueryClient()
  const open = useRef<{ readonly content: string; readonly key: string; readonly id: string }>(null)
  const mutation = useMutation<Answer, Error, Content>({
    mutationFn: async (content) => {
      const text = JSON.stringify(content)
      const ids = open.current?.content === text ? open.current : { content: text, key: newId(), id: newId() }
      open.current = ids
      try {
        const answer = await send(content, ids)
        open.current = null
        return answer
      } catch (error) {
        if (error instanceof Refused && error.problem.status < 500) open.current = null
        throw error
      }
    },
    onSuccess: (answer, content) => {
      void queries.invalidateQueries()
      done?.(answer, content)
    },
  })
  return {
    submit: (content) => {
      if (!mutation.isPending) mutation.mutate(content)
    },
    pending: mutation.isPending,
    error: mutation.error,
    reset: mutation.reset,
  }
}

import { useLocation } from 'wouter'
import { requestQuote } from '../api/account'
import { type Submission, useSubmission } from '../api/submission'

/** F1: asks for a payoff quote and goes to it. */
export function useQuoting(): Submission<'payoff'> {
  const [, go] = useLocation()
  return useSubmission(
    (_content: 'payoff', { key, id }) => requestQuote({ quoteId: id }, key),
    ({ quoteId }) => go(`/payoff/${quoteId}`),
  )
}

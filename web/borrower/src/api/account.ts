import { call } from './call'
import type * as Contract from './generated'

export type Me = Contract.GetV1MeResponse
export type Line = NonNullable<Me['line']>
export type Owed = Me['owed']
export type Readiness = Contract.GetV1MeLineClosureReadinessResponse
export type Blocker = Readiness['blockers'][number]
export type Quote = Contract.GetV1MePayoffQuotesByIdResponse
export type Payment = Contract.GetV1MeRepaymentsByIdResponse
export type ClosingOrder = Contract.GetV1MeLineClosingOrdersByIdResponse
export type Timeline = Contract.GetV1MeTimelineResponse
export type Cards = Contract.GetV1MeCardsResponse
export type Loans = Contract.GetV1MeLoansResponse

/** The three kinds of payment that a borrower can follow, by their place in the API. */
export type PaymentKind = 'repayments' | 'drawdowns' | 'refunds'

/** A path of the contract with its id filled in; a path that the contract lacks does not compile. */
function at<Data extends { readonly url: string }>(url: Data['url'], id?: string): string {
  return id === undefined ? url : url.replace('{id}', encodeURIComponent(id))
}

function get<Data extends { readonly url: string }, Answer>(url: Data['url'], id?: string) {
  return ({ signal }: { readonly signal: AbortSignal }) => call<Answer>('GET', at<Data>(url, id), { signal })
}

function post<Data extends { readonly url: string; readonly body: unknown }, Answer>(url: Data['url']) {
  return (body: NonNullable<Data['body']>, key: string, id?: string) =>
    call<Answer>('POST', at<Data>(url, id), { body, key })
}

export const readMe = get<Contract.GetV1MeData, Me>('/v1/me')
export const readLoans = get<Contract.GetV1MeLoansData, Loans>('/v1/me/loans')
export const readCards = get<Contract.GetV1MeCardsData, Cards>('/v1/me/cards')
export const readReadiness = get<Contract.GetV1MeLineClosureReadinessData, Readiness>(
  '/v1/me/line/closure-readiness',
)
export const readQuote = (id: string) =>
  get<Contract.GetV1MePayoffQuotesByIdData, Quote>('/v1/me/payoff-quotes/{id}', id)
export const readOrder = (id: string) =>
  get<Contract.GetV1MeLineClosingOrdersByIdData, ClosingOrder>('/v1/me/line/closing-orders/{id}', id)
export const readPayment = (kind: PaymentKind, id: string) =>
  get<
    Contract.GetV1MeRepaymentsByIdData | Contract.GetV1MeDrawdownsByIdData | Contract.GetV1MeRefundsByIdData,
    Payment
  >(`/v1/me/${kind}/{id}`, id)

export function readTimeline(before: string | undefined, signal: AbortSignal): Promise<Timeline> {
  const path = at<Contract.GetV1MeTimelineData>('/v1/me/timeline')
  return call('GET', before === undefined ? path : `${path}?before=${encodeURIComponent(before)}`, { signal })
}

export const openLine = post<Contract.PostV1MeLineData, Contract.PostV1MeLineResponse>('/v1/me/line')
export const bindCard = post<Contract.PostV1MeCardsData, Contract.PostV1MeCardsResponse>('/v1/me/cards')
export const requestDrawdown = post<Contract.PostV1MeDrawdownsData, Contract.PostV1MeDrawdownsResponse>(
  '/v1/me/drawdowns',
)
export const requestRepayment = post<Contract.PostV1MeRepaymentsData, Contract.PostV1MeRepaymentsResponse>(
  '/v1/me/repayments',
)
export const requestRefund = post<Contract.PostV1MeRefundsData, Contract.PostV1MeRefundsResponse>(
  '/v1/me/refunds',
)
export const requestQuote = post<Contract.PostV1MePayoffQuotesData, Contract.PostV1MePayoffQuotesResponse>(
  '/v1/me/payoff-quotes',
)
export const requestClosing = post<
  Contract.PostV1MeLineClosingOrdersData,
  Contract.PostV1MeLineClosingOrdersResponse
>('/v1/me/line/closing-orders')
export const confirmClosing = post<
  Contract.PostV1MeLineClosingOrdersByIdConfirmationData,
  Contract.PostV1MeLineClosingOrdersByIdConfirmationResponse
>('/v1/me/line/closing-orders/{id}/confirmation')
export const withdrawClosing = post<
  Contract.PostV1MeLineClosingOrdersByIdWithdrawalData,
  Contract.PostV1MeLineClosingOrdersByIdWithdrawalResponse
>('/v1/me/line/closing-orders/{id}/withdrawal')
export const sendStepUpCode = post<Contract.PostV1MeStepUpCodesData, Contract.PostV1MeStepUpCodesResponse>(
  '/v1/me/step-up-codes',
)
export const stepUp = post<Contract.PostV1MeStepUpsData, Contract.PostV1MeStepUpsResponse>('/v1/me/step-ups')
export const sendSignInCode = post<Contract.PostV1SignInCodesData, Contract.PostV1SignInCodesResponse>(
  '/v1/sign-in-codes',
)
export const openSession = post<Contract.PostV1SessionsData, Contract.PostV1SessionsResponse>('/v1/sessions')

export function endSession(): Promise<unknown> {
  const path: Contract.DeleteV1SessionsCurrentData['url'] = '/v1/sessions/current'
  return call('DELETE', path)
}

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { type Quote, readQuote, requestRepayment } from '../api/account'
import { Refused } from '../api/call'
import { useSubmission } from '../api/submission'
import { useTexts } from '../language/language'
import { lookup } from '../language/lookup'
import { moneyText } from '../language/money'
import { Action } from '../parts/Action'
import { Amount } from '../parts/Amount'
import { CardChoice, useChosenCard } from '../parts/CardChoice'
import { Fact, Facts, Group } from '../parts/Cells'
import { Loaded } from '../parts/Loaded'
import { Notice } from '../parts/Notice'
import { Screen } from '../parts/Screen'
import { StepUp } from '../parts/StepUp'
import { Trouble } from '../parts/Trouble'
import { When } from '../parts/When'
import { useQuoting } from './quoting'

/** F1: what pays everything off, until when, of what it is made, and paying it. */
export function Payoff({ id }: { readonly id: string }) {
  const texts = useTexts()
  const query = useQuery({ queryKey: ['quote', id], queryFn: readQuote(id) })
  return (
    <Screen title={texts.payoff.title} back="/check">
      <Loaded query={query}>{(quote) => <QuoteView quote={quote} />}</Loaded>
    </Screen>
  )
}

function QuoteView({ quote }: { readonly quote: Quote }) {
  const texts = useTexts()
  const quoting = useQuoting()
  const loans = [...new Set(quote.parts.map((part) => part.loanId))]
  return (
    <>
      <section className="figure-card" aria-label={texts.payoff.amount}>
        <p>{texts.payoff.amount}</p>
        <p className="big">
          <Amount value={quote.amount} />
        </p>
        <p>
          {texts.payoff.validUntil} <When value={quote.validUntil} />
        </p>
      </section>
      <p className="note">{texts.payoff.promise}</p>
      {loans.map((loanId, index) => (
        <Group key={loanId} title={loans.length === 1 ? texts.payoff.parts : texts.payoff.loan(index + 1)}>
          <Facts>
            {quote.parts
              .filter((part) => part.loanId === loanId)
              .map((part) => (
                <Fact key={part.component} name={lookup(texts.parts, part.component) ?? part.component}>
                  <Amount value={part.amount} />
                </Fact>
              ))}
          </Facts>
        </Group>
      ))}
      {quote.state === 'standing' ? (
        <Pay quote={quote} />
      ) : (
        <>
          <Notice tone={quote.state === 'paid' ? 'good' : 'warning'}>
            <p>{texts.payoff.states[quote.state]}</p>
          </Notice>
          {quoting.error !== null && <Trouble error={quoting.error} command />}
          {quote.state !== 'paid' && (
            <Action pending={quoting.pending} onPress={() => quoting.submit('payoff')}>
              {texts.payoff.renew}
            </Action>
          )}
        </>
      )}
    </>
  )
}

/** The server says whether a code is needed; the payment goes on by itself once it was given. */
function Pay({ quote }: { readonly quote: Quote }) {
  const texts = useTexts()
  const [, go] = useLocation()
  const [chosen, setChosen] = useState<string>()
  const cardId = useChosenCard(chosen)
  const paying = useSubmission(
    (wish: { readonly quoteId: string; readonly amount: string; readonly cardId: string }, { key, id }) =>
      requestRepayment({ repaymentId: id, ...wish }, key),
    ({ repaymentId }) => go(`/repayments/${repaymentId}`),
  )
  const { quoteId, amount } = quote
  const pay = () => {
    if (cardId !== undefined) paying.submit({ quoteId, amount, cardId })
  }
  const needsStepUp = paying.error instanceof Refused && paying.error.problem.code === 'step-up-needed'
  return (
    <>
      <CardChoice label={texts.payoff.card} chosen={chosen} onChange={setChosen} />
      {needsStepUp ? (
        <StepUp sendAtOnce submitName={texts.payoff.verifyAndPay(moneyText(amount))} onDone={pay} />
      ) : (
        <>
          {paying.error !== null && <Trouble error={paying.error} command />}
          <Action pending={paying.pending} disabled={cardId === undefined} onPress={pay}>
            {texts.payoff.pay(moneyText(amount))}
          </Action>
        </>
      )}
    </>
  )
}

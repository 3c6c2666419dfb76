import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { readMe, requestRefund } from '../api/account'
import { useSubmission } from '../api/submission'
import { useTexts } from '../language/language'
import { isZero, moneyText } from '../language/money'
import { Action } from '../parts/Action'
import { CardChoice, useChosenCard } from '../parts/CardChoice'
import { Loaded } from '../parts/Loaded'
import { Screen } from '../parts/Screen'
import { Trouble } from '../parts/Trouble'

/** A6: what was paid too much goes back to a card. */
export function Refund() {
  const texts = useTexts()
  const [, go] = useLocation()
  const [chosen, setChosen] = useState<string>()
  const cardId = useChosenCard(chosen)
  const query = useQuery({ queryKey: ['me'], queryFn: readMe })
  const refunding = useSubmission(
    (wish: { readonly cardId: string }, { key, id }) => requestRefund({ refundId: id, ...wish }, key),
    ({ refundId }) => go(`/refunds/${refundId}`),
  )
  return (
    <Screen title={texts.refund.title} back="/check">
      <Loaded query={query}>
        {({ creditBalance }) =>
          isZero(creditBalance) ? (
            <p className="lead">{texts.refund.nothing}</p>
          ) : (
            <>
              <p className="lead">{texts.refund.lead}</p>
              <CardChoice label={texts.refund.card} chosen={chosen} onChange={setChosen} />
              {refunding.error !== null && <Trouble error={refunding.error} command />}
              <Action
                pending={refunding.pending}
                disabled={cardId === undefined}
                onPress={() => {
                  if (cardId !== undefined) refunding.submit({ cardId })
                }}
              >
                {texts.refund.submit(moneyText(creditBalance))}
              </Action>
            </>
          )
        }
      </Loaded>
    </Screen>
  )
}

import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { type Me, readMe, requestRepayment } from '../api/account'
import { useSubmission } from '../api/submission'
import { useTexts } from '../language/language'
import { isZero, moneyText, typedMoney } from '../language/money'
import { Action } from '../parts/Action'
import { CardChoice, useChosenCard } from '../parts/CardChoice'
import { Group } from '../parts/Cells'
import { Choice } from '../parts/Choice'
import { Field } from '../parts/Field'
import { Loaded } from '../parts/Loaded'
import { OwedFacts } from '../parts/OwedFacts'
import { Screen } from '../parts/Screen'
import { Trouble } from '../parts/Trouble'
import { useQuoting } from './quoting'

/** A6: the instalment, another amount, or everything by quote. */
export function Repay() {
  const texts = useTexts()
  const query = useQuery({ queryKey: ['me'], queryFn: readMe })
  return (
    <Screen title={texts.repay.title} back="/">
      <Loaded query={query}>
        {(me) =>
          isZero(me.owed.total) ? <p className="lead">{texts.repay.nothing}</p> : <RepayForm me={me} />
        }
      </Loaded>
    </Screen>
  )
}

type How = 'due' | 'all' | 'other'

function RepayForm({ me }: { readonly me: Me }) {
  const texts = useTexts()
  const [, go] = useLocation()
  const [how, setHow] = useState<How | null>(null)
  const [amount, setAmount] = useState('')
  const [fault, setFault] = useState<string>()
  const [chosen, setChosen] = useState<string>()
  const cardId = useChosenCard(chosen)
  const quoting = useQuoting()
  const repaying = useSubmission(
    (wish: { readonly amount: string; readonly cardId: string }, { key, id }) =>
      requestRepayment({ repaymentId: id, ...wish }, key),
    ({ repaymentId }) => go(`/repayments/${repaymentId}`),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (how === 'all') return quoting.submit('payoff')
    const money = how === 'due' ? me.nextDue?.amount : typedMoney(amount)
    if (money === undefined) return setFault(texts.borrow.amountInvalid)
    setFault(undefined)
    if (cardId !== undefined) repaying.submit({ amount: money, cardId })
  }
  const options = [
    ...(me.nextDue === null
      ? []
      : [{ value: 'due', name: `${texts.repay.due} ${moneyText(me.nextDue.amount)}` }]),
    { value: 'all', name: texts.repay.all, hint: texts.repay.allHint },
    { value: 'other', name: texts.repay.other },
  ]
  return (
    <form onSubmit={submit} noValidate>
      <Group title={texts.home.owed}>
        <OwedFacts owed={me.owed} nothing={texts.home.owedNothing} />
      </Group>
      <Choice
        label={texts.repay.how}
        value={how}
        onChange={(value) => setHow(howOf(value))}
        options={options}
      />
      {how === 'other' && (
        <div className="cells">
          <Field
            label={texts.repay.amount}
            hint={texts.repay.amountHint}
            fault={fault}
            value={amount}
            onChange={setAmount}
            inputMode="decimal"
          />
        </div>
      )}
      {how !== 'all' && <CardChoice label={texts.repay.card} chosen={chosen} onChange={setChosen} />}
      {repaying.error !== null && <Trouble error={repaying.error} command />}
      {quoting.error !== null && <Trouble error={quoting.error} command />}
      <Action
        submits
        pending={repaying.pending || quoting.pending}
        disabled={how === null || (how !== 'all' && cardId === undefined)}
      >
        {how === 'all' ? texts.repay.quote : texts.repay.submit}
      </Action>
    </form>
  )
}

function howOf(value: string): How {
  return value === 'due' || value === 'all' ? value : 'other'
}

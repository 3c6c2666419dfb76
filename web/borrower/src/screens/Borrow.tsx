import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { type Line, readMe, requestDrawdown } from '../api/account'
import { useSubmission } from '../api/submission'
import { useTexts } from '../language/language'
import { lookup } from '../language/lookup'
import { moneyText, typedMoney } from '../language/money'
import { Action } from '../parts/Action'
import { CardChoice, useChosenCard } from '../parts/CardChoice'
import { Choice } from '../parts/Choice'
import { Field } from '../parts/Field'
import { Loaded } from '../parts/Loaded'
import { Notice } from '../parts/Notice'
import { Screen } from '../parts/Screen'
import { Trouble } from '../parts/Trouble'

/** A3: how much, over how long, to which card, at which price. */
export function Borrow() {
  const texts = useTexts()
  const query = useQuery({ queryKey: ['me'], queryFn: readMe })
  return (
    <Screen title={texts.borrow.title} back="/">
      <Loaded query={query}>
        {({ line }) =>
          line === null || line.endedAt !== undefined ? (
            <p className="lead">{texts.borrow.noLine}</p>
          ) : (
            <BorrowForm line={line} />
          )
        }
      </Loaded>
    </Screen>
  )
}

function BorrowForm({ line }: { readonly line: Line }) {
  const texts = useTexts()
  const [, go] = useLocation()
  const [amount, setAmount] = useState('')
  const [fault, setFault] = useState<string>()
  const [instalments, setInstalments] = useState(String(line.instalmentChoices[0] ?? ''))
  const [chosen, setChosen] = useState<string>()
  const cardId = useChosenCard(chosen)
  const borrowing = useSubmission(
    (wish: { readonly amount: string; readonly instalments: number; readonly cardId: string }, { key, id }) =>
      requestDrawdown({ drawdownId: id, ...wish }, key),
    ({ drawdownId }) => go(`/drawdowns/${drawdownId}`),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const money = typedMoney(amount)
    if (money === undefined) return setFault(texts.borrow.amountInvalid)
    setFault(undefined)
    if (cardId !== undefined) borrowing.submit({ amount: money, instalments: Number(instalments), cardId })
  }
  return (
    <form onSubmit={submit} noValidate>
      {line.blocks.map((block) => (
        <Notice key={block} tone="warning">
          <p>{lookup(texts.lineBlocks, block) ?? texts.trouble.unknownProblem(block)}</p>
        </Notice>
      ))}
      <div className="cells">
        <Field
          label={texts.borrow.amount}
          hint={texts.borrow.amountHint(moneyText(line.available))}
          fault={fault}
          value={amount}
          onChange={setAmount}
          inputMode="decimal"
        />
      </div>
      <Choice
        label={texts.borrow.instalments}
        value={instalments}
        onChange={setInstalments}
        options={line.instalmentChoices.map((count) => ({
          value: String(count),
          name: texts.borrow.instalmentsOption(count),
        }))}
      />
      <p className="note">
        {texts.home.ratePair(line.dailyRatePercent, line.yearlyRatePercent)}
        <br />
        {texts.borrow.howRepaid} {texts.borrow.noCost}
      </p>
      <CardChoice label={texts.borrow.card} chosen={chosen} onChange={setChosen} />
      {borrowing.error !== null && <Trouble error={borrowing.error} command />}
      <Action submits pending={borrowing.pending} disabled={cardId === undefined}>
        {texts.borrow.submit}
      </Action>
    </form>
  )
}

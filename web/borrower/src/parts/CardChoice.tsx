import { useQuery } from '@tanstack/react-query'
import { bindCard, type Cards, readCards } from '../api/account'
import { useSubmission } from '../api/submission'
import { useLanguage, useTexts } from '../language/language'
import { lookup } from '../language/lookup'
import { dateText } from '../language/when'
import { useSandbox } from '../sandbox/useSandbox'
import { Action } from './Action'
import { announce } from './announce'
import { Fact, Facts } from './Cells'
import { Choice } from './Choice'
import { Loaded } from './Loaded'
import { Trouble } from './Trouble'

/** Which card money goes to or comes from. `chosen` is what the borrower picked; with one card there is nothing to pick. */
export function CardChoice(props: {
  readonly label: string
  readonly chosen: string | undefined
  readonly onChange: (cardId: string) => void
}) {
  const query = useCards()
  return (
    <Loaded query={query}>
      {({ cards }) => {
        const [only, ...others] = cards
        if (only === undefined) return <BindCard />
        if (others.length === 0) return <OneCard label={props.label} card={only} />
        return <Several {...props} cards={cards} />
      }}
    </Loaded>
  )
}

/** The card to use: the one picked, else the only one. */
export function useChosenCard(chosen: string | undefined): string | undefined {
  const { data } = useCards()
  if (chosen !== undefined) return chosen
  return data?.cards.length === 1 ? data.cards[0]?.cardId : undefined
}

function useCards() {
  return useQuery({ queryKey: ['cards'], queryFn: readCards })
}

type Card = Cards['cards'][number]

function OneCard({ label, card }: { readonly label: string; readonly card: Card }) {
  const name = useCardName()
  return (
    <div className="cells">
      <Facts>
        <Fact name={label}>{name(card)}</Fact>
      </Facts>
    </div>
  )
}

function Several(props: Parameters<typeof CardChoice>[0] & { readonly cards: readonly Card[] }) {
  const name = useCardName()
  return (
    <Choice
      label={props.label}
      value={props.chosen ?? null}
      onChange={props.onChange}
      options={props.cards.map((card) => ({ value: card.cardId, name: name(card) }))}
    />
  )
}

function useCardName(): (card: Card) => string {
  const { locale, texts } = useLanguage()
  return (card) =>
    texts.card.bound(lookup(texts.card.banks, card.bankCode) ?? card.bankCode, dateText(card.boundAt, locale))
}

/** Card numbers are given to the channel's own page; a sandbox has a token to offer instead. */
function BindCard() {
  const texts = useTexts()
  const sandbox = useSandbox()
  const binding = useSubmission(
    (_content: 'sandbox card', { key, id }) =>
      bindCard({ cardId: id, bankCode: 'CMB', cardToken: `card_sandbox_${id.slice(0, 8)}` }, key),
    () => announce(texts.card.boundDone),
  )
  return (
    <section className="group" aria-label={texts.card.title}>
      <h2>{texts.card.title}</h2>
      <p className="note">
        {texts.card.none} {texts.card.bindElsewhere}
      </p>
      {sandbox !== undefined && (
        <Action look="neutral" pending={binding.pending} onPress={() => binding.submit('sandbox card')}>
          {texts.card.bindDemo}
        </Action>
      )}
      {binding.error !== null && <Trouble error={binding.error} command />}
    </section>
  )
}

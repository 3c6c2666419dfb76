import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { type ClosingOrder, readOrder } from '../api/account'
import { useTexts } from '../language/language'
import { lookup } from '../language/lookup'
import { Action } from '../parts/Action'
import { Amount } from '../parts/Amount'
import { announce } from '../parts/announce'
import { Fact, Facts, Group } from '../parts/Cells'
import { Loaded } from '../parts/Loaded'
import { Screen } from '../parts/Screen'
import { Steps } from '../parts/Steps'
import { When } from '../parts/When'
import { Tick } from './Home'
import { TimelineView } from './Timeline'

/** SB12: number, time, what changed, what the lender still owes and by when; below it the account's whole life (L1). */
export function Receipt({ id }: { readonly id: string }) {
  const texts = useTexts()
  const query = useQuery({ queryKey: ['order', id], queryFn: readOrder(id) })
  return (
    <Screen title={texts.receipt.title} back="/">
      <Loaded query={query}>{(order) => <OrderView order={order} />}</Loaded>
    </Screen>
  )
}

function OrderView({ order }: { readonly order: ClosingOrder }) {
  const texts = useTexts()
  const executed = order.state === 'executed'
  return (
    <>
      {executed && <Steps current={3} />}
      <section className="result" aria-label={texts.receipt.title}>
        {executed && <Tick />}
        <h2>{said(order, texts)}</h2>
        {executed && <p>{texts.receipt.doneLead}</p>}
      </section>
      <Group>
        <Facts>
          <Fact name={texts.receipt.number}>
            <span className="number">{order.orderId}</span>
          </Fact>
          <Fact name={texts.receipt.requestedAt}>
            <When value={order.requestedAt} />
          </Fact>
          {order.endedAt !== undefined && (
            <Fact name={executed ? texts.receipt.endedAt : texts.receipt.withdrawnAt}>
              <When value={order.endedAt} />
            </Fact>
          )}
          <Fact name={texts.receipt.channel}>{lookup(texts.channels, order.channel) ?? order.channel}</Fact>
        </Facts>
      </Group>
      {executed && <Effects order={order} />}
      {executed && <Obligations order={order} />}
      {order.state === 'requested' && (
        <Link href="/check" className="action neutral">
          {texts.home.closingContinue}
        </Link>
      )}
      <div className="pair unprinted">
        <Action look="neutral" onPress={() => window.print()}>
          {texts.receipt.print}
        </Action>
        <Action
          look="neutral"
          onPress={() => {
            void copy(order.orderId).then(() => announce(texts.receipt.copied))
          }}
        >
          {texts.receipt.copy}
        </Action>
      </div>
      <TimelineView />
    </>
  )
}

function said(order: ClosingOrder, texts: ReturnType<typeof useTexts>): string {
  switch (order.state) {
    case 'executed':
      return texts.receipt.done
    case 'withdrawn':
      return texts.receipt.withdrawn
    case 'requested':
      return texts.receipt.requestedOnly
  }
}

function Effects({ order }: { readonly order: ClosingOrder }) {
  const texts = useTexts()
  return (
    <Group title={texts.receipt.effects}>
      <ul className="plain">
        {numbered(order.effects).map(({ one, number }) => (
          <li key={number} className="cell">
            {lookup(texts.effects, one.effect) ?? one.effect}
            {one.amount !== undefined && <Amount value={one.amount} />}
          </li>
        ))}
      </ul>
    </Group>
  )
}

function Obligations({ order }: { readonly order: ClosingOrder }) {
  const texts = useTexts()
  if (order.obligations.length === 0) {
    return (
      <Group title={texts.receipt.obligations}>
        <p className="cell">{texts.receipt.obligationsNone}</p>
      </Group>
    )
  }
  return (
    <Group title={texts.receipt.obligations}>
      <ul className="plain">
        {order.obligations.map((one) => (
          <li key={`${one.code}-${one.dueAt}`} className="cell stacked">
            <span>{lookup(texts.obligations, one.code) ?? one.code}</span>
            <span className="hint">
              {texts.page.named(texts.receipt.owner, lookup(texts.actors, one.owner) ?? one.owner)}
            </span>
            <span className="hint">
              {one.performedAt === undefined ? texts.receipt.dueAt : texts.receipt.performedAt}{' '}
              <When value={one.performedAt ?? one.dueAt} />
              {one.late && <span className="tag late">{texts.receipt.late}</span>}
            </span>
          </li>
        ))}
      </ul>
    </Group>
  )
}

/** Effects of one kind are alike but for their place. */
function numbered<One>(list: readonly One[]): readonly { readonly one: One; readonly number: number }[] {
  return list.map((one, index) => ({ one, number: index + 1 }))
}

async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text)
}

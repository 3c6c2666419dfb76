import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Link } from 'wouter'
import { type Payment, type PaymentKind, readPayment } from '../api/account'
import { useTexts } from '../language/language'
import { lookup } from '../language/lookup'
import { isZero } from '../language/money'
import { Amount } from '../parts/Amount'
import { announce } from '../parts/announce'
import { Fact, Facts, Group } from '../parts/Cells'
import { Loaded } from '../parts/Loaded'
import { Screen } from '../parts/Screen'
import { When } from '../parts/When'
import { Tick } from './Home'

const pollMilliseconds = 3000

/** SB4: a payment from submitted to its end, and where the money went. */
export function PaymentProgress({ kind, id }: { readonly kind: PaymentKind; readonly id: string }) {
  const texts = useTexts()
  const query = useQuery({
    queryKey: ['payment', kind, id],
    queryFn: readPayment(kind, id),
    refetchInterval: ({ state }) => (state.data?.endedAt === undefined ? pollMilliseconds : false),
  })
  const state = query.data?.state
  useEffect(() => {
    if (state !== undefined) announce(texts.payment.states[kind][state])
  }, [state, kind, texts])
  return (
    <Screen title={texts.payment.titles[kind]} back="/">
      <Loaded query={query}>{(payment) => <PaymentView kind={kind} payment={payment} />}</Loaded>
    </Screen>
  )
}

function PaymentView({ kind, payment }: { readonly kind: PaymentKind; readonly payment: Payment }) {
  const texts = useTexts()
  const ended = payment.endedAt !== undefined
  const failed = payment.state === 'failed'
  return (
    <>
      <section className="result" aria-label={texts.payment.titles[kind]}>
        {ended && !failed ? <Tick /> : failed ? <Cross /> : <Clock />}
        <p className="big">
          <Amount value={payment.amount} />
        </p>
        <p>{texts.payment.states[kind][payment.state]}</p>
        {payment.failureCode !== undefined && (
          <p>
            {texts.page.named(
              texts.payment.why,
              lookup(texts.failures, payment.failureCode) ?? payment.failureCode,
            )}
          </p>
        )}
      </section>
      <Group>
        <Facts>
          <Fact name={texts.payment.requestedAt}>
            <When value={payment.requestedAt} />
          </Fact>
          {payment.expectedBy !== undefined && (
            <Fact name={texts.payment.expectedBy}>
              <When value={payment.expectedBy} />
            </Fact>
          )}
          {payment.endedAt !== undefined && (
            <Fact name={texts.payment.endedAt}>
              <When value={payment.endedAt} />
            </Fact>
          )}
        </Facts>
      </Group>
      {payment.allocation !== undefined && <Allocation allocation={payment.allocation} />}
      {kind !== 'drawdowns' && (
        <Link href="/check" className="action neutral">
          {texts.payment.continueClosing}
        </Link>
      )}
      <Link href="/" className="action neutral">
        {texts.receipt.home}
      </Link>
    </>
  )
}

function Allocation({ allocation }: { readonly allocation: NonNullable<Payment['allocation']> }) {
  const texts = useTexts()
  return (
    <Group title={texts.payment.allocation}>
      <Facts>
        {(['fees', 'penalty', 'interest', 'principal', 'overpaid'] as const)
          .filter((part) => !isZero(allocation[part]))
          .map((part) => (
            <Fact key={part} name={texts.parts[part]}>
              <Amount value={allocation[part]} />
            </Fact>
          ))}
      </Facts>
    </Group>
  )
}

function Clock() {
  return (
    <svg className="tick waiting-mark" viewBox="0 0 48 48" aria-hidden="true">
      <circle cx="24" cy="24" r="22" />
      <path d="M24 12v13l8 5" />
    </svg>
  )
}

function Cross() {
  return (
    <svg className="tick failed-mark" viewBox="0 0 48 48" aria-hidden="true">
      <circle cx="24" cy="24" r="22" />
      <path d="M24 13v15m0 6v.5" />
    </svg>
  )
}

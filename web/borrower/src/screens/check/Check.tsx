import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import { type Me, type Readiness, readMe, readReadiness } from '../../api/account'
import { useTexts } from '../../language/language'
import { announce } from '../../parts/announce'
import { Loaded } from '../../parts/Loaded'
import { Notice } from '../../parts/Notice'
import { Screen } from '../../parts/Screen'
import { Steps } from '../../parts/Steps'
import { Checklist, Fine } from './Checklist'
import { OpenOrder } from './OpenOrder'
import { Simulation } from './Simulation'
import { StartClosing } from './StartClosing'

const pollMilliseconds = 5000

/** SB7: may this account close? Every blocker with its cure, what is fine, what closing would do; then the closing itself. */
export function Check() {
  const texts = useTexts()
  const me = useQuery({ queryKey: ['me'], queryFn: readMe })
  const readiness = useQuery({
    queryKey: ['readiness'],
    queryFn: readReadiness,
    refetchInterval: ({ state }) => (state.data?.ready === false ? pollMilliseconds : false),
  })
  const left = readiness.data?.blockers.length
  useEffect(() => {
    if (left !== undefined) announce(texts.check.updated(left))
  }, [left, texts])
  return (
    <Screen title={texts.check.title} back="/">
      <Loaded query={me}>
        {(account) => {
          if (account.line === null) return <NothingToClose />
          if (account.line.endedAt !== undefined) return <Already me={account} />
          return (
            <Loaded query={readiness}>
              {(answer) => (
                <Stage
                  me={account}
                  limit={account.line?.limit ?? '0.00'}
                  readiness={answer}
                  checking={readiness.isFetching}
                  again={() => void Promise.all([readiness.refetch(), me.refetch()])}
                />
              )}
            </Loaded>
          )
        }}
      </Loaded>
    </Screen>
  )
}

function Stage(props: {
  readonly me: Me
  readonly limit: string
  readonly readiness: Readiness
  readonly checking: boolean
  readonly again: () => void
}) {
  const texts = useTexts()
  const { me, readiness } = props
  const [justAsked, setJustAsked] = useState(false)
  const order = me.closingOrder?.state === 'requested' ? me.closingOrder : undefined
  if (order !== undefined && readiness.ready)
    return (
      <OpenOrder orderId={order.orderId} readiness={readiness} limit={props.limit} justAsked={justAsked} />
    )
  return (
    <>
      <Steps current={0} />
      {order !== undefined && (
        <Notice>
          <p>{texts.check.orderKept}</p>
        </Notice>
      )}
      <Checklist readiness={readiness} checking={props.checking} again={props.again} />
      <Simulation readiness={readiness} />
      {order === undefined && <StartClosing ready={readiness.ready} onAsked={() => setJustAsked(true)} />}
      <Fine readiness={readiness} />
      <p className="note">{texts.check.uninstall}</p>
    </>
  )
}

function NothingToClose() {
  const texts = useTexts()
  return (
    <section className="result" aria-label={texts.check.noLine}>
      <h2>{texts.check.noLine}</h2>
      <p>{texts.check.noLineLead}</p>
      <Link href="/" className="action neutral">
        {texts.receipt.home}
      </Link>
    </section>
  )
}

function Already({ me }: { readonly me: Me }) {
  const texts = useTexts()
  return (
    <section className="result" aria-label={texts.check.already}>
      <h2>{texts.check.already}</h2>
      {me.closingOrder !== null && (
        <Link href={`/receipt/${me.closingOrder.orderId}`} className="action neutral">
          {texts.home.receipt}
        </Link>
      )}
    </section>
  )
}

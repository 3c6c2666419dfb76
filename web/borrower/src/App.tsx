import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useSyncExternalStore } from 'react'
import { Route, Switch } from 'wouter'
import { useTexts } from './language/language'
import { Announcer } from './parts/announce'
import { Notice } from './parts/Notice'
import { Screen } from './parts/Screen'
import { SandboxStrip } from './sandbox/SandboxStrip'
import { useSandbox } from './sandbox/useSandbox'
import { Borrow } from './screens/Borrow'
import { Check } from './screens/check/Check'
import { Home } from './screens/Home'
import { PaymentProgress } from './screens/PaymentProgress'
import { Payoff } from './screens/Payoff'
import { Receipt } from './screens/Receipt'
import { Refund } from './screens/Refund'
import { Repay } from './screens/Repay'
import { SignIn } from './screens/SignIn'
import { Timeline } from './screens/Timeline'
import { useSession } from './session/session'

export function App() {
  const texts = useTexts()
  const { state } = useSession()
  const sandbox = useSandbox()
  useReturn()
  return (
    <>
      <a className="skip" href="#main">
        {texts.page.skip}
      </a>
      <Offline />
      {state === 'signed-out' || state === 'expired' ? <SignIn expired={state === 'expired'} /> : <Screens />}
      {sandbox !== undefined && <SandboxStrip clock={sandbox} />}
      <Announcer />
    </>
  )
}

function Screens(): ReactNode {
  const texts = useTexts()
  return (
    <Switch>
      <Route path="/">
        <Home />
      </Route>
      <Route path="/borrow">
        <Borrow />
      </Route>
      <Route path="/repay">
        <Repay />
      </Route>
      <Route path="/payoff/:id">{({ id }) => <Payoff key={id} id={id} />}</Route>
      <Route path="/refund">
        <Refund />
      </Route>
      <Route path="/repayments/:id">
        {({ id }) => <PaymentProgress key={id} kind="repayments" id={id} />}
      </Route>
      <Route path="/drawdowns/:id">{({ id }) => <PaymentProgress key={id} kind="drawdowns" id={id} />}</Route>
      <Route path="/refunds/:id">{({ id }) => <PaymentProgress key={id} kind="refunds" id={id} />}</Route>
      <Route path="/check">
        <Check />
      </Route>
      <Route path="/receipt/:id">{({ id }) => <Receipt key={id} id={id} />}</Route>
      <Route path="/timeline">
        <Timeline />
      </Route>
      <Route>
        <Screen title={texts.page.title} back="/">
          <p className="lead">{texts.page.notFound}</p>
        </Screen>
      </Route>
    </Switch>
  )
}

function Offline() {
  const texts = useTexts()
  const online = useSyncExternalStore(
    (changed) => {
      window.addEventListener('online', changed)
      window.addEventListener('offline', changed)
      return () => {
        window.removeEventListener('online', changed)
        window.removeEventListener('offline', changed)
      }
    },
    () => navigator.onLine,
  )
  return (
    <div role="status" className="offline">
      {!online && (
        <Notice tone="warning">
          <p>{texts.trouble.offline}</p>
        </Notice>
      )}
    </div>
  )
}

/** Web views bring pages back from memory as they were left: what they show is read again. */
function useReturn(): void {
  const queries = useQueryClient()
  useEffect(() => {
    const returned = (event: PageTransitionEvent) => {
      if (event.persisted) void queries.invalidateQueries()
    }
    window.addEventListener('pageshow', returned)
    return () => window.removeEventListener('pageshow', returned)
  }, [queries])
}

import { useState } from 'react'
import { useLocation } from 'wouter'
import { confirmClosing, type Readiness, withdrawClosing } from '../../api/account'
import { Refused } from '../../api/call'
import { useSubmission } from '../../api/submission'
import { useTexts } from '../../language/language'
import { isZero, moneyText } from '../../language/money'
import { Action } from '../../parts/Action'
import { announce } from '../../parts/announce'
import { Notice } from '../../parts/Notice'
import { StageHeading } from '../../parts/StageHeading'
import { Steps } from '../../parts/Steps'
import { StepUp } from '../../parts/StepUp'
import { Trouble } from '../../parts/Trouble'

/** An order that may be confirmed: first that it is you, then the last two buttons. */
export function OpenOrder(props: {
  readonly orderId: string
  readonly readiness: Readiness
  readonly limit: string
  readonly justAsked: boolean
}) {
  const texts = useTexts()
  const [, go] = useLocation()
  const [known, setKnown] = useState(false)
  const confirming = useSubmission(
    (orderId: string, { key }) => confirmClosing({}, key, orderId),
    ({ orderId }) => go(`/receipt/${orderId}`),
  )
  const withdrawing = useSubmission(
    (orderId: string, { key }) => withdrawClosing({}, key, orderId),
    () => {
      announce(texts.confirm.kept)
      go('/')
    },
  )
  const lapsed = confirming.error instanceof Refused && confirming.error.problem.code === 'step-up-needed'
  if (!known || lapsed) {
    return (
      <>
        <Steps current={1} />
        {lapsed && <Trouble error={confirming.error ?? new Error()} command />}
        <StepUp
          sendAtOnce={props.justAsked}
          submitName={texts.identity.verify}
          onDone={() => {
            confirming.reset()
            setKnown(true)
          }}
        />
        {withdrawing.error !== null && <Trouble error={withdrawing.error} command />}
        <Action look="plain" pending={withdrawing.pending} onPress={() => withdrawing.submit(props.orderId)}>
          {texts.confirm.keep}
        </Action>
      </>
    )
  }
  return (
    <>
      <Steps current={2} />
      <StageHeading>{texts.confirm.title}</StageHeading>
      <Consequences readiness={props.readiness} limit={props.limit} />
      {confirming.error !== null && <Trouble error={confirming.error} command />}
      {withdrawing.error !== null && <Trouble error={withdrawing.error} command />}
      <div className="pair">
        <Action
          look="neutral"
          pending={withdrawing.pending}
          disabled={confirming.pending}
          onPress={() => withdrawing.submit(props.orderId)}
        >
          {texts.confirm.keep}
        </Action>
        <Action
          look="neutral"
          pending={confirming.pending}
          disabled={withdrawing.pending}
          onPress={() => confirming.submit(props.orderId)}
        >
          {texts.confirm.confirm}
        </Action>
      </div>
    </>
  )
}

/** C4: what ends and what stays, in this account's own numbers, and from when on there is no way back. */
function Consequences({ readiness, limit }: { readonly readiness: Readiness; readonly limit: string }) {
  const texts = useTexts()
  const { simulation } = readiness
  return (
    <>
      <section className="group" aria-label={texts.confirm.ends}>
        <h3>{texts.confirm.ends}</h3>
        <ul className="cells bullets">
          <li>{texts.confirm.endsLine(moneyText(limit))}</li>
          {simulation.agreementsEnded > 0 && (
            <li>{texts.confirm.endsAgreements(simulation.agreementsEnded)}</li>
          )}
          <li>
            {simulation.mandatesEnded > 0
              ? texts.confirm.endsMandates(simulation.mandatesEnded)
              : texts.confirm.endsNoMandates}
          </li>
          {!isZero(simulation.waived) && <li>{texts.confirm.endsWaived(moneyText(simulation.waived))}</li>}
        </ul>
      </section>
      <section className="group" aria-label={texts.confirm.stays}>
        <h3>{texts.confirm.stays}</h3>
        <ul className="cells bullets">
          <li>{texts.confirm.staysOwed}</li>
          <li>{texts.confirm.staysRecords}</li>
          {simulation.mandatesEnded > 0 && <li>{texts.confirm.staysObligations}</li>}
        </ul>
      </section>
      <Notice tone="warning">
        <p>
          <strong>{texts.confirm.noWayBack}</strong>
        </p>
        <p>{texts.confirm.noWayBackLead}</p>
      </Notice>
    </>
  )
}

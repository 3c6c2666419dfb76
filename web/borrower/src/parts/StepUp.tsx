import { type FormEvent, useEffect, useRef, useState } from 'react'
import { sendStepUpCode, stepUp } from '../api/account'
import { Refused } from '../api/call'
import { useSubmission } from '../api/submission'
import { useTexts } from '../language/language'
import { SandboxCode } from '../sandbox/SandboxCode'
import { useSession } from '../session/session'
import { Action } from './Action'
import { announce } from './announce'
import { Field } from './Field'
import { StageHeading } from './StageHeading'
import { Trouble } from './Trouble'

const phoneForm = /^1[3-9][0-9]{9}$/
const codeForm = /^[0-9]{6}$/

/** One identity step: a fresh code by text message (design 2.10). The phone is asked for only where this page does not know it any more. */
export function StepUp(props: {
  readonly submitName: string
  readonly onDone: () => void
  /** The tap that led here asked for the code as well, so it is sent without another where the phone is known. */
  readonly sendAtOnce?: boolean
}) {
  const texts = useTexts()
  const session = useSession()
  const [phone, setPhone] = useState(session.phone ?? '')
  const [code, setCode] = useState('')
  const [faults, setFaults] = useState<{ readonly phone?: string; readonly code?: string }>({})
  const [sent, setSent] = useState(0)
  const sending = useSubmission(
    (wish: { readonly phone: string }, { key }) => sendStepUpCode(wish, key),
    () => {
      setSent((times) => times + 1)
      announce(texts.identity.sent)
    },
  )
  const verifying = useSubmission(
    (wish: { readonly code: string }, { key }) => stepUp(wish, key),
    props.onDone,
  )
  const unasked = useRef(props.sendAtOnce === true && session.phone !== undefined)
  useEffect(() => {
    if (!unasked.current) return
    unasked.current = false
    sending.submit({ phone })
  }, [sending, phone])
  const send = () => {
    if (!phoneForm.test(phone)) return setFaults({ phone: texts.signIn.phoneInvalid })
    setFaults({})
    sending.submit({ phone })
  }
  const verify = (event: FormEvent) => {
    event.preventDefault()
    if (sent === 0) return send()
    if (!codeForm.test(code)) return setFaults({ code: texts.signIn.codeInvalid })
    setFaults({})
    verifying.submit({ code })
  }
  const otherPhone = sending.error instanceof Refused && sending.error.problem.code === 'not-found'
  return (
    <form className="group" onSubmit={verify} noValidate>
      <StageHeading>{texts.identity.title}</StageHeading>
      <p className="lead">{texts.identity.lead}</p>
      <div className="cells">
        <Field
          label={texts.identity.phone}
          value={phone}
          onChange={setPhone}
          inputMode="tel"
          autoComplete="tel-national"
          fault={otherPhone ? texts.identity.notThisPhone : faults.phone}
        />
        {sent > 0 && (
          <Field
            label={texts.identity.code}
            hint={texts.identity.sent}
            value={code}
            onChange={setCode}
            inputMode="numeric"
            autoComplete="one-time-code"
            fault={faults.code}
          />
        )}
      </div>
      {sent > 0 && <SandboxCode phone={phone} template="step-up-code" sent={sent} onUse={setCode} />}
      {sending.error !== null && !otherPhone && <Trouble error={sending.error} command />}
      {verifying.error !== null && <Trouble error={verifying.error} command />}
      {sent > 0 ? (
        <>
          <Action submits pending={verifying.pending}>
            {props.submitName}
          </Action>
          <Action look="plain" pending={sending.pending} onPress={send}>
            {texts.signIn.again}
          </Action>
        </>
      ) : (
        <Action submits pending={sending.pending}>
          {texts.identity.send}
        </Action>
      )}
    </form>
  )
}

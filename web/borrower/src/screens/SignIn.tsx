import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { openSession, sendSignInCode } from '../api/account'
import { readBorrowers } from '../api/sandbox'
import { useSubmission } from '../api/submission'
import { useTexts } from '../language/language'
import { lookup } from '../language/lookup'
import { Action } from '../parts/Action'
import { announce } from '../parts/announce'
import { Group } from '../parts/Cells'
import { Field } from '../parts/Field'
import { Notice } from '../parts/Notice'
import { Screen } from '../parts/Screen'
import { Trouble } from '../parts/Trouble'
import { SandboxCode } from '../sandbox/SandboxCode'
import { isOfSandbox, useSandbox } from '../sandbox/useSandbox'
import { signedIn } from '../session/session'

const phoneForm = /^1[3-9][0-9]{9}$/
const codeForm = /^[0-9]{6}$/

/** Phone and code. Stands in place of whatever was asked for, which is there again afterwards. */
export function SignIn({ expired }: { readonly expired: boolean }) {
  const texts = useTexts()
  const queries = useQueryClient()
  const [phone, setPhone] = useState('')
  const [code, setCode] = useState('')
  const [sent, setSent] = useState(0)
  const [faults, setFaults] = useState<{ readonly phone?: string; readonly code?: string }>({})
  const sending = useSubmission(
    (wish: { readonly phone: string }, { key }) => sendSignInCode(wish, key),
    () => {
      setSent((times) => times + 1)
      announce(texts.signIn.codeSent)
    },
  )
  const opening = useSubmission(
    (wish: { readonly phone: string; readonly code: string }, { key }) =>
      openSession({ ...wish, transport: 'cookie' }, key),
    (_answer, wish) => {
      queries.removeQueries({ predicate: ({ queryKey }) => !isOfSandbox(queryKey) })
      signedIn(wish.phone)
    },
  )
  const send = () => {
    if (!phoneForm.test(phone)) return setFaults({ phone: texts.signIn.phoneInvalid })
    setFaults({})
    sending.submit({ phone })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (sent === 0) return send()
    if (!codeForm.test(code)) return setFaults({ code: texts.signIn.codeInvalid })
    setFaults({})
    opening.submit({ phone, code })
  }
  return (
    <Screen title={texts.signIn.title}>
      {expired ? (
        <Notice tone="warning">
          <p role="alert">{texts.signIn.expired}</p>
        </Notice>
      ) : (
        <p className="lead">{texts.signIn.lead}</p>
      )}
      <form onSubmit={submit} noValidate>
        <div className="cells">
          <Field
            label={texts.signIn.phone}
            hint={texts.signIn.phoneHint}
            fault={faults.phone}
            value={phone}
            onChange={setPhone}
            inputMode="tel"
            autoComplete="tel-national"
            readOnly={sent > 0}
          />
          {sent > 0 && (
            <Field
              label={texts.signIn.code}
              hint={texts.signIn.codeHint}
              fault={faults.code}
              value={code}
              onChange={setCode}
              inputMode="numeric"
              autoComplete="one-time-code"
            />
          )}
        </div>
        {sent > 0 && (
          <>
            <p className="note">{texts.signIn.codeSent}</p>
            <SandboxCode phone={phone} template="sign-in-code" sent={sent} onUse={setCode} />
          </>
        )}
        {sending.error !== null && <Trouble error={sending.error} command />}
        {opening.error !== null && <Trouble error={opening.error} command />}
        {sent === 0 ? (
          <Action submits pending={sending.pending}>
            {texts.signIn.sendCode}
          </Action>
        ) : (
          <>
            <Action submits pending={opening.pending}>
              {texts.signIn.submit}
            </Action>
            <div className="pair">
              <Action look="plain" pending={sending.pending} onPress={send}>
                {texts.signIn.again}
              </Action>
              <Action
                look="plain"
                onPress={() => {
                  setSent(0)
                  setCode('')
                  opening.reset()
                }}
              >
                {texts.signIn.otherPhone}
              </Action>
            </div>
          </>
        )}
      </form>
      {sent === 0 && <Borrowers onPick={setPhone} />}
    </Screen>
  )
}

function Borrowers({ onPick }: { readonly onPick: (phone: string) => void }) {
  const texts = useTexts()
  const sandbox = useSandbox()
  const { data: borrowers = [] } = useQuery({
    queryKey: ['sandbox-borrowers'],
    queryFn: readBorrowers,
    enabled: sandbox !== undefined,
  })
  if (borrowers.length === 0) return null
  return (
    <Group title={texts.sandbox.borrowers}>
      {borrowers.map((one) => (
        <Button key={one.phone} className="cell-button" onPress={() => onPick(one.phone)}>
          <span className="figures">{one.phone}</span>
          <span className="hint">{lookup(texts.sandbox.stories, one.story) ?? one.story}</span>
        </Button>
      ))}
    </Group>
  )
}

import { useQuery } from '@tanstack/react-query'
import { Button } from 'react-aria-components/Button'
import { readCode } from '../api/sandbox'
import { useTexts } from '../language/language'
import { useSandbox } from './useSandbox'

/** A sandbox has no phone to ring: the text message is shown here instead. */
export function SandboxCode(props: {
  readonly phone: string
  readonly template: 'sign-in-code' | 'step-up-code'
  /** Changes when a new code was asked for. */
  readonly sent: number
  readonly onUse: (code: string) => void
}) {
  const texts = useTexts()
  const sandbox = useSandbox()
  const { data: code } = useQuery({
    queryKey: ['sandbox-code', props.phone, props.template, props.sent],
    queryFn: () => readCode(props.phone, props.template),
    enabled: sandbox !== undefined,
  })
  if (sandbox === undefined || code === undefined) return null
  return (
    <div className="notice sandbox-code">
      <span>
        {texts.page.named(
          texts.sandbox.message,
          code === null ? texts.sandbox.noMessage : texts.sandbox.messageCode(code),
        )}
      </span>
      {code !== null && (
        <Button className="step" onPress={() => props.onUse(code)}>
          {texts.sandbox.useCode}
        </Button>
      )}
    </div>
  )
}

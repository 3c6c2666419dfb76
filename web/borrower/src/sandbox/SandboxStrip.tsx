import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button } from 'react-aria-components/Button'
import { advance, type SandboxClock } from '../api/sandbox'
import { useLanguage } from '../language/language'
import { timeText } from '../language/when'
import { announce } from '../parts/announce'
import { Trouble } from '../parts/Trouble'
import { When } from '../parts/When'

const dayMinutes = 24 * 60

/** Only in a sandbox: what its clock says, and letting time pass. */
export function SandboxStrip({ clock }: { readonly clock: SandboxClock }) {
  const { texts, locale } = useLanguage()
  const queries = useQueryClient()
  const move = useMutation({
    mutationFn: advance,
    onSuccess: async ({ now }) => {
      await queries.invalidateQueries()
      announce(texts.sandbox.moved(timeText(now, locale)))
    },
  })
  const steps = [
    [texts.sandbox.minutes40, 40],
    [texts.sandbox.day, dayMinutes],
    [texts.sandbox.month, 30 * dayMinutes],
  ] as const
  return (
    <aside className="sandbox" aria-label={texts.sandbox.title}>
      <p>
        <strong>{texts.sandbox.title}</strong> {texts.sandbox.lead} {texts.sandbox.now}{' '}
        <When value={clock.now} />
      </p>
      <fieldset>
        <legend>{move.isPending ? texts.sandbox.moving : texts.sandbox.advance}</legend>
        {steps.map(([name, minutes]) => (
          <Button
            key={minutes}
            className="step"
            isDisabled={move.isPending}
            onPress={() => move.mutate(minutes)}
          >
            {name}
          </Button>
        ))}
      </fieldset>
      {move.error !== null && <Trouble error={move.error} command />}
    </aside>
  )
}

import { requestClosing } from '../../api/account'
import { useSubmission } from '../../api/submission'
import { useTexts } from '../../language/language'
import { Action } from '../../parts/Action'
import { Trouble } from '../../parts/Trouble'

/** Opens the closing order. While something blocks, the button stays in view and says why it waits. */
export function StartClosing({ ready, onAsked }: { readonly ready: boolean; readonly onAsked: () => void }) {
  const texts = useTexts()
  const starting = useSubmission(
    (_content: 'close', { key, id }) =>
      requestClosing({ orderId: id, channel: channelOf(navigator.userAgent) }, key),
    onAsked,
  )
  return (
    <section className="closing" aria-label={texts.check.title}>
      {starting.error !== null && <Trouble error={starting.error} command />}
      <Action
        pending={starting.pending}
        disabled={!ready}
        describedBy="start-hint"
        onPress={() => starting.submit('close')}
      >
        {texts.check.start}
      </Action>
      <p className="note centred" id="start-hint">
        {ready ? texts.check.startHint : texts.check.blockedButton}
      </p>
    </section>
  )
}

/** C1: the channel that the borrower came through, as its web view names itself. */
function channelOf(userAgent: string): 'wechat' | 'qq' | 'browser' {
  if (/MicroMessenger\//.test(userAgent)) return 'wechat'
  return /\bQQ\//.test(userAgent) ? 'qq' : 'browser'
}

import { useLocation } from 'wouter'
import type { Blocker, Readiness } from '../../api/account'
import { useLanguage, useTexts } from '../../language/language'
import { lookup } from '../../language/lookup'
import { moneyText } from '../../language/money'
import { timeText } from '../../language/when'
import { Action } from '../../parts/Action'
import { Amount } from '../../parts/Amount'
import { Fact, Facts } from '../../parts/Cells'
import { Notice } from '../../parts/Notice'
import { Trouble } from '../../parts/Trouble'
import { When } from '../../parts/When'
import { useQuoting } from '../quoting'

/** Every blocker at once, most pressing first as the server orders them; those with one and the same cure share its button. */
export function Checklist(props: {
  readonly readiness: Readiness
  readonly checking: boolean
  readonly again: () => void
}) {
  const texts = useTexts()
  const { readiness } = props
  const curable = groupsOf(readiness.blockers)
  const waiting = readiness.blockers.filter((blocker) => blocker.cure === undefined)
  return (
    <>
      <Summary readiness={readiness} />
      {curable.map(({ path, blockers }) => (
        <section key={path} className="group" aria-label={texts.check.yours}>
          <h2>{texts.check.yours}</h2>
          <ul className="plain">
            {blockers.map((blocker) => (
              <BlockerItem key={blocker.code} blocker={blocker} asOf={readiness.asOf} />
            ))}
          </ul>
          <CureButton path={path} readiness={readiness} />
        </section>
      ))}
      {waiting.length > 0 && (
        <section className="group" aria-label={texts.check.waiting}>
          <h2>{texts.check.waiting}</h2>
          <ul className="plain">
            {waiting.map((blocker) => (
              <BlockerItem key={blocker.code} blocker={blocker} asOf={readiness.asOf} />
            ))}
          </ul>
          <Action look="neutral" pending={props.checking} onPress={props.again}>
            {texts.page.refresh}
          </Action>
        </section>
      )}
    </>
  )
}

type CureGroup = { readonly path: string; readonly blockers: readonly Blocker[] }

function groupsOf(blockers: readonly Blocker[]): readonly CureGroup[] {
  const paths = blockers.flatMap(({ cure }) => (cure === undefined ? [] : [cure.path]))
  return [...new Set(paths)].map((path) => ({
    path,
    blockers: blockers.filter(({ cure }) => cure?.path === path),
  }))
}

function Summary({ readiness }: { readonly readiness: Readiness }) {
  const { texts, locale } = useLanguage()
  return (
    <Notice tone={readiness.ready ? 'good' : 'info'}>
      <p className="summary">
        <strong>
          {readiness.ready ? texts.check.ready : texts.check.notReady(readiness.blockers.length)}
        </strong>
      </p>
      <p>{texts.page.named(texts.check.earliest, earliest(readiness, texts, locale))}</p>
      <p className="small">
        {texts.check.asOf} <When value={readiness.asOf} />
      </p>
      <p className="small">{texts.check.readOnly}</p>
    </Notice>
  )
}

function earliest(readiness: Readiness, texts: ReturnType<typeof useTexts>, locale: string): string {
  if (readiness.ready) return texts.check.earliestNow
  if (readiness.earliest !== null && readiness.earliest <= readiness.asOf) return texts.check.earliestAny
  return readiness.earliest === null ? texts.check.earliestUnknown : timeText(readiness.earliest, locale)
}

function BlockerItem({ blocker, asOf }: { readonly blocker: Blocker; readonly asOf: string }) {
  const texts = useTexts()
  const said = lookup(texts.blockers, blocker.code)
  return (
    <li className="blocker">
      <p className="blocker-head">
        <Mark kind={blocker.cure === undefined ? 'wait' : 'open'} />
        <strong>{said?.name ?? blocker.code}</strong>
        {blocker.amount !== undefined && <Amount value={blocker.amount} />}
      </p>
      <p>
        {said?.why ?? texts.trouble.unknownProblem(blocker.code)}
        {blocker.count !== undefined && blocker.count > 1 && ` ${texts.check.count(blocker.count)}`}
      </p>
      <Facts>
        <Fact name={texts.check.who}>{texts.actors[blocker.actor]}</Fact>
        <Fact name={texts.check.when}>
          <ClearTime blocker={blocker} asOf={asOf} />
        </Fact>
      </Facts>
    </li>
  )
}

function ClearTime({ blocker, asOf }: { readonly blocker: Blocker; readonly asOf: string }) {
  const { texts, locale } = useLanguage()
  if (blocker.cure !== undefined) return texts.check.whenAct
  if (blocker.clearsAt === undefined) return texts.check.whenUnknown
  return blocker.clearsAt <= asOf
    ? texts.check.whenAny
    : texts.check.whenBy(timeText(blocker.clearsAt, locale))
}

/** The server names the cure; the page knows where in itself that is done. */
function CureButton({ path, readiness }: { readonly path: string; readonly readiness: Readiness }) {
  const texts = useTexts()
  const [, go] = useLocation()
  const quoting = useQuoting()
  switch (path) {
    case '/v1/me/payoff-quotes':
      return (
        <>
          {quoting.error !== null && <Trouble error={quoting.error} command />}
          <Action pending={quoting.pending} onPress={() => quoting.submit('payoff')}>
            {texts.check.cures[path](moneyText(readiness.simulation.paid.total))}
          </Action>
        </>
      )
    case '/v1/me/refunds':
      return (
        <Action onPress={() => go('/refund')}>
          {texts.check.cures[path](moneyText(readiness.simulation.refunded))}
        </Action>
      )
    default:
      return <p className="note">{texts.trouble.unknownProblem(path)}</p>
  }
}

/** What already stands in nobody's way stays in view. */
export function Fine({ readiness }: { readonly readiness: Readiness }) {
  const texts = useTexts()
  const open = new Set(readiness.blockers.map((blocker) => blocker.code))
  return (
    <section className="group" aria-label={texts.check.allFine}>
      <h2>{texts.check.allFine}</h2>
      <ul className="plain fine">
        {Object.entries(texts.fine)
          .filter(([code]) => !open.has(code))
          .map(([code, said]) => (
            <li key={code}>
              <Mark kind="fine" />
              {said}
            </li>
          ))}
      </ul>
    </section>
  )
}

function Mark({ kind }: { readonly kind: 'open' | 'wait' | 'fine' }) {
  const texts = useTexts()
  const names = { open: texts.check.openMark, wait: texts.check.waitMark, fine: texts.check.fineMark }
  const shapes = { open: 'M10 5v6m0 3v.5', wait: 'M10 5v5l3 2', fine: 'm5.5 10.5 3 3 6-7' }
  return (
    <svg className={`mark ${kind}`} viewBox="0 0 20 20" role="img" aria-label={names[kind]}>
      <circle cx="10" cy="10" r="9" />
      <path d={shapes[kind]} />
    </svg>
  )
}

import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Button } from 'react-aria-components/Button'
import { Link, useLocation } from 'wouter'
import { endSession, type Line, type Me, openLine, readMe } from '../api/account'
import { useSubmission } from '../api/submission'
import { useLanguage, useTexts } from '../language/language'
import { lookup } from '../language/lookup'
import { isZero, moneyText, percentOf } from '../language/money'
import { timeText } from '../language/when'
import { Action } from '../parts/Action'
import { Amount } from '../parts/Amount'
import { Fact, Facts, Group } from '../parts/Cells'
import { Loaded } from '../parts/Loaded'
import { Notice } from '../parts/Notice'
import { OwedFacts } from '../parts/OwedFacts'
import { Screen } from '../parts/Screen'
import { Trouble } from '../parts/Trouble'
import { When } from '../parts/When'
import { signedOut } from '../session/session'

/** SB1: the line, what is owed and due, and three ways on of the same weight: borrow, repay, leave. */
export function Home() {
  const texts = useTexts()
  const query = useQuery({ queryKey: ['me'], queryFn: readMe })
  return (
    <Screen title={texts.home.title}>
      <Loaded query={query}>{(me) => <Standing me={me} />}</Loaded>
      <SignOut />
    </Screen>
  )
}

function Standing({ me }: { readonly me: Me }) {
  const { line } = me
  const open = line !== null && line.endedAt === undefined
  return (
    <>
      {line?.endedAt !== undefined && <Ended endedAt={line.endedAt} order={me.closingOrder} />}
      {me.entry.invitation !== undefined && <Invitation invitation={me.entry.invitation} />}
      {open && <OpenLine me={me} line={line} />}
      {!open && me.entry.invitation === undefined && <NoEntry reasons={me.entry.reasons} />}
      <History />
    </>
  )
}

function OpenLine({ me, line }: { readonly me: Me; readonly line: Line }) {
  const texts = useTexts()
  return (
    <>
      {me.closingOrder?.state === 'requested' && (
        <Notice>
          <p>{texts.home.closingOpen}</p>
          <p>
            <Link href="/check">{texts.home.closingContinue}</Link>
          </p>
        </Notice>
      )}
      {line.blocks.map((block) => (
        <Notice key={block} tone="warning">
          <p>{lookup(texts.lineBlocks, block) ?? texts.trouble.unknownProblem(block)}</p>
        </Notice>
      ))}
      <LineCard line={line} />
      <nav className="ways" aria-label={texts.home.actions}>
        <Way href="/borrow" name={texts.home.borrow} picture="M12 4v13m0 0-5-5m5 5 5-5M4 20h16" />
        <Way href="/repay" name={texts.home.repay} picture="M12 17V4m0 0L7 9m5-5 5 5M4 20h16" />
        <Way href="/check" name={texts.home.leave} picture="M14 4H6v16h8M10 12h10m0 0-4-4m4 4-4 4" />
      </nav>
      <p className="note centred">{texts.page.named(texts.home.leave, texts.home.leaveHint)}</p>
      <Due me={me} />
      <Owing me={me} />
    </>
  )
}

function LineCard({ line }: { readonly line: Line }) {
  const texts = useTexts()
  return (
    <section className="line-card" aria-label={texts.home.title}>
      <p className="line-name">{texts.home.available}</p>
      <p className="line-figure">
        <Amount value={line.available} />
      </p>
      <svg
        className="usage"
        role="img"
        aria-label={texts.page.named(
          texts.home.usage,
          texts.home.usageText(moneyText(line.used), moneyText(line.limit)),
        )}
      >
        <rect className="usage-all" width="100%" height="8" rx="4" />
        <rect className="usage-used" width={`${percentOf(line.used, line.limit)}%`} height="8" rx="4" />
      </svg>
      <dl className="line-facts">
        <div>
          <dt>{texts.home.used}</dt>
          <dd>
            <Amount value={line.used} />
          </dd>
        </div>
        <div>
          <dt>{texts.home.limit}</dt>
          <dd>
            <Amount value={line.limit} />
          </dd>
        </div>
      </dl>
      <p className="line-rate">{texts.home.ratePair(line.dailyRatePercent, line.yearlyRatePercent)}</p>
    </section>
  )
}

/** The three ways look the same but for their name: leaving is as easy to see as borrowing. */
function Way(props: { readonly href: string; readonly name: string; readonly picture: string }) {
  return (
    <Link href={props.href} className="way">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={props.picture} />
      </svg>
      {props.name}
    </Link>
  )
}

function Due({ me }: { readonly me: Me }) {
  const texts = useTexts()
  return (
    <Group title={texts.home.nextDue}>
      {me.nextDue === null ? (
        <p className="cell">{texts.home.nothingDue}</p>
      ) : (
        <Facts>
          <Fact name={texts.home.dueOn}>
            <When value={me.nextDue.on} />
            {me.nextDue.late && <span className="tag late">{texts.home.nextDueLate}</span>}
          </Fact>
          <Fact name={texts.home.dueAmount} strong>
            <Amount value={me.nextDue.amount} />
          </Fact>
        </Facts>
      )}
    </Group>
  )
}

function Owing({ me }: { readonly me: Me }) {
  const texts = useTexts()
  const moving = !isZero(me.inTransit)
  return (
    <>
      <Group title={texts.home.owed} {...(moving ? { note: texts.home.inTransitHint } : {})}>
        <OwedFacts owed={me.owed} nothing={texts.home.owedNothing} />
        {moving && (
          <Facts>
            <Fact name={texts.home.inTransit}>
              <Amount value={me.inTransit} />
            </Fact>
          </Facts>
        )}
      </Group>
      {!isZero(me.creditBalance) && (
        <Group>
          <Facts>
            <Fact name={texts.home.creditBalance} strong>
              <Amount value={me.creditBalance} />
            </Fact>
          </Facts>
          <Link href="/refund" className="cell-link">
            {texts.home.refund}
          </Link>
        </Group>
      )}
    </>
  )
}

function Invitation({ invitation }: { readonly invitation: NonNullable<Me['entry']['invitation']> }) {
  const texts = useTexts()
  const opening = useSubmission((invitationId: string, { key, id }) =>
    openLine({ creditLineId: id, invitationId }, key),
  )
  return (
    <section className="group" aria-label={texts.home.invited}>
      <div className="line-card">
        <h2>{texts.home.invited}</h2>
        <p className="line-figure">
          <Amount value={invitation.limit} />
        </p>
        <p className="line-rate">
          {texts.home.ratePair(invitation.dailyRatePercent, invitation.yearlyRatePercent)}
        </p>
        <p className="line-rate">
          {texts.home.invitedUntil} <When value={invitation.expiresAt} />
        </p>
      </div>
      <p className="note">
        {texts.home.invitedCost} {texts.home.invitedAgreement}
      </p>
      {opening.error !== null && <Trouble error={opening.error} command />}
      <Action pending={opening.pending} onPress={() => opening.submit(invitation.invitationId)}>
        {texts.home.accept}
      </Action>
    </section>
  )
}

function Ended(props: { readonly endedAt: string; readonly order: Me['closingOrder'] }) {
  const { texts, locale } = useLanguage()
  return (
    <section className="result" aria-label={texts.home.ended}>
      <Tick />
      <h2>{texts.home.ended}</h2>
      <p>{texts.home.endedOn(timeText(props.endedAt, locale))}</p>
      {props.order !== null && (
        <Link href={`/receipt/${props.order.orderId}`} className="action neutral">
          {texts.home.receipt}
        </Link>
      )}
    </section>
  )
}

export function Tick(): ReactNode {
  return (
    <svg className="tick" viewBox="0 0 48 48" aria-hidden="true">
      <circle cx="24" cy="24" r="22" />
      <path d="m14 24.5 7 7L34.5 18" />
    </svg>
  )
}

function NoEntry({ reasons }: { readonly reasons: readonly string[] }) {
  const texts = useTexts()
  return (
    <Group title={texts.home.noEntry}>
      {reasons.map((reason) => (
        <p key={reason} className="cell">
          {lookup(texts.entry, reason) ?? texts.trouble.unknownProblem(reason)}
        </p>
      ))}
    </Group>
  )
}

function History() {
  const texts = useTexts()
  return (
    <div className="cells">
      <Link href="/timeline" className="cell-link">
        <span>
          {texts.home.timeline}
          <span className="hint">{texts.home.timelineHint}</span>
        </span>
      </Link>
    </div>
  )
}

function SignOut() {
  const texts = useTexts()
  const [, go] = useLocation()
  const ending = useSubmission(
    (_content: 'sign out') => endSession(),
    () => {
      signedOut()
      go('/')
    },
  )
  return (
    <Button className="text-button" onPress={() => ending.submit('sign out')}>
      {texts.page.signOut}
    </Button>
  )
}

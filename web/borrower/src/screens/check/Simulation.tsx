import type { Readiness } from '../../api/account'
import { useTexts } from '../../language/language'
import { isZero } from '../../language/money'
import { Amount } from '../../parts/Amount'
import { Fact, Facts, Group } from '../../parts/Cells'

/** What a closing now would take, give back, give up and end. Only what the server says. */
export function Simulation({ readiness }: { readonly readiness: Readiness }) {
  const texts = useTexts()
  const { charged, refunded, waived, mandatesEnded, agreementsEnded, reported, erased } = readiness.simulation
  return (
    <Group title={texts.check.simulation} note={texts.check.simulationLead}>
      <Facts>
        <Fact name={texts.check.paid}>
          {isZero(charged) ? texts.check.paidNothing : <Amount value={charged} />}
        </Fact>
        <Fact name={texts.check.refunded}>
          {isZero(refunded) ? texts.check.refundedNothing : <Amount value={refunded} />}
        </Fact>
        {!isZero(waived) && (
          <Fact name={texts.check.waived}>
            <Amount value={waived} />
          </Fact>
        )}
        <Fact name={texts.check.agreementsEnded}>{pieces(agreementsEnded, texts)}</Fact>
        <Fact name={texts.check.mandatesEnded}>{pieces(mandatesEnded, texts)}</Fact>
        <Fact name={texts.check.reported}>
          {reported.length === 0 ? texts.check.reportedNothing : reported.join(texts.page.listSeparator)}
        </Fact>
        <Fact name={texts.check.erased}>
          {erased.length === 0 ? texts.check.erasedNothing : erased.join(texts.page.listSeparator)}
        </Fact>
      </Facts>
    </Group>
  )
}

function pieces(count: number, texts: ReturnType<typeof useTexts>): string {
  return count === 0 ? texts.check.none : texts.check.pieces(count)
}

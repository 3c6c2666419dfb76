import type { Owed } from '../api/account'
import { useTexts } from '../language/language'
import { isZero } from '../language/money'
import { Amount } from './Amount'
import { Fact, Facts } from './Cells'

/** What is owed, kind by kind, and in all. Kinds of which nothing is owed are left out. */
export function OwedFacts({ owed, nothing }: { readonly owed: Owed; readonly nothing: string }) {
  const texts = useTexts()
  if (isZero(owed.total)) return <p className="cell">{nothing}</p>
  return (
    <Facts>
      {(['principal', 'interest', 'penalty', 'fees'] as const)
        .filter((kind) => !isZero(owed[kind]))
        .map((kind) => (
          <Fact key={kind} name={texts.parts[kind]}>
            <Amount value={owed[kind]} />
          </Fact>
        ))}
      <Fact name={texts.parts.total} strong>
        <Amount value={owed.total} />
      </Fact>
    </Facts>
  )
}

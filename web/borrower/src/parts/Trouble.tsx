import { Refused, Unanswered } from '../api/call'
import { useTexts } from '../language/language'
import { lookup } from '../language/lookup'
import { Amount } from './Amount'
import { When } from './When'

/** What went wrong, what is safe, and every reason that the server gave. */
export function Trouble({ error, command = false }: { readonly error: Error; readonly command?: boolean }) {
  const texts = useTexts()
  return (
    <div className="notice warning" role="alert">
      <p>
        <strong>{command ? texts.trouble.notDone : texts.trouble.couldNotRead}</strong>
      </p>
      <p>{sentence(error, command, texts)}</p>
      {error instanceof Refused && <Reasons problem={error.problem} />}
      {!(error instanceof Refused && error.problem.status < 500) && (
        <p className="small">{texts.trouble.help}</p>
      )}
    </div>
  )
}

function sentence(error: Error, command: boolean, texts: ReturnType<typeof useTexts>): string {
  if (error instanceof Refused) {
    const { code } = error.problem
    return lookup(texts.problems, code) ?? texts.trouble.unknownProblem(code)
  }
  if (error instanceof Unanswered && command) return texts.trouble.noAnswerToCommand
  return texts.trouble.noAnswer
}

function Reasons({ problem }: { readonly problem: Refused['problem'] }) {
  const texts = useTexts()
  const known = problem.reasons.filter((reason) => lookup(texts.reasons, reason.code) !== undefined)
  if (known.length === 0) return null
  return (
    <ul>
      {known.map((reason) => (
        <li key={reason.code}>
          {lookup(texts.reasons, reason.code)}
          {reason.amount !== undefined && (
            <>
              {' '}
              <Amount value={reason.amount} />
            </>
          )}
          {reason.clearsAt !== undefined && (
            <>
              {' '}
              {texts.check.when} <When value={reason.clearsAt} />
            </>
          )}
        </li>
      ))}
    </ul>
  )
}

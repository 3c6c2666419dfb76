import { Fragment, type ReactNode } from 'react'
import { useLanguage } from '../language/language'
import { moneyText, moneyWords } from '../language/money'

/** Money: figures for the eye, words for the ear. */
export function Amount({ value, className = '' }: { readonly value: string; readonly className?: string }) {
  const { language } = useLanguage()
  return (
    <span className={`amount ${className}`}>
      <span aria-hidden="true">{breakable(moneyText(value))}</span>
      <span className="unseen">{moneyWords(value, language)}</span>
    </span>
  )
}

/** Large figures at double text size may go over two lines, at a comma. */
function breakable(text: string): ReactNode {
  const [first, ...others] = text.split(',')
  return (
    <>
      {first}
      {others.map((group, index) => (
        <Fragment key={others.slice(index).join()}>
          ,<wbr />
          {group}
        </Fragment>
      ))}
    </>
  )
}

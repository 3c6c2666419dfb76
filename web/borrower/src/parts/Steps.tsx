import { useTexts } from '../language/language'

/** The steps of closing and where one stands. */
export function Steps({ current }: { readonly current: number }) {
  const texts = useTexts()
  return (
    <ol className="steps" aria-label={texts.check.stepOf}>
      {texts.check.steps.map((name, index) => (
        <li
          key={name}
          className={index < current ? 'past' : index === current ? 'now' : 'ahead'}
          {...(index === current ? { 'aria-current': 'step' as const } : {})}
        >
          {name}
        </li>
      ))}
    </ol>
  )
}

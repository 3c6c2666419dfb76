import { useLanguage } from '../language/language'
import { dateText, timeText } from '../language/when'

/** A date, or an instant with its time of day, both Shanghai's. */
export function When({ value }: { readonly value: string }) {
  const { locale } = useLanguage()
  return (
    <time dateTime={value}>{value.length === 10 ? dateText(value, locale) : timeText(value, locale)}</time>
  )
}

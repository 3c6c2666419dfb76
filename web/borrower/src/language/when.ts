const zone = 'Asia/Shanghai'

/** A date or an instant as people of Shanghai read it. */
export function dateText(value: string, locale: string): string {
  const instant = value.length === 10 ? `${value}T00:00:00+08:00` : value
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: zone }).format(new Date(instant))
}

export function timeText(value: string, locale: string): string {
  const time = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  })
  return `${dateText(value, locale)} ${time.format(new Date(value))}`
}

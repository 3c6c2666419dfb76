import type { CalendarDate } from '@jieqing/domain/calendar/date'

/** A message received, NFKC-clean. `on` is the day in Shanghai; none where the file kept no time. */
export interface Message {
  readonly row: number
  readonly on: CalendarDate | undefined
  readonly sender: string
  readonly body: string
}

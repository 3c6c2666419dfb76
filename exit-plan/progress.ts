import { SingleBar } from 'cli-progress'
import { say } from './texts/say.ts'
import type { Texts } from './texts/zh.ts'

/** A bar on a terminal, one plain line a file elsewhere; both on standard error, so the JSON stays clean. */
export interface Progress {
  readonly bytes: (path: string, done: number, size: number | undefined) => void
  readonly stop: () => void
}

/** Files smaller than this, in bytes, are over before a bar would help. */
const worthABar = 4_194_304

export function progressFor(texts: Texts): Progress {
  let bar: SingleBar | undefined
  let current = ''
  let shown = 0
  const stop = () => {
    bar?.stop()
    bar = undefined
  }
  return {
    stop,
    bytes: (path, done, size) => {
      if (path !== current) {
        stop()
        current = path
        shown = 0
        if (process.stderr.isTTY !== true) process.stderr.write(`${say(texts.importing, { path })}\n`)
        else if ((size ?? 0) >= worthABar) {
          bar = new SingleBar({
            format: `${say(texts.importing, { path })} {bar} {percentage}%`,
            stream: process.stderr,
            hideCursor: true,
          })
          bar.start(size ?? 0, 0)
        }
      }
      if (bar !== undefined && done - shown >= worthABar / 8) {
        shown = done
        bar.update(done)
      }
    },
  }
}

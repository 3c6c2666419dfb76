import { existsSync } from 'node:fs'

/** Where tests find Chromium: `CHROMIUM_PATH`, or where Debian puts it. */
export function chromiumPath(): string {
  const path = process.env.CHROMIUM_PATH || '/usr/bin/chromium'
  if (!existsSync(path)) throw new Error(`no Chromium at ${path}: install it, or set CHROMIUM_PATH`)
  return path
}

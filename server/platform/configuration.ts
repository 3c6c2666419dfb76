import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PolicyProfile } from '@jieqing/domain/policy/policy'

/** What the environment says; read once, refused with every fault at once. */
export type Configuration = {
  readonly host: string
  readonly port: number
  readonly policyProfile: PolicyProfile
  readonly masterKey: Uint8Array | undefined
  readonly channel:
    | { readonly url: URL; readonly lenderKey: string; readonly channelKeys: readonly string[] }
    | undefined
  readonly publicUrl: URL | undefined
}

/** Thrown with one line a fault: for a person at a terminal. */
export class ConfigurationFault extends Error {}

export function readConfiguration(env: NodeJS.ProcessEnv): Configuration {
  const faults: string[] = []
  const port = Number(env.PORT ?? '8080')
  if (!Number.isInteger(port) || port < 1 || port > 65_535) faults.push('PORT: a number from 1 to 65535')
  const profile = env.JIEQING_POLICY ?? 'cn-2026'
  if (profile !== 'cn-2026' && profile !== 'popular-guide')
    faults.push('JIEQING_POLICY: cn-2026 or popular-guide')
  const master = env.JIEQING_MASTER_KEY
  if (master !== undefined && !/^[0-9a-f]{64}$/.test(master))
    faults.push('JIEQING_MASTER_KEY: 64 hexadecimal digits')
  const channelUrl = urlOf(env.CHANNEL_URL, 'CHANNEL_URL', faults)
  const publicUrl = urlOf(env.JIEQING_URL, 'JIEQING_URL', faults)
  if (
    channelUrl !== undefined &&
    (env.CHANNEL_LENDER_PRIVATE_KEY === undefined || env.CHANNEL_PUBLIC_KEYS === undefined)
  ) {
    faults.push('CHANNEL_LENDER_PRIVATE_KEY and CHANNEL_PUBLIC_KEYS: needed beside CHANNEL_URL')
  }
  if (faults.length > 0) throw new ConfigurationFault(faults.join('\n'))
  return {
    host: env.HOST ?? '127.0.0.1',
    port,
    policyProfile: profile === 'popular-guide' ? 'popular-guide' : 'cn-2026',
    masterKey: master === undefined ? undefined : Buffer.from(master, 'hex'),
    channel:
      channelUrl === undefined
        ? undefined
        : {
            url: channelUrl,
            lenderKey: env.CHANNEL_LENDER_PRIVATE_KEY ?? '',
            channelKeys: (env.CHANNEL_PUBLIC_KEYS ?? '').split(','),
          },
    publicUrl,
  }
}

function urlOf(text: string | undefined, name: string, faults: string[]): URL | undefined {
  if (text === undefined) return undefined
  if (!URL.canParse(text)) {
    faults.push(`${name}: a URL`)
    return undefined
  }
  return new URL(text)
}

/** The master key of the keys of personal data: the configured one, or in a sandbox one of its own, kept in its folder. */
export function masterKeyOf(configuration: Configuration, home: string, sandbox: boolean): Uint8Array {
  if (configuration.masterKey !== undefined) return configuration.masterKey
  if (!sandbox) throw new ConfigurationFault('JIEQING_MASTER_KEY: needed outside a sandbox')
  const text = secretFile(home, 'master-key', () => randomBytes(32).toString('hex'))
  return Buffer.from(text, 'hex')
}

/** A secret of a sandbox: made at the first start, kept readable to its owner alone. */
export function secretFile(home: string, name: string, make: () => string): string {
  const path = join(home, name)
  if (existsSync(path)) return readFileSync(path, 'utf8').trim()
  mkdirSync(home, { recursive: true })
  const secret = make()
  writeFileSync(path, `${secret}\n`, { mode: 0o600 })
  return secret
}

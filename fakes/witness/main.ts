import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parseKey } from './keys.ts'
import { Memory } from './memory.ts'
import { witnessServer } from './server.ts'

/**
 * A stand-in for somebody else's witness, as a process of its own, on the loopback address:
 * `node --import tsx fakes/witness/main.ts --name NAME --log VKEY --port 0 --data FOLDER`. Makes its key at the first start. Prints
 * `ready <port>` once it answers; `GET /key` tells its verifier key.
 */
const { values } = parseArgs({
  options: {
    name: { type: 'string', default: 'witness.example' },
    log: { type: 'string', multiple: true, default: [] },
    port: { type: 'string', default: '0' },
    data: { type: 'string', default: '.jieqing/fake-witness' },
    // Business time stands still in a sandbox; a witness elsewhere has its own clock. For tests.
    at: { type: 'string' },
    'with-parent': { type: 'boolean', default: false },
  },
})

const app = witnessServer({
  name: values.name,
  key: ownKey(values.data),
  logs: values.log.map(parseKey),
  memory: new Memory(values.data),
  now: () => (values.at === undefined ? Math.floor(Date.now() / 1000) : Number(values.at)),
})
await app.listen({ host: '127.0.0.1', port: Number(values.port) })
const address = app.server.address()
if (address === null || typeof address === 'string') throw new Error('no port')
process.stdout.write(`ready ${address.port}\n`)

if (values['with-parent']) process.stdin.resume().once('end', () => process.exit(0))

// What it answered for is on disk: there is nothing to finish.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0))

function ownKey(folder: string): KeyObject {
  const path = join(folder, 'key.pem')
  mkdirSync(folder, { recursive: true })
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync('ed25519')
    writeFileSync(path, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600, flag: 'wx' })
  }
  return createPrivateKey(readFileSync(path))
}

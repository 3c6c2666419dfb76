/**
 * Cost of a certificate and of the log (L2, L3): signing to the QR text and picture, checking beside a bare Ed25519 verification of the
 * same bytes in the same run, appending, proving. Rounds are interleaved; the median of each counts. What matters between machines are the
 * ratios.
 *
 *   node --import tsx bench/proof.ts [rounds]
 */
import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { calendarDate } from '@jieqing/domain/calendar/date'
import { signStatement } from '@jieqing/server/evidence/cose'
import { leafOf } from '@jieqing/server/evidence/leaf'
import { localSigner } from '@jieqing/server/evidence/local-key'
import { verifierKey } from '@jieqing/server/evidence/log/note'
import { folderStore, memoryStore } from '@jieqing/server/evidence/log/store'
import { integrate, logKey, proofOf, publish, sign } from '@jieqing/server/evidence/log/transparency-log'
import { certificatePdf } from '@jieqing/server/evidence/pdf'
import { qrPng, qrText, qrVersion } from '@jieqing/server/evidence/qr'
import type { Closure } from '@jieqing/server/evidence/statement'
import { statementBytes } from '@jieqing/server/evidence/statement-bytes'
import { verificationPolicy } from '@jieqing/server/evidence/verification-policy'
import { check } from '@jieqing/verifier/check'
import { readSigned } from '@jieqing/verifier/cose'
import { nodeCrypto } from '@jieqing/verifier/crypto-node'
import { portableCrypto } from '@jieqing/verifier/crypto-portable'
import { readPng } from '@jieqing/verifier/picture-png'
import { readPolicy } from '@jieqing/verifier/policy'

const rounds = Number(process.argv[2] ?? 200)
const { privateKey } = generateKeyPairSync('ed25519')
const signer = localSigner(privateKey)
const digest = (text: string) => createHash('sha256').update(text).digest()
const folder = mkdtempSync(join(tmpdir(), 'jieqing-proof-'))
const log = { origin: 'lender.example/closures', signer, store: memoryStore() }
const onDisk = { ...log, store: folderStore(folder) }

const codes = [
  'notify.sms',
  'certificate.issue',
  'autodebit.revoke',
  'addon.cancel',
  'bureau.accounts',
  'bureau.agreement',
]
const more = [
  'bureau.watch',
  'erase.marketing',
  'erase.biometric',
  'seal.records',
  'shred.vouchers',
  'recipient.notify',
]
const issuedAt = new Date('2026-11-22T10:00:00+08:00')
const closure: Closure = {
  kind: 'closure',
  issuer: 'lender.example',
  id: digest('id').subarray(0, 16),
  issuedAt,
  salt: digest('salt').subarray(0, 16),
  logOrigin: log.origin,
  identity: digest('person'),
  opened: calendarDate('2023-04-01'),
  closed: calendarDate('2026-11-22'),
  effectiveAt: issuedAt,
  offsetMinutes: 480,
  closureKind: 'voluntary',
  currency: 'CNY',
  payoffReference: digest('payoff').subarray(0, 16),
  obligations: [...codes, ...more].map((code, n) => ({
    code,
    due: new Date(issuedAt.getTime() + (n + 1) * 864e5),
    policy: { name: 'cn-2026', version: 1 },
  })),
  clauses: [{ code: 'dispute-resolution' }, { code: 'tax' }],
  complaints: [{ kind: 'regulator', address: '12378' }],
}

const payload = statementBytes(closure)
const signed = await signStatement(payload, signer)
const text = qrText(signed)
const filler = Array.from({ length: 100_000 }, (_, n) => digest(`filler ${n}`))
await publish(log, await sign(log, await integrate(log, [...filler, leafOf(payload)])))
const checkpoint = Buffer.from((await log.store.read('checkpoint')) ?? []).toString()
const proof = Buffer.from(await proofOf(log, 100_000, checkpoint))
const policy = readPolicy(
  nodeCrypto,
  verificationPolicy({
    issuer: 'lender.example',
    title: { zh: '示例', en: 'Example' },
    keys: [{ signer }],
    log: [`log ${verifierKey(logKey(log))}`],
    quorum: 'none',
    proof: 'optional',
  }),
)
const settings = { crypto: nodeCrypto, readPicture: readPng, policy }
const publicKey = createPublicKey(privateKey)
const { signed: structure, signature } = readSigned(signed)
const picture = qrPng(text)
const paper = { closure, signed, kid: signer.kid, issuerTitle: { zh: '示例', en: 'Example' } }
let batch = 0
const news = () => Array.from({ length: 100 }, (_, n) => digest(`new ${batch++} ${n}`))

const works: Readonly<Record<string, () => unknown>> = {
  'bare Ed25519 verify': () => verify(null, structure, publicKey, signature),
  'check file': () => mustHold(check(signed, settings).verdict),
  'check QR text': () => mustHold(check(Buffer.from(text), settings).verdict),
  'check file and proof of 100,001': () => mustHold(check(signed, { ...settings, proof }).verdict),
  'check file, page’s library': () =>
    mustHold(check(signed, { ...settings, crypto: portableCrypto }).verdict),
  'facts to signed': () => signStatement(statementBytes(closure), signer),
  'facts to QR text': async () => qrText(await signStatement(statementBytes(closure), signer)),
  'facts to QR picture': async () => qrPng(qrText(await signStatement(statementBytes(closure), signer))),
  'proof from tiles': () => proofOf(log, 100_000, checkpoint),
}
const slow: Readonly<Record<string, () => unknown>> = {
  'check QR picture': () => mustHold(check(picture, settings).verdict),
  'paper in two languages': () => certificatePdf(paper),
  'append 100, sign, publish, on disk': async () => {
    const head = await integrate(onDisk, news())
    await publish(onDisk, await sign(onDisk, head))
  },
}

try {
  process.stdout.write(
    `payload ${payload.length} bytes, signed ${signed.length}, QR text ${text.length} characters, version ${qrVersion(text)}-M, proof ${proof.length} bytes\n`,
  )
  const fast = await measure(works, rounds)
  const rest = await measure(slow, Math.ceil(rounds / 10))
  const bare = fast.get('bare Ed25519 verify')?.median ?? Number.NaN
  for (const [name, { median, p99 }] of [...fast, ...rest]) {
    process.stdout.write(
      `${name.padEnd(36)} median ${median.toFixed(3).padStart(9)} ms   p99 ${p99.toFixed(3).padStart(9)} ms   ${(median / bare).toFixed(1).padStart(7)} × bare verify\n`,
    )
  }
} finally {
  rmSync(folder, { recursive: true })
}

interface Times {
  readonly median: number
  readonly p99: number
}

async function measure(
  all: Readonly<Record<string, () => unknown>>,
  count: number,
): Promise<ReadonlyMap<string, Times>> {
  const times = new Map(Object.keys(all).map((name) => [name, [] as number[]]))
  for (let round = -3; round < count; round++) {
    for (const [name, work] of Object.entries(all)) {
      const start = performance.now()
      await work()
      if (round >= 0) times.get(name)?.push(performance.now() - start)
    }
  }
  return new Map(
    [...times].map(([name, list]) => {
      const sorted = list.sort((a, b) => a - b)
      const at = (share: number) =>
        sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
      return [name, { median: at(0.5), p99: at(0.99) }]
    }),
  )
}

function mustHold(verdict: string): void {
  if (verdict !== 'valid') throw new Error(`measured something ${verdict}`)
}

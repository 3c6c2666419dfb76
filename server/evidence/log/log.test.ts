import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootsFromProof } from '@jieqing/fakes/witness/tree'
import { nodeCrypto } from '@jieqing/verifier/crypto-node'
import { includes } from '@jieqing/verifier/merkle'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import published from '../../../fixtures/proof/published.json' with { type: 'json' }
import { scaled } from '../../platform/testing/scaled.ts'
import { localSigner } from '../local-key.ts'
import { vectors } from '../testing/examples.ts'
import { appendEntries, readBundle } from './append.ts'
import { provesConsistency, provesInclusion } from './check.ts'
import { checkpointText, readCheckpoint } from './checkpoint.ts'
import { fsck } from './fsck.ts'
import { emptyRoot, leafHash, nodeHash } from './hash.ts'
import { compareCheckpoints } from './monitor.ts'
import { checkNote, parseNote, parseVerifierKey, verifierKey } from './note.ts'
import { folderStore, type LogStore, memoryStore } from './store.ts'
import { fullTiles, partialWidth, tilePath } from './tile-path.ts'
import {
  consistencyAt,
  currentHead,
  inclusionAt,
  integrate,
  type LogSettings,
  logKey,
  publish,
  rootAt,
  sign,
} from './transparency-log.ts'
import {
  consistencyProof,
  consistencyRanges,
  hashOfRange,
  inclusionProof,
  inclusionRanges,
  type Node,
  type Range,
  rootOf,
} from './tree.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const bytes = (text: string) => Buffer.from(text, 'hex')
const entry = (n: number, salt = '') => createHash('sha256').update(`entry ${n}${salt}`).digest()

/** All complete subtrees of a tree, once. */
function treeOf(leaves: readonly Uint8Array[]): (node: Node) => Uint8Array {
  const levels: Uint8Array[][] = [leaves.map(leafHash)]
  for (let below = levels[0] ?? []; below.length > 1; below = levels.at(-1) ?? []) {
    const level: Uint8Array[] = []
    for (let at = 0; at + 1 < below.length; at += 2) {
      level.push(nodeHash(below[at] ?? emptyRoot, below[at + 1] ?? emptyRoot))
    }
    levels.push(level)
  }
  return ({ level, index }) => {
    const hash = levels[level]?.[index]
    if (hash === undefined) throw new Error(`no node ${level}/${index}`)
    return hash
  }
}

function settings(store = memoryStore()): LogSettings {
  return { origin: 'log.example', signer: localSigner(generateKeyPairSync('ed25519').privateKey), store }
}

describe('L2 the tree of RFC 6962', () => {
  test('has the roots and proofs of the published vectors', () => {
    const leaves = published.leaves.map(bytes)
    const read = treeOf(leaves)
    expect(leaves.map((_, n) => hex(rootOf(n + 1, read)))).toEqual(published.roots)
    const { inclusion, consistency } = published
    expect(inclusionProof(inclusion.index, inclusion.size, read).map(hex)).toEqual(inclusion.path)
    expect(consistencyProof(consistency.old, consistency.size, read).map(hex)).toEqual(consistency.path)
  })

  test('has the roots and proofs of another encoder', () => {
    const read = treeOf(vectors.entries.map(bytes))
    for (const tree of vectors.trees) {
      expect(hex(rootOf(tree.size, read))).toBe(tree.root)
      tree.inclusion.forEach((path, index) => {
        expect(inclusionProof(index, tree.size, read).map(hex)).toEqual(path)
      })
      tree.consistency.forEach((path, n) => {
        expect(consistencyProof(n + 1, tree.size, read).map(hex)).toEqual(path)
      })
    }
  })

  test('proves every entry in every size to 1,024, and every size in every later one', () => {
    // All pairs at scale 1; of a smaller scale every n-th size.
    const step = Math.max(1, Math.round(1 / Math.min(1, scaled(1000) / 1000)))
    const read = treeOf(Array.from({ length: 1024 }, (_, n) => entry(n)))
    const known = new Map<number, Uint8Array>()
    const hashOf = ({ start, end }: Range) => {
      const key = start * 2048 + end
      const hash = known.get(key) ?? hashOfRange({ start, end }, read)
      known.set(key, hash)
      return hash
    }
    const root = (size: number) => hashOf({ start: 0, end: size })
    let pairs = 0
    for (let size = 1; size <= 1024; size += step) {
      for (let n = 0; n < size; n++) {
        const path = inclusionRanges(n, size).map(hashOf)
        if (!provesInclusion(read({ level: 0, index: n }), n, size, root(size), path))
          throw new Error(`entry ${n} of ${size}`)
        const proof = consistencyRanges(n + 1, size).map(hashOf)
        if (!provesConsistency(n + 1, root(n + 1), size, root(size), proof))
          throw new Error(`${n + 1} in ${size}`)
        pairs += 1
      }
    }
    expect(pairs).toBeGreaterThanOrEqual(step === 1 ? 524_800 : 1024)
  }, 300_000)

  test('agrees with the verifier and with the witness, which compute in other ways', () => {
    const read = treeOf(Array.from({ length: 300 }, (_, n) => entry(n)))
    const sizes = fc
      .tuple(fc.integer({ min: 1, max: 300 }), fc.nat())
      .map(([size, n]) => [size, n % size] as const)
    fc.assert(
      fc.property(sizes, ([size, n]) => {
        const root = rootOf(size, read)
        const path = inclusionProof(n, size, read)
        expect(includes(nodeCrypto, entry(n), BigInt(n), BigInt(size), path, root)).toBe(true)
        expect(includes(nodeCrypto, entry(n), BigInt(n), BigInt(size), path.slice(1), root)).toBe(
          path.length === 0,
        )
        expect(includes(nodeCrypto, entry(n), BigInt(size), BigInt(size), path, root)).toBe(false)
        const old = Buffer.from(rootOf(n + 1, read))
        if (n + 1 === size) return
        const roots = rootsFromProof(
          n + 1,
          old,
          size,
          consistencyProof(n + 1, size, read).map((hash) => Buffer.from(hash)),
        )
        expect(roots?.old.equals(old) && roots.new.equals(Buffer.from(root))).toBe(true)
      }),
    )
  })

  test('a proof of something else does not hold', () => {
    const read = treeOf(Array.from({ length: 100 }, (_, n) => entry(n)))
    const other = treeOf(Array.from({ length: 100 }, (_, n) => entry(n, n === 40 ? 'x' : '')))
    const pairs = fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 100 }))
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const [old, size] = a < b ? [a, b] : [b, a]
        if (old <= 40 || old === size) return
        const proof = consistencyProof(old, size, other)
        expect(provesConsistency(old, rootOf(old, read), size, rootOf(size, other), proof)).toBe(false)
      }),
    )
    expect(provesConsistency(5, rootOf(5, read), 4, rootOf(4, read), [])).toBe(false)
    expect(provesConsistency(0, emptyRoot, 4, rootOf(4, read), [])).toBe(true)
    expect(provesConsistency(0, emptyRoot, 4, rootOf(4, read), [emptyRoot])).toBe(false)
    expect(() => inclusionProof(4, 4, read)).toThrow(RangeError)
    expect(() => consistencyProof(0, 4, read)).toThrow(RangeError)
  })
})

describe('L2 the log as tiles', () => {
  test('has the files that the specification counts for 70,000 entries, whole and in any pieces', async () => {
    expect([fullTiles(0, 70_000), partialWidth(0, 70_000)]).toEqual([273, 112])
    expect([fullTiles(1, 70_000), partialWidth(1, 70_000)]).toEqual([1, 17])
    expect([fullTiles(2, 70_000), partialWidth(2, 70_000)]).toEqual([0, 1])
    expect(tilePath(3, 1_234_067, 256)).toBe('tile/3/x001/x234/067')
    expect(tilePath(0, 5, 7)).toBe('tile/0/005.p/7')

    const files = new Map<string, Uint8Array>()
    const store = memoryStore(files)
    const entries = Array.from({ length: 70_000 }, (_, n) => entry(n))
    let size = 0
    for (const piece of [1, 255, 1, 300, 65_000])
      size = await appendEntries(store, size, entries.slice(size, size + piece))
    size = await appendEntries(store, size, entries.slice(size))
    expect(size).toBe(70_000)
    expect(files.get(tilePath(0, 272, 256))?.length).toBe(8192)
    expect(files.get(tilePath(0, 273, 112))?.length).toBe(112 * 32)
    expect(files.get(tilePath(2, 0, 1))?.length).toBe(32)
    expect(files.has(tilePath(3, 0, 1))).toBe(false)

    const whole = memoryStore()
    await appendEntries(whole, 0, entries)
    expect(hex(await rootAt(store, size))).toBe(hex(await rootAt(whole, size)))
    expect(await fsck(store, { origin: 'log.example', size, root: await rootAt(whole, size) })).toEqual([])
  })

  test('at random sizes to 2^20 every proof from tiles holds', async () => {
    const size = 2 ** 20
    const store = memoryStore()
    const entries = Array.from({ length: size }, (_, n) => entry(n))
    await appendEntries(store, 0, entries)
    const pick = (most: number) => 1 + (randomBytes(4).readUInt32BE() % most)
    for (let n = 0; n < scaled(100); n++) {
      const at = n === 0 ? size : pick(size)
      // A smaller tree is read from the same full tiles.
      const grown = asItWas(store)
      const root = await rootAt(grown, at)
      const index = pick(at) - 1
      const leaf = leafHash(entries[index] ?? emptyRoot)
      const path = await inclusionAt(grown, index, at)
      expect(provesInclusion(leaf, index, at, root, path)).toBe(true)
      const old = pick(at)
      const proof = await consistencyAt(grown, old, at)
      expect(provesConsistency(old, await rootAt(asItWas(store), old), at, root, proof)).toBe(true)
    }
  }, 300_000)

  test('fsck finds every file that was touched, lost or cut', async () => {
    const files = new Map<string, Uint8Array>()
    const store = memoryStore(files)
    await appendEntries(
      store,
      0,
      Array.from({ length: 700 }, (_, n) => entry(n)),
    )
    const head = { origin: 'log.example', size: 700, root: await rootAt(store, 700) }
    expect(await fsck(store, head)).toEqual([])
    for (const [path, content] of [...files]) {
      const changed = Uint8Array.from(content)
      changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
      files.set(path, changed)
      expect(await fsck(store, head), path).not.toEqual([])
      files.set(path, content.subarray(0, -1))
      expect(await fsck(store, head), path).not.toEqual([])
      files.delete(path)
      expect(await fsck(store, head), path).not.toEqual([])
      files.set(path, content)
    }
    expect(await fsck(store, { ...head, root: emptyRoot })).toEqual([
      { path: 'checkpoint', kind: 'root-differs' },
    ])
    expect(await fsck(memoryStore(), { ...head, size: 0, root: emptyRoot })).toEqual([])
  })

  test('in a folder it is there again after a restart, and an append that was killed halfway is done again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jieqing-log-'))
    try {
      const log = settings(folderStore(folder))
      const first = await integrate(log, [entry(0), entry(1), entry(2)])
      await publish(log, await sign(log, first))
      // Integrated and never published: as if it had not been.
      await integrate(log, [entry(3)])
      const again = { ...log, store: folderStore(folder) }
      expect(await currentHead(again)).toEqual(first)
      const next = await integrate(again, [entry(3), entry(4)])
      await publish(again, await sign(again, next))
      expect(await fsck(again.store, next)).toEqual([])
      expect((await readBundle(again.store, 0, 5)).map(hex)).toEqual(
        [0, 1, 2, 3, 4].map((n) => hex(entry(n))),
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('L2 checkpoints', () => {
  test('read and check the published note', () => {
    const { note } = published
    const key = parseVerifierKey(note.key)
    expect(verifierKey(key)).toBe(note.key)
    const parsed = parseNote(`${note.text}\n${note.line}`)
    expect(parsed && checkNote(parsed, key)).toEqual({ kind: 'signed' })
    const other = parseNote(`${note.text.replace('answer', 'Answer')}\n${note.line}`)
    expect(other && checkNote(other, key)).toEqual({ kind: 'forged' })
    expect(() => parseVerifierKey(note.key.replace('c74f20a3', 'c74f20a4'))).toThrow(RangeError)
  })

  test.each([
    ['CR LF', (note: string) => note.replaceAll('\n', '\r\n')],
    ['a control character', (note: string) => note.replace('log.example', 'log\u0001example')],
    ['no signature', (note: string) => note.slice(0, note.indexOf('—'))],
    ['a leading zero', (note: string) => note.replace('\n1\n', '\n01\n')],
    ['a root of 31 bytes', (note: string) => note.replace(/\n1\n.{44}/, `\n1\n${'A'.repeat(42)}==`)],
    ['a giant', (note: string) => note + note.split('\n').at(-2) + '\n'.repeat(20_000)],
  ])('%s is malformed', async (_name, change) => {
    const log = settings()
    const note = await sign(log, await integrate(log, [entry(0)]))
    expect(readCheckpoint(note, logKey(log))).toMatchObject({ kind: 'checkpoint', head: { size: 1 } })
    expect(readCheckpoint(change(note), logKey(log))).toEqual({ kind: 'refused', reason: 'malformed' })
  })

  test('unknown signers are ignored, a known one that does not hold refuses the whole', async () => {
    const log = settings()
    const note = await sign(log, await integrate(log, [entry(0)]))
    expect(readCheckpoint(`${note}— stranger AAAAAAAA\n`, logKey(log)).kind).toBe('checkpoint')
    const line = note.split('\n').at(-2) ?? ''
    const id = Buffer.from(line.split(' ')[2] ?? '', 'base64').subarray(0, 4)
    const forged = `— log.example ${Buffer.concat([id, Buffer.alloc(64)]).toString('base64')}\n`
    expect(readCheckpoint(`${note}${forged}`, logKey(log))).toEqual({ kind: 'refused', reason: 'forged' })
    expect(readCheckpoint(note, logKey(settings()))).toEqual({ kind: 'refused', reason: 'unsigned' })
  })

  test('the log never publishes a checkpoint that forgets or changes what it published', async () => {
    const log = settings()
    const head = await integrate(log, [entry(0), entry(1)])
    const published = await sign(log, head)
    await publish(log, published)
    await expect(publish(log, await sign(log, { ...head, size: 1 }))).rejects.toThrow('smaller')
    await expect(publish(log, await sign(log, { ...head, root: emptyRoot }))).rejects.toThrow('another tree')
    await expect(publish(log, await sign(settings(), head))).rejects.toThrow('unsigned')
    const forked = memoryStore()
    await appendEntries(forked, 0, [entry(7), entry(8), entry(9)])
    await forked.write('checkpoint', Buffer.from(published))
    const other = { ...log, store: forked }
    const head3 = { ...head, size: 3, root: await rootAt(forked, 3) }
    await expect(publish(other, await sign(log, head3))).rejects.toThrow('forks')
  })

  test('a monitor finds every fork, and keeps both checkpoints', async () => {
    const log = settings()
    const sizes = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), fc.nat(59))
    await fc.assert(
      fc.asyncProperty(sizes, async ([a, b, changed]) => {
        const shown = memoryStore()
        const hidden = memoryStore()
        await appendEntries(
          shown,
          0,
          Array.from({ length: a }, (_, n) => entry(n)),
        )
        await appendEntries(
          hidden,
          0,
          Array.from({ length: b }, (_, n) => entry(n, n === changed ? 'x' : '')),
        )
        const one = await sign(log, { origin: log.origin, size: a, root: await rootAt(shown, a) })
        const two = await sign(log, { origin: log.origin, size: b, root: await rootAt(hidden, b) })
        const bigger = a > b ? shown : hidden
        const result = await compareCheckpoints(one, two, logKey(log), (old, size) =>
          consistencyAt(bigger, old, size),
        )
        const forked = changed < Math.min(a, b)
        expect(result.kind).toBe(forked ? 'fork' : 'consistent')
        if (result.kind === 'fork') expect(result.checkpoints).toEqual([one, two])
      }),
    )
    expect(checkpointText({ origin: 'a', size: 0, root: emptyRoot })).toBe(
      'a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n',
    )
  })
})

/** The same log as it was at a smaller size: partial tiles are cut from the full ones. */
function asItWas(store: LogStore): LogStore {
  return {
    read: async (path) => {
      const [full = path, width] = path.split('.p/')
      const exact = await store.read(path)
      if (exact !== undefined || width === undefined) return exact
      const bytes = await store.read(full)
      if (bytes !== undefined) return bytes.subarray(0, Number(width) * 32)
      // The last tile of the whole is itself partial.
      for (let wider = Number(width) + 1; wider < 256; wider++) {
        const found = await store.read(`${full}.p/${wider}`)
        if (found !== undefined) return found.subarray(0, Number(width) * 32)
      }
      return undefined
    },
    write: () => Promise.reject(new Error('read only')),
  }
}

import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Where a log's files are: tiles and bundles never change once written, the checkpoint does. A folder behind any web server, or a table;
 * paths are those of C2SP tlog-tiles.
 */
export interface LogStore {
  readonly read: (path: string) => Promise<Uint8Array | undefined>
  /** Durable when it resolves; a file is there whole or not at all. */
  readonly write: (path: string, bytes: Uint8Array) => Promise<void>
}

/** For tests and for the sandbox's first steps. */
export function memoryStore(files: Map<string, Uint8Array> = new Map()): LogStore {
  return {
    read: (path) => Promise.resolve(files.get(path)),
    write: (path, bytes) => {
      files.set(path, Uint8Array.from(bytes))
      return Promise.resolve()
    },
  }
}

export function folderStore(folder: string): LogStore {
  return {
    read: async (path) => {
      try {
        return await readFile(join(folder, path))
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw error
      }
    },
    write: async (path, bytes) => {
      const target = join(folder, path)
      await mkdir(dirname(target), { recursive: true })
      const unfinished = `${target}.unfinished`
      const file = await open(unfinished, 'w')
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(unfinished, target)
      await syncFolder(dirname(target))
    },
  }
}

/** The name of a file is durable when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

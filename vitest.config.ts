import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { LastLine } from './server/platform/testing/last-line.ts'

const setupFiles = ['./server/platform/testing/properties.ts']
const globalSetup = ['./server/platform/testing/global-setup.ts']
const elsewhere = ['**/node_modules/**', '**/dist/**', '**/.jieqing/**']

/**
 * Three kinds of tests, by the end of the file's name: pure ones, those on a real PostgreSQL (with or without HTTP),
 * and those in a browser.
 */
export default defineConfig({
  test: {
    reporters: ['default', new LastLine()],
    maxWorkers: Math.max(2, availableParallelism()),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: [...elsewhere, '**/*.db.test.ts', '**/*.http.test.ts'],
          setupFiles,
          // Against what hangs, not against what is slow: machines that test are busy ones.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'db',
          include: ['**/*.db.test.ts', '**/*.http.test.ts'],
          exclude: elsewhere,
          setupFiles,
          globalSetup,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['**/*.e2e.ts', '**/*.e2e.tsx'],
          exclude: elsewhere,
          setupFiles,
          globalSetup,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // One browser at a time: two cores carry the server, the page and its check.
          fileParallelism: false,
        },
      },
    ],
  },
})

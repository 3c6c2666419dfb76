import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * What tells this process from a later one that was given the same number: its start time. `undefined` when no such
 * process lives; a zombie counts as dead. Numbers alone don't do: a restarted container hands out the same ones.
 */
export function processIdentity(pid: number): string | undefined {
  if (process.platform !== 'linux') return ps(pid, 'lstart=')
  const stat = readOrNone(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (state === 'Z' || state === 'X') return undefined
  const boot = readOrNone('/proc/sys/kernel/random/boot_id')?.trim() ?? ''
  return `${boot}/${rest[18]}`
}

/** The words a process was started with, or none when it is gone or may not be seen. */
export function processArguments(pid: number): readonly string[] {
  if (process.platform !== 'linux') return ps(pid, 'args=')?.split(' ') ?? []
  return (
    readOrNone(`/proc/${pid}/cmdline`)
      ?.split('\0')
      .filter((word) => word !== '') ?? []
  )
}

function readOrNone(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function ps(pid: number, column: string): string | undefined {
  try {
    const text = execFileSync('ps', ['-ww', '-o', column, '-p', String(pid)], { encoding: 'utf8' }).trim()
    return text === '' ? undefined : text
  } catch {
    return undefined
  }
}

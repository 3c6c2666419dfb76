import { describe, expect, test } from 'vitest'
import { createLogger } from './log.ts'

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  let text = ''
  const destination = {
    write: (line: string) => {
      text += line
    },
  }
  write(createLogger('debug', destination))
  return text
}

describe('H3 logs hold nothing that names a person or opens a door', () => {
  test('persons, secrets and bodies are blotted out, at the top and one level down', () => {
    const text = logged((logger) =>
      logger.info(
        {
          phone: '13800138000',
          customer: { idNumber: '110101199003071233', customerId: '42' },
          body: { amount: '100.00', anything: '张三' },
          req: { headers: { authorization: 'Bearer abc', cookie: 'session=abc', accept: 'text/html' } },
          databases: { mainUrl: 'postgres://jieqing:abc@127.0.0.1/jieqing' },
        },
        'repaid',
      ),
    )
    for (const secret of ['13800138000', '110101199003071233', '张三', 'abc', '100.00']) {
      expect(text).not.toContain(secret)
    }
    expect(JSON.parse(text)).toMatchObject({
      level: 'info',
      msg: 'repaid',
      phone: '[withheld]',
      customer: { customerId: '42' },
      req: { headers: { accept: 'text/html' } },
    })
  })

  test('an error of the database keeps its code, table and constraint, and loses the values it quotes', () => {
    const refused = Object.assign(new Error('duplicate key (phone)=(13800138000)'), {
      severity: 'ERROR',
      code: '23505',
      table: 'person',
      constraint: 'person_pkey',
      detail: 'Key (phone)=(13800138000) already exists.',
    })
    const text = logged((logger) => logger.error({ err: new Error('closing failed', { cause: refused }) }))
    expect(text).not.toContain('13800138000')
    expect(JSON.parse(text).err).toMatchObject({
      message: 'closing failed',
      cause: { code: '23505', table: 'person', constraint: 'person_pkey' },
    })
  })

  test('a line below the wanted level is not written', () => {
    expect(logged((logger) => logger.trace('looked'))).toBe('')
  })
})

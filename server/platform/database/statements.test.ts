import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { statementsOf } from './statements.ts'

const texts = (sql: string) => statementsOf(sql).map((statement) => statement.text)

describe('A12 a migration is sent one statement at a time', () => {
  test('semicolons end statements, the last needs none, empty ones vanish', () => {
    expect(texts('create table a (n int); ; create table b (n int)')).toEqual([
      'create table a (n int)',
      'create table b (n int)',
    ])
    expect(texts(' \n-- nothing yet;\n/* or; this */ ;')).toEqual([])
  })

  test('a semicolon inside quotes, names, bodies and comments ends nothing', () => {
    for (const whole of [
      "select ';'",
      "select 'it''s; fine'",
      "select e'it\\'s; fine'",
      "select 'a backslash \\', 'b;'",
      'select 1 as "a;b"',
      'select 1 as "a"";b"',
      'do $$ begin perform 1; end $$',
      'do $body$ begin perform $$;$$; end $body$',
      'select 1 /* outer; /* inner; */ still; */ + 1',
      'select 1 -- why; because\n + 1',
      'select $1;'.slice(0, -1),
      'select a$b, c$d from t',
    ]) {
      expect(texts(`${whole};select 2`)).toEqual([whole, 'select 2'])
    }
  })

  test('a comment before a statement goes with it, and the line is where it begins', () => {
    expect(statementsOf('-- first\nselect 1;\n\n\nselect\n2;')).toEqual([
      { text: '-- first\nselect 1', line: 1 },
      { text: 'select\n2', line: 5 },
    ])
  })

  test('what is not closed is refused with its line', () => {
    expect(() => statementsOf("select 1;\nselect 'open")).toThrow('line 2: a quote is not closed')
    expect(() => statementsOf('\n\ndo $x$ begin')).toThrow('line 3: $x$ is not closed')
    expect(() => statementsOf('/* /* */')).toThrow('line 1: a comment is not closed')
  })

  test('statements joined by semicolons come apart again, whatever they are made of', () => {
    const piece = fc.constantFrom(
      'select 1',
      "'a;b'",
      "''",
      '"c;d"',
      '$$;$$',
      '$t$ $$;$$ $t$',
      '/*;*/',
      '\n',
      'x',
      "e'\\';'",
    )
    const statement = fc
      .array(piece, { minLength: 1, maxLength: 6 })
      .map((pieces) => ['select', ...pieces].join(' ').trim())
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 5 }), (statements) => {
        expect(texts(statements.join(';'))).toEqual(statements)
      }),
    )
  })
})

import { randomBytes, randomUUID } from 'node:crypto'
import type { ProblemCode } from '../../platform/problem-codes.ts'
import { type BadKind, badValues } from './bad-values.ts'
import type { JsonSchema, Operation } from './contract.ts'

/** A call that succeeds: what the tests make bad calls from. */
export type Sample = {
  /** A token; none where anyone may call. */
  readonly token?: string
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>>
  /** Names in path or body that must be something of the caller's own, with the same thing of another's. */
  readonly another?: Readonly<Record<string, string>>
  /** The name in the body under which the caller makes something new. */
  readonly makes?: string
}

export type Call = {
  readonly method: Operation['method']
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly payload?: string | Buffer
}

export type BadClass =
  | BadKind
  | 'unknown-field'
  | 'missing-field'
  | 'broken-json'
  | 'not-json'
  | 'ten-megabytes'
  | 'bad-key'
  | 'unknown-id'
  | "another's-id"
  | 'bad-address'

export type BadRequest = {
  readonly kind: BadClass
  /** Which field and value, for a failing test's message. */
  readonly what: string
  readonly call: Call
  /** The codes that may answer it. */
  readonly codes: readonly ProblemCode[]
}

/** A call as the sample says it; parts of `change` stand in for the sample's. A command gets a fresh key unless told. */
export function callOf(
  operation: Operation,
  sample: Sample,
  change: Partial<Sample> = {},
  key?: string,
): Call {
  const body = change.body ?? sample.body
  return {
    method: operation.method,
    url: urlOf(operation.path, { ...sample.params, ...change.params }, { ...sample.query, ...change.query }),
    headers: headersOf(operation, sample, key),
    ...(operation.body === undefined ? {} : { payload: JSON.stringify(body) }),
  }
}

function headersOf(operation: Operation, sample: Sample, key?: string): Record<string, string> {
  return {
    ...(sample.token === undefined ? {} : { authorization: `Bearer ${sample.token}` }),
    ...(operation.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(operation.keyed ? { 'idempotency-key': key ?? randomUUID() } : {}),
  }
}

function urlOf(
  path: string,
  params: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string>>,
): string {
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(params[name] ?? ''))
  const search = new URLSearchParams(query).toString()
  return search === '' ? filled : `${filled}?${search}`
}

/** Every bad call that can be made from an operation's schema and a sample that succeeds. */
export function badRequests(operation: Operation, sample: Sample): readonly BadRequest[] {
  return [
    ...badBodies(operation, sample),
    ...badPlaces(operation, sample),
    ...badKeys(operation, sample),
    ...badIds(operation, sample),
  ]
}

function badBodies(operation: Operation, sample: Sample): readonly BadRequest[] {
  const schema = operation.body
  if (schema === undefined) return []
  const good = sample.body ?? {}
  const contract = ['bad-request'] as const
  const withBody = (kind: BadClass, what: string, body: unknown): BadRequest => ({
    kind,
    what,
    call: { ...callOf(operation, sample), payload: JSON.stringify(body) },
    codes: contract,
  })
  const raw = (
    kind: BadClass,
    what: string,
    payload: string | Buffer,
    codes: readonly ProblemCode[],
    type = 'application/json',
  ): BadRequest => {
    const call = callOf(operation, sample)
    return {
      kind,
      what,
      call: { ...call, headers: { ...call.headers, 'content-type': type }, payload },
      codes,
    }
  }
  const whole = JSON.stringify(good)
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
      badValues(field).map(({ kind, value }) =>
        withBody(kind, `${name} = ${short(value)}`, { ...good, [name]: value }),
      ),
    ),
    ...(schema.required ?? []).map((name) =>
      withBody(
        'missing-field',
        name,
        Object.fromEntries(Object.entries(good).filter(([key]) => key !== name)),
      ),
    ),
    ...['unexpected', 'customerId', 'Amount', 'constructor', 'toString', ''].map((name) =>
      withBody('unknown-field', name, { ...good, [name]: 1 }),
    ),
    ...[[], [good], 'text', 1, true, null].map((body) =>
      withBody('wrong-type', `body = ${short(body)}`, body),
    ),
    raw('unknown-field', '__proto__', withPrototype(whole), ['bad-request', 'body-not-json']),
    ...['', '{', '{"a":}', `${whole}}`, whole.slice(0, -1), 'NaN', "{'a':1}", 'undefined', '{"a":1,}'].map(
      (text) => raw('broken-json', short(text), text, ['body-not-json']),
    ),
    raw('broken-json', 'bytes that are no text', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), ['body-not-json']),
    ...[
      'text/plain',
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
    ].map((type) => raw('not-json', type, whole, ['unsupported-media-type'], type)),
    raw('ten-megabytes', 'a text of 10 MB', JSON.stringify({ ...good, unexpected: tenMegabytes }), [
      'body-too-large',
    ]),
  ]
}

const tenMegabytes = 'x'.repeat(10_000_000)

function withPrototype(body: string): string {
  const inner = body.slice(1, -1)
  return `{${inner}${inner === '' ? '' : ','}"__proto__":{"access":"lender"}}`
}

/** Path and query. */
function badPlaces(operation: Operation, sample: Sample): readonly BadRequest[] {
  const params = Object.entries(operation.params).flatMap(([name, schema]) =>
    textsOf(schema).map(
      ({ kind, value }): BadRequest => ({
        kind,
        what: `${name} = ${short(value)}`,
        call: callOf(operation, sample, { params: { [name]: value } }),
        // An empty or very long part of a path is another address, which there is not.
        codes: ['bad-request', 'not-found'],
      }),
    ),
  )
  const query = Object.entries(operation.query).flatMap(([name, schema]) =>
    textsOf(schema).map(
      ({ kind, value }): BadRequest => ({
        kind,
        what: `?${name} = ${short(value)}`,
        call: callOf(operation, sample, { query: { [name]: value } }),
        codes: ['bad-request'],
      }),
    ),
  )
  const good = callOf(operation, sample)
  const join = good.url.includes('?') ? '&' : '?'
  const added = (kind: BadClass, text: string): BadRequest => ({
    kind,
    what: text,
    call: { ...callOf(operation, sample), url: `${good.url}${join}${text}` },
    codes: ['bad-request'],
  })
  const address = (url: string, codes: readonly ProblemCode[]): BadRequest => ({
    kind: 'bad-address',
    what: url,
    call: { ...callOf(operation, sample), url },
    codes,
  })
  const [path = ''] = good.url.split('?')
  return [
    ...params,
    ...query,
    added('unknown-field', 'unexpected=1'),
    ...Object.keys(operation.query).map((name) => added('wrong-type', `${name}=1&${name}=2`)),
    ...operation.requiredQuery.map(
      (name): BadRequest => ({
        kind: 'missing-field',
        what: `?${name}`,
        call: { ...callOf(operation, sample), url: path },
        codes: ['bad-request'],
      }),
    ),
    address(`${path}/%zz`, ['bad-request']),
    address(`${path}/nothing-here`, ['not-found', 'bad-request']),
    address(`${path}/${'x'.repeat(3000)}`, ['not-found', 'bad-request']),
  ]
}

function textsOf(schema: JsonSchema): readonly { readonly kind: BadKind; readonly value: string }[] {
  const numbers = schema.pattern !== undefined && new RegExp(schema.pattern).test('7')
  const refused = (value: string) => schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)
  const ofNumbers = [
    { kind: 'zero', value: '0' },
    { kind: 'negative', value: '-1' },
    { kind: 'too-large', value: '9'.repeat(30) },
    { kind: 'three-decimals', value: '1.005' },
  ] as const
  return [
    ...badValues(schema).flatMap(({ kind, value }) =>
      // Half a character cannot stand in an address.
      typeof value === 'string' && value !== '\ud800' ? [{ kind, value }] : [],
    ),
    ...(numbers ? ofNumbers.filter(({ value }) => refused(value)) : []),
  ]
}

function badKeys(operation: Operation, sample: Sample): readonly BadRequest[] {
  if (!operation.keyed) return []
  const good = callOf(operation, sample)
  const { 'idempotency-key': _left, ...without } = good.headers
  const codes = ['idempotency-key-missing'] as const
  return [
    { kind: 'bad-key', what: 'no key', call: { ...good, headers: without }, codes },
    ...['', 'short', 'x'.repeat(101), 'with a space', '钥匙钥匙钥匙钥匙', 'a,b,c,d,e,f'].map(
      (key): BadRequest => ({
        kind: 'bad-key',
        what: key,
        call: { ...good, headers: { ...good.headers, 'idempotency-key': encodeHeader(key) } },
        codes,
      }),
    ),
  ]
}

/** Bytes of a header are Latin-1. */
function encodeHeader(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

function badIds(operation: Operation, sample: Sample): readonly BadRequest[] {
  const codes = ['not-found'] as const
  return Object.entries(sample.another ?? {}).flatMap(([name, theirs]) => {
    const change = (value: string): Partial<Sample> =>
      name in operation.params ? { params: { [name]: value } } : { body: { ...sample.body, [name]: value } }
    return [
      { kind: 'unknown-id', what: name, call: callOf(operation, sample, change(unknownLike(theirs))), codes },
      { kind: "another's-id", what: name, call: callOf(operation, sample, change(theirs)), codes },
    ] as const
  })
}

/** Nobody's: of the same form, never given out. */
function unknownLike(value: string): string {
  if (/^[0-9a-f]{32}$/.test(value)) return randomBytes(16).toString('hex')
  if (/^1[3-9][0-9]{9}$/.test(value)) return '19999999999'
  return randomUUID()
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 40 ? `${text.slice(0, 40)}… (${text.length})` : text
}

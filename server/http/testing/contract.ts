import type { App } from '../app.ts'

/** The parts of JSON Schema that our contract uses. */
export type JsonSchema = {
  readonly type?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly pattern?: string
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly examples?: readonly unknown[]
}

export type Access = 'anyone' | 'borrower' | 'lender'

/** One method of one path, as the contract says it. */
export type Operation = {
  /** `POST /v1/me/drawdowns`: paths with `{id}`. */
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly access: Access
  readonly params: Readonly<Record<string, JsonSchema>>
  readonly query: Readonly<Record<string, JsonSchema>>
  readonly requiredQuery: readonly string[]
  /** It is a command: the caller makes an Idempotency-Key. */
  readonly keyed: boolean
  readonly body: JsonSchema | undefined
  readonly answers: Readonly<Record<string, JsonSchema>>
}

/** Every operation of `/openapi.json`, read from the running app. */
export async function readContract(app: App): Promise<readonly Operation[]> {
  const answer = await app.inject('/openapi.json')
  const document: Document = answer.json()
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, entry]) => operationOf(path, method, entry)),
  )
}

type Parameter = {
  readonly in: 'path' | 'query' | 'header'
  readonly name: string
  readonly required?: boolean
  readonly schema: JsonSchema
}

type Content = { readonly content?: { readonly 'application/json'?: { readonly schema: JsonSchema } } }

type Entry = {
  readonly security?: readonly Readonly<Record<string, unknown>>[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: Content
  readonly responses: Readonly<Record<string, Content>>
}

type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, Entry>>>> }

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

function operationOf(path: string, verb: string, entry: Entry): Operation {
  const method = methods.find((one) => one === verb.toUpperCase())
  if (method === undefined) throw new Error(`${verb} ${path}: a method that the tests don't know`)
  const parameters = entry.parameters ?? []
  const place = (where: Parameter['in']) =>
    Object.fromEntries(parameters.filter((one) => one.in === where).map((one) => [one.name, one.schema]))
  return {
    name: `${method} ${path}`,
    method,
    path,
    access: accessOf(path, entry),
    params: place('path'),
    query: place('query'),
    requiredQuery: parameters.filter((one) => one.in === 'query' && one.required).map((one) => one.name),
    keyed: 'idempotency-key' in place('header'),
    body: entry.requestBody?.content?.['application/json']?.schema,
    answers: Object.fromEntries(
      Object.entries(entry.responses).flatMap(([status, response]) => {
        const schema = response.content?.['application/json']?.schema
        return schema === undefined ? [] : [[status, schema]]
      }),
    ),
  }
}

function accessOf(path: string, { security }: Entry): Access {
  const [scheme] = security ?? []
  if (security === undefined) throw new Error(`${path} does not say who may call it`)
  if (scheme === undefined) return 'anyone'
  if ('borrower' in scheme) return 'borrower'
  if ('lender' in scheme) return 'lender'
  throw new Error(`${path}: a security scheme that the tests don't know`)
}

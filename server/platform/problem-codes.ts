/** The one table of codes that a problem may carry; `docs/reference/problem-codes.md` is held equal to it by a test. */
export const problemCodes = {
  'bad-request': {
    status: 400,
    means: 'The body, query or path does not fit the contract; reasons name each field.',
  },
  'body-not-json': { status: 400, means: 'The body is not JSON.' },
  'body-too-large': { status: 413, means: 'The body is larger than 64 KiB.' },
  'unsupported-media-type': { status: 415, means: 'The body is not application/json.' },
  'idempotency-key-missing': {
    status: 400,
    means: 'A command needs the header Idempotency-Key: 8 to 100 of letters, digits, hyphens, underscores.',
  },
  'idempotency-key-reused': {
    status: 409,
    means: 'This key was used before for another command or other content.',
  },
  'not-signed-in': { status: 401, means: 'No session or token, or it has expired.' },
  'code-wrong': { status: 401, means: 'The one-time code is wrong, used, expired, or was tried too often.' },
  'step-up-needed': { status: 403, means: 'This needs a fresh one-time code: request a step-up first.' },
  'not-allowed': { status: 403, means: 'The role of the caller does not include this.' },
  'cross-site': { status: 403, means: 'A browser sent this from another site.' },
  'not-found': { status: 404, means: 'There is no such thing, or it is not yours.' },
  'too-many-requests': {
    status: 429,
    means: 'Too many attempts; the header Retry-After says when to come back.',
  },
  'entry-refused': { status: 409, means: 'No line can be opened now; reasons say why.' },
  'invitation-refused': { status: 409, means: 'This customer cannot be offered that; reasons say why.' },
  'phone-in-use': { status: 409, means: 'Another customer has this phone.' },
  'card-in-use': { status: 409, means: 'This card is already bound under another id.' },
  'drawdown-refused': { status: 409, means: 'The drawdown is refused; reasons say why, all at once.' },
  'repayment-refused': { status: 409, means: 'The repayment is refused; reasons say why, all at once.' },
  'quote-refused': {
    status: 409,
    means: 'No payoff quote can be given now; reasons say why and when it clears.',
  },
  'refund-refused': { status: 409, means: 'No refund can be made now; reasons say why.' },
  'mandate-refused': { status: 409, means: 'The mandate cannot be signed; reasons say why.' },
  'fee-refused': { status: 409, means: 'The fee cannot be charged; reasons say why.' },
  'closing-refused': {
    status: 409,
    means: 'The line cannot close now; blockers hold every reason, amount, actor, time and cure.',
  },
  'closing-order-open': { status: 409, means: 'Another closing order of this line is open.' },
  'closing-order-executed': { status: 409, means: 'The line is closed: past the point of no return.' },
  'closing-order-withdrawn': { status: 409, means: 'This order was withdrawn; make a new one.' },
  'id-in-use': { status: 409, means: 'This id already names something else of yours.' },
  'clock-not-forward': {
    status: 409,
    means: 'A sandbox clock only moves forward, at most 400 days at a time.',
  },
  'sms-not-configured': { status: 503, means: 'No way to send messages is configured here.' },
  'callback-refused': { status: 401, means: "The callback's signature, time or form does not hold." },
  unavailable: {
    status: 503,
    means: 'A part that this needs is down; nothing was changed, the same call may be made again.',
  },
  internal: {
    status: 500,
    means: 'Our fault. Nothing was changed, or the whole was; the same key tells which.',
  },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly means: string }>>

export type ProblemCode = keyof typeof problemCodes

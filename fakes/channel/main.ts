import { parseArgs } from 'node:util'
import { Bank } from './bank.ts'
import { Runner } from './callbacks.ts'
import { openJournal } from './journal.ts'
import { sandboxKeys } from './sandbox-keys.ts'
import { channelServer } from './server.ts'
import { privateKey, publicKey } from './wire.ts'

/**
 * A stand-in for the bank-direct channel, as a process of its own, on the loopback address:
 * `node --import tsx fakes/channel/main.ts --port 0 --data FOLDER`. Prints `ready <port>` once it answers.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: process.env.CHANNEL_PORT ?? '0' },
    data: { type: 'string', default: process.env.CHANNEL_DATA ?? '.jieqing/fake-channel' },
    'notify-url': { type: 'string', default: process.env.CHANNEL_NOTIFY_URL ?? '' },
    // With it the fake ends when its standard input does: it does not outlive a parent that was killed.
    'with-parent': { type: 'boolean', default: false },
    'amount-triggers': { type: 'string', default: process.env.CHANNEL_AMOUNT_TRIGGERS ?? 'on' },
  },
})

const bankKeyText = process.env.CHANNEL_BANK_PRIVATE_KEY ?? sandboxKeys.bankPrivate
const bankKey = privateKey(bankKeyText)
const lenderKey = publicKey(process.env.CHANNEL_LENDER_PUBLIC_KEY ?? sandboxKeys.lenderPublic)

const journal = openJournal(values.data)
const bank = new Bank(journal, {
  secret: Buffer.from(bankKeyText),
  ...(values['notify-url'] === '' ? {} : { defaultNotifyUrl: new URL(values['notify-url']).href }),
})
// The argument speaks for a new journal; an older one keeps what the sandbox last said.
if (journal.entries.length === 0) bank.setAmountTriggers(values['amount-triggers'] !== 'off')

const runner = new Runner(bank, bankKey)
const app = channelServer({ bank, runner, bankKey, lenderKey })
await app.listen({ host: '127.0.0.1', port: Number(values.port) })
const address = app.server.address()
if (address === null || typeof address === 'string') throw new Error('no port')
process.stdout.write(`ready ${address.port}\n`)
void runner.catchUp()

if (values['with-parent']) process.stdin.resume().once('end', () => process.exit(0))

// Every line of the journal was written before it was answered for: there is nothing to finish.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0))

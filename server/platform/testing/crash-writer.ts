import { openDatabases } from '../database/databases.ts'
import { connect } from '../database/pool.ts'

// Opens the databases of JIEQING_HOME and commits 1, 2, 3 and so on to both, going on where an earlier life stopped,
// until somebody kills it. A number is on standard output only when it is committed, so whoever did the killing knows
// what must still be there.
process.stdout.write('opening\n')
const databases = await openDatabases(process.env)
const main = connect(databases.mainUrl)
const keys = connect(databases.keysUrl)
for (const database of [main, keys]) {
  await database.rows('create table if not exists written (n bigint primary key)')
}
for (;;) {
  const [inMain, inKeys] = await Promise.all(
    [main, keys].map((database) =>
      database.transaction((trx) =>
        trx.one<{ n: bigint }>('insert into written select coalesce(max(n), 0) + 1 from written returning n'),
      ),
    ),
  )
  process.stdout.write(`written ${inMain?.n} ${inKeys?.n}\n`)
}

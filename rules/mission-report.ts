import { finishedIds, testsByMission } from './mission.ts'

// `npm run mission`: each id of the finished issues with the tests that name it; an id without one ends with 1.
const tests = testsByMission()
const without: string[] = []
for (const id of finishedIds()) {
  const named = tests.get(id) ?? []
  if (named.length === 0) without.push(id)
  console.log(`${id}: ${named.length === 0 ? 'NO TEST' : `${named.length} tests`}`)
  for (const { file, title } of named) console.log(`  ${file}: ${title}`)
}
if (without.length > 0) {
  console.error(`no test names ${without.join(', ')}`)
  process.exitCode = 1
}

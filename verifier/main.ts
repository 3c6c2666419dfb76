import { verifyCommand } from './command.ts'

const { exit, out, err } = verifyCommand(process.argv.slice(2), process.env)
process.stdout.write(out)
process.stderr.write(err)
process.exitCode = exit

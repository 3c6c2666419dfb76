import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'vite'
import { nodeCrypto } from '../crypto-node.ts'
import { readPolicy } from '../policy.ts'

/**
 * The page as one file that works when it is opened from a disk: a classic script, no modules, nothing to load. Its own rule (CSP) lets
 * nothing run or load but what is in it. `policy`: the trust policy that is built in; without one the page asks for it.
 */
export async function buildPage(policy?: string): Promise<string> {
  // A page with a policy that it cannot read would refuse everything, and only later.
  if (policy !== undefined) readPolicy(nodeCrypto, policy)
  const script = await bundle()
  const style = readFileSync(new URL('./page.css', import.meta.url), 'utf8')
  const rule = [
    "default-src 'none'",
    `script-src '${sha256(script)}'`,
    `style-src '${sha256(style)}'`,
    'img-src blob: data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${rule}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>核验结清销户证明</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<script type="application/json" id="built-in-policy">${(policy ?? '').replaceAll('<', '\\u003c')}</script>
<script>${script}</script>
</body>
</html>
`
}

async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    root: fileURLToPath(new URL('.', import.meta.url)),
    build: {
      write: false,
      target: 'es2022',
      lib: {
        entry: fileURLToPath(new URL('./page.ts', import.meta.url)),
        formats: ['iife'],
        name: 'JieqingVerify',
      },
    },
  })
  const [first] = Array.isArray(built) ? built : [built]
  if (first === undefined || !('output' in first)) throw new Error('the page was not built')
  const [chunk, ...more] = first.output
  if (more.length > 0) throw new Error('the page is more than one file')
  // Text that would end the script before its end.
  return `${chunk.code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--')}`
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      policy: { type: 'string' },
      out: { type: 'string', default: fileURLToPath(new URL('../dist/verify.html', import.meta.url)) },
    },
  })
  mkdirSync(dirname(values.out), { recursive: true })
  const page = await buildPage(values.policy === undefined ? undefined : readFileSync(values.policy, 'utf8'))
  writeFileSync(values.out, page)
  process.stdout.write(`${values.out} ${page.length} characters\n`)
}

import { check } from '@jieqing/verifier/check'
import { nodeCrypto } from '@jieqing/verifier/crypto-node'
import { readPng } from '@jieqing/verifier/picture-png'
import { readPolicy } from '@jieqing/verifier/policy'
import { extractText, getDocumentProxy } from 'unpdf'
import { describe, expect, test } from 'vitest'
import { Personal } from '../platform/personal.ts'
import { certificatePdf } from './pdf.ts'
import { exampleClosure, exampleSigner, vector, vectors } from './testing/examples.ts'

const paper = {
  closure: exampleClosure(),
  signed: Buffer.from(vector('closure').signed, 'hex'),
  kid: exampleSigner().kid,
  issuerTitle: { zh: '示例消费金融有限公司', en: 'Example Consumer Finance' },
  holder: new Personal('张三'),
}
const settings = {
  crypto: nodeCrypto,
  readPicture: readPng,
  policy: readPolicy(nodeCrypto, JSON.stringify(vectors.policy)),
}

describe('L3 the certificate on paper', () => {
  test('carries the signed statement and its proof, and is checked by them', async () => {
    const pdf = await certificatePdf({ ...paper, proof: vector('closure').proof })
    expect(check(pdf, settings)).toMatchObject({
      verdict: 'valid',
      facts: { format: 'pdf', log: { proof: 'verified' } },
    })
    expect(check(await certificatePdf(paper), settings)).toMatchObject({
      verdict: 'valid',
      facts: { log: { proof: 'not-given' } },
    })
    expect(pdf.length).toBeLessThan(200_000)
  })

  test('says everything in both languages, as text that can be copied', async () => {
    const pdf = await certificatePdf(paper)
    const document = await getDocumentProxy(Uint8Array.from(pdf))
    const { text } = await extractText(document, { mergePages: false })
    const [chinese = '', english = ''] = text.map((page) => page.replace(/\s+/g, ' '))
    for (const words of [
      '结清销户证明',
      '示例消费金融有限公司',
      '张三',
      '客户主动关闭',
      '已结清',
      '2023-04-01',
      '短信通知送达',
      '争议解决条款',
      '不自动终止',
      '生物识别信息',
      '12378',
      'jieqing-verify',
    ]) {
      expect(chinese).toContain(words)
    }
    for (const words of [
      'Certificate of settlement and closure',
      'Example Consumer Finance',
      'settled in full',
      '2026-11-22',
      'Message delivered',
      'Dispute resolution',
      'sealed until 2036-11-22: stored and protected',
      '400-000-0000',
    ]) {
      expect(english).toContain(words)
    }
    expect(text.length).toBe(2)
  })

  test('never says that all data are erased', async () => {
    const document = await getDocumentProxy(Uint8Array.from(await certificatePdf(paper)))
    const { text } = await extractText(document, { mergePages: true })
    expect(text).not.toMatch(/all data|no trace|全部删除|彻底清除|无痕/i)
  })

  test('the same paper gives the same file', async () => {
    const [first, second] = await Promise.all([certificatePdf(paper), certificatePdf(paper)])
    expect(Buffer.compare(first, second)).toBe(0)
  })
})

/** C2SP tlog-proof: what a borrower keeps beside the certificate, `NAME.tlog-proof`. The checkpoint goes in as it was signed. */
export function proofFile(index: number, path: readonly Uint8Array[], checkpoint: string): string {
  const hashes = path.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('')
  return `c2sp.org/tlog-proof@v1\nindex ${index}\n${hashes}\n${checkpoint}`
}

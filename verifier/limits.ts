/** What is read at most. They keep the work for any input below 64 MiB and two seconds; a certificate is far below each. */
export const limits = {
  /** Bytes of a file of any kind. */
  file: 4 * 1024 * 1024,
  /** Bytes of a signed statement. */
  signed: 8192,
  /** Bytes of the payload in it. */
  payload: 4096,
  /** Arrays and maps inside each other. */
  depth: 6,
  /** Characters of a QR code's text: version 40 at level L. */
  qrText: 4296,
  /** Pixels of a picture: a page scanned at 150 dots an inch, a telephone's screen. */
  pixels: 2_600_000,
  /** Pixels that are searched for a code; a larger picture is scaled down to them. */
  searched: 1_300_000,
  /** Bytes of its pixels: in colour with opacity that is a smaller picture than in grey. */
  pixelBytes: 6_800_000,
  /** Pixels of its longer side. */
  side: 4096,
  /** Bytes of a proof file. */
  proof: 32_768,
  /** Signature lines of a checkpoint; the specification asks for at least 16. */
  signatures: 64,
  /** Attachments of a PDF that are looked at. */
  attachments: 32,
} as const

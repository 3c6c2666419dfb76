import decodeQR from 'qr/decode.js'
import { limits } from './limits.ts'
import { Refused } from './reasons.ts'

/** Four bytes a pixel, red, green, blue and opacity. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array | Uint8ClampedArray
}

/** The text of the QR code on a picture. */
export function qrTextOf(picture: Picture): string {
  const { width, height, data } = picture
  if (width > limits.side || height > limits.side || width * height > limits.pixels) {
    throw new Refused('picture-too-large')
  }
  try {
    return decodeQR({ width, height, data })
  } catch {
    // The library throws for every picture that it finds no code on, and for nothing else that could be told apart.
    throw new Refused('picture-without-qr')
  }
}

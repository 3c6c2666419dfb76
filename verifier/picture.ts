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
    return decodeQR(width * height > limits.searched ? smaller({ width, height, data }) : picture)
  } catch {
    // The library throws for every picture that it finds no code on, and for nothing else that could be told apart.
    throw new Refused('picture-without-qr')
  }
}

/** In grey, each pixel the nearest of the larger picture: enough for squares of three pixels and more. */
function smaller({ width, height, data }: Picture): Picture {
  const scale = Math.sqrt(limits.searched / (width * height))
  const columns = Math.floor(width * scale)
  const rows = Math.floor(height * scale)
  const shrunk = new Uint8Array(columns * rows * 4)
  let to = 0
  for (let y = 0; y < rows; y++) {
    const line = Math.floor((y + 0.5) / scale) * width
    for (let x = 0; x < columns; x++) {
      const from = (line + Math.floor((x + 0.5) / scale)) * 4
      const grey = Math.floor(((data[from] ?? 0) + (data[from + 1] ?? 0) + (data[from + 2] ?? 0)) / 3)
      shrunk[to] = grey
      shrunk[to + 1] = grey
      shrunk[to + 2] = grey
      shrunk[to + 3] = 255
      to += 4
    }
  }
  return { width: columns, height: rows, data: shrunk }
}

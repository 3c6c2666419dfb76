/** C2SP tlog-tiles: where the tile `index` of `level` lies; `width` 1 to 255 names a partial one, 256 the full one. */
export function tilePath(level: number, index: number, width: number): string {
  return `tile/${level}/${indexPath(index)}${width === 256 ? '' : `.p/${width}`}`
}

/** The bundle of the entries under tile `index` of level 0. */
export function bundlePath(index: number, width: number): string {
  return `tile/entries/${indexPath(index)}${width === 256 ? '' : `.p/${width}`}`
}

export const checkpointPath = 'checkpoint'

/** 1234067 is x001/x234/067. */
function indexPath(index: number): string {
  let path = String(index % 1000).padStart(3, '0')
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`
  }
  return path
}

/** How many hashes the last tile of a level has in a tree of `size`; 0 where the level ends with a full tile or is empty. */
export function partialWidth(level: number, size: number): number {
  return Math.floor(size / 256 ** level) % 256
}

/** How many full tiles a level has in a tree of `size`. */
export function fullTiles(level: number, size: number): number {
  return Math.floor(size / 256 ** (level + 1))
}

import { FactoryError } from '../../model/index.ts';
import { nodeHash, type NodeReader } from './merkle-tree.ts';

/** Levels of the tree in one tile, which is all that databases serve (https://go.dev/design/25530-sumdb#checksum-database). */
const TILE_HEIGHT = 8;
const TILE_WIDTH = 2 ** TILE_HEIGHT;
const HASH_BYTES = 32;

/** Reads a file of the database by its path, undefined where there is none; nothing of it is verified. */
export type ReadFile = (path: string) => Promise<Uint8Array | undefined>;

interface Tile {
  readonly level: number;
  readonly number: number;
  readonly width: number;
}

/** A file that has to be there. */
export async function readPresent(read: ReadFile, path: string): Promise<Uint8Array> {
  const bytes = await read(path);
  if (bytes === undefined) {
    throw new FactoryError('SUMDB_RECORD_INVALID', `cannot use the checksum database: it has no ${path}`, {
      hint: 'the release may be newer than what the database was told of: run again later',
    });
  }
  return bytes;
}

/** Nodes of a tree with `size` records, made of what its tiles hold. */
export function tileNodes(size: number, read: ReadFile): NodeReader {
  return async (level, index) => {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const width = 2 ** (level - tileLevel * TILE_HEIGHT);
    const first = index * width;
    const number = Math.floor(first / TILE_WIDTH);
    const tile = { level: tileLevel, number, width: tileWidth(size, tileLevel, number) };
    const bytes = await readTile(tile, read);
    const offset = (first % TILE_WIDTH) * HASH_BYTES;
    const hashes = bytes.subarray(offset, offset + width * HASH_BYTES);
    if (hashes.byteLength < width * HASH_BYTES) {
      throw new FactoryError(
        'SUMDB_PROOF_INVALID',
        `cannot use the checksum database: ${tilePath(tile)} is too short`,
      );
    }
    return subtreeHash(hashes);
  };
}

/** A part of a tile may be dropped once the tile is full, and begins as it does (golang.org/x/mod/sumdb, Client). */
async function readTile(tile: Tile, read: ReadFile): Promise<Uint8Array> {
  return (await read(tilePath(tile))) ?? readPresent(read, tilePath({ ...tile, width: TILE_WIDTH }));
}

/** A tile at the right edge of the tree has only as many hashes as there are. */
function tileWidth(size: number, level: number, number: number): number {
  const hashes = Math.floor(size / 2 ** (level * TILE_HEIGHT));
  return Math.min(TILE_WIDTH, hashes - number * TILE_WIDTH);
}

/** `tile/8/0/x001/x234/067.p/1`: in groups of three digits, all but the last marked with an x. */
export function tilePath(tile: Tile): string {
  const digits = String(tile.number).padStart(Math.ceil(String(tile.number).length / 3) * 3, '0');
  const groups = digits.match(/\d{3}/g) ?? [];
  const number = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  const part = tile.width < TILE_WIDTH ? `.p/${tile.width}` : '';
  return `tile/${TILE_HEIGHT}/${tile.level}/${number}${part}`;
}

function subtreeHash(hashes: Uint8Array): Uint8Array {
  if (hashes.byteLength === HASH_BYTES) {
    return hashes;
  }
  const middle = hashes.byteLength / 2;
  return nodeHash(subtreeHash(hashes.subarray(0, middle)), subtreeHash(hashes.subarray(middle)));
}

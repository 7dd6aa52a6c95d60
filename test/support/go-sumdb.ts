import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

export const SUMDB_NAME = 'sum.example.org';

/** A checksum database of its own key: records, tree, tiles and signed notes as golang.org/x/mod/sumdb serves them. */
export interface FakeSumdb {
  /** For GOSUMDB. */
  readonly key: string;
  /** Adds a record and gives its number. */
  add(record: string): number;
  /** What it answers below its URL; undefined for a path it does not have. */
  answer(path: string): Buffer | undefined;
  /** The signed tree of its first records, or of other ones. */
  note(size: number, others?: readonly string[]): string;
}

const TILE_WIDTH = 256;

export function createSumdb(): FakeSumdb {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const key = Buffer.concat([Buffer.from([1]), raw]);
  const id = createHash('sha256').update(`${SUMDB_NAME}\n`).update(key).digest().subarray(0, 4);
  const records: string[] = [];

  function note(size: number, others: readonly string[] = records): string {
    const root = treeOf(others.slice(0, size)).toString('base64');
    return signNote(`go.sum database tree\n${size}\n${root}\n`, id, privateKey);
  }

  function lookup(what: string): Buffer | undefined {
    const number = records.findIndex((record) => record.startsWith(`${what.replace('@', ' ')} `));
    return number < 0
      ? undefined
      : Buffer.from(`${number}\n${records[number] ?? ''}\n${note(records.length)}`);
  }

  return {
    key: `${SUMDB_NAME}+${id.toString('hex')}+${key.toString('base64')}`,
    add: (record) => records.push(record) - 1,
    answer: (path) => {
      const [, level, number = '', width = String(TILE_WIDTH)] =
        /^tile\/8\/(\d+)\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d+))?$/.exec(path) ?? [];
      if (level !== undefined) {
        const first = Number(number.replaceAll(/[x/]/g, '')) * TILE_WIDTH;
        return tile(records, Number(level), { first, width: Number(width) });
      }
      return path === 'supported' ? Buffer.alloc(0) : lookup(path.replace('lookup/', ''));
    },
    note,
  };
}

export function signNote(text: string, id: Uint8Array, key: KeyObject): string {
  const signature = Buffer.concat([id, sign(undefined, Buffer.from(text), key)]).toString('base64');
  return `${text}\n— ${SUMDB_NAME} ${signature}\n`;
}

/** Hashes of complete subtrees; nothing where the tree does not have as many, nor a part of a tile that is full. */
function tile(
  records: readonly string[],
  level: number,
  { first, width }: { readonly first: number; readonly width: number },
): Buffer | undefined {
  const size = TILE_WIDTH ** level;
  const complete = Math.floor(records.length / size) - first;
  if (width > complete || (width < TILE_WIDTH && complete >= TILE_WIDTH)) {
    return undefined;
  }
  const nodes = Array.from({ length: width }, (_, at) =>
    treeOf(records.slice((first + at) * size, (first + at + 1) * size)),
  );
  return Buffer.concat(nodes);
}

/** RFC 6962 section 2.1, as it is written there. */
export function treeOf(records: readonly string[]): Buffer {
  const [first = ''] = records;
  if (records.length === 1) {
    return createHash('sha256').update('\0').update(first).digest();
  }
  const middle = 2 ** Math.floor(Math.log2(records.length - 1));
  const [left, right] = [treeOf(records.slice(0, middle)), treeOf(records.slice(middle))];
  return createHash('sha256').update('\x01').update(left).update(right).digest();
}

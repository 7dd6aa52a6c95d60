import type { FileStore } from '../../host/file-store.ts';
import { FactoryError } from '../../model/index.ts';
import { recordHash, treeHash } from './merkle-tree.ts';
import { openNote, type NoteKey } from './note.ts';
import { readPresent, tileNodes, type ReadFile } from './tiles.ts';

/** The signed, append-only list of what every module version's content is (https://go.dev/ref/mod#checksum-database). */
export interface ChecksumDatabase {
  /** `h1:…` of a module version, proven to be in the signed tree. */
  sum(module: string, version: string): Promise<string>;
}

export interface ChecksumDatabaseDeps {
  readonly key: NoteKey;
  /** Where the database is found is settled at its first use. */
  readonly read: ReadFile;
  /** Remembers the largest tree seen: a later one must contain it. */
  readonly state: FileStore;
}

interface Tree {
  readonly size: number;
  readonly hash: Buffer;
  readonly note: string;
}

interface Found {
  readonly id: number;
  readonly record: string;
  readonly tree: Tree;
}

export function createChecksumDatabase(deps: ChecksumDatabaseDeps): ChecksumDatabase {
  return {
    sum: async (module, version) => {
      const answer = await readPresent(deps.read, `lookup/${module}@${version}`);
      const found = parseLookup(Buffer.from(answer).toString('utf8'), deps.key);
      await assertIncluded(found, deps);
      await assertSameHistory(found.tree, deps);
      return sumIn(found.record, `${module} ${version}`);
    },
  };
}

/** Number of the record, its lines, an empty line, and the signed note of a tree that has it. */
function parseLookup(answer: string, key: NoteKey): Found {
  const [, id = '', record = '', note = ''] = /^(\d+)\n((?:.+\n)+)\n([^]*)$/.exec(answer) ?? [];
  if (id === '') {
    throw recordInvalid('expected the number of a record, the record and a signed tree, got something else');
  }
  return { id: Number(id), record, tree: parseTree(note, key) };
}

/** Origin, size and hash, each on a line (golang.org/x/mod/sumdb/tlog, FormatTree). */
function parseTree(note: string, key: NoteKey): Tree {
  const text = openNote(note, key);
  const [, size = '', hash = ''] = /^go\.sum database tree\n(\d+)\n([A-Za-z0-9+/]{43}=)\n/.exec(text) ?? [];
  if (size === '' || !Number.isSafeInteger(Number(size))) {
    throw recordInvalid('expected a signed tree with size and hash, got another signed text');
  }
  return { size: Number(size), hash: Buffer.from(hash, 'base64'), note };
}

async function assertIncluded({ id, record, tree }: Found, { read }: ChecksumDatabaseDeps): Promise<void> {
  if (id >= tree.size) {
    throw proofInvalid(`record ${id} is not in its tree of ${tree.size}`);
  }
  const nodes = tileNodes(tree.size, read);
  const hash = await treeHash(0, tree.size, {
    splits: (from, to) => from <= id && id < to,
    read: async (level, index) => (level === 0 && index === id ? recordHash(record) : nodes(level, index)),
  });
  if (!tree.hash.equals(hash)) {
    throw proofInvalid(`record ${id} is not what the signed tree of ${tree.size} has there`);
  }
}

/** The smaller of two trees must be the beginning of the larger one, or the database shows each of us another history. */
async function assertSameHistory(tree: Tree, deps: ChecksumDatabaseDeps): Promise<void> {
  const name = `sumdb ${deps.key.name}`;
  const known = parseRemembered(await deps.state.read(name), deps.key);
  if (known !== undefined) {
    const [older, newer] = known.size <= tree.size ? [known, tree] : [tree, known];
    await assertBeginning(older, newer, deps);
  }
  if (known === undefined || known.size < tree.size) {
    await deps.state.write(name, tree.note);
  }
}

/** A file that is not ours any more, after a change of keys, counts as none. */
function parseRemembered(note: string | undefined, key: NoteKey): Tree | undefined {
  try {
    return note === undefined ? undefined : parseTree(note, key);
  } catch (error) {
    if (error instanceof FactoryError) {
      return undefined;
    }
    throw error;
  }
}

async function assertBeginning(older: Tree, newer: Tree, { read }: ChecksumDatabaseDeps): Promise<void> {
  const inside = {
    splits: (from: number, to: number) => from < older.size && older.size < to,
    read: tileNodes(newer.size, read),
  };
  const hashes = [await treeHash(0, older.size, inside), await treeHash(0, newer.size, inside)] as const;
  if (!older.hash.equals(hashes[0]) || !newer.hash.equals(hashes[1])) {
    throw proofInvalid(`the tree of ${newer.size} does not begin with the tree of ${older.size} seen before`);
  }
}

/** Lines of the record are `module version h1:…` and the same for its go.mod. */
function sumIn(record: string, what: string): string {
  const line = record.split('\n').find((each) => each.startsWith(`${what} `));
  const sum = line?.slice(what.length + 1) ?? '';
  if (!/^h1:[A-Za-z0-9+/]{43}=$/.test(sum)) {
    throw recordInvalid(`expected a record of ${what}, got one of something else`);
  }
  return sum;
}

function recordInvalid(reason: string): FactoryError {
  return new FactoryError('SUMDB_RECORD_INVALID', `cannot use the checksum database: ${reason}`, {
    hint: 'the proxy serves something else below /sumdb/: try another one in GOPROXY',
  });
}

function proofInvalid(reason: string): FactoryError {
  return new FactoryError('SUMDB_PROOF_INVALID', `cannot use the checksum database: ${reason}`, {
    hint: 'the proxy, or the database, changed the record: find out why before you go on',
  });
}

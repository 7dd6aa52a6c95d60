import { expect, test } from 'vitest';
import { fetchTools, toolDigest, type ToolsDeps, type ToolSource } from '../../../src/pipeline/tools.ts';
import type { ToolLock } from '../../../src/model/index.ts';
import {
  lockTools,
  openArchive,
  type OpenArchive,
  type ResolveDeps,
} from '../../../src/stages/resolve/index.ts';
import { createWorld, type World } from '../../support/resolve-world.ts';

const SUITES = { suites: ['trixie'], architectures: ['amd64', 'arm64'] as const };
const REQUESTS = [{ suite: 'trixie', packages: ['sed'], closure: false, exclude: [] }];

function sed(version: string): { readonly name: string; readonly version: string } {
  return { name: 'sed', version };
}

function sourceOf(lock: ToolLock, kept: ToolLock[] = []): ToolSource {
  const keep = (replaced: ToolLock): Promise<void> => Promise.resolve(void kept.push(replaced));
  return { lock, committed: lock, requests: REQUESTS, keep };
}

async function depsOf(world: World): Promise<ToolsDeps & { readonly opened: OpenArchive }> {
  const resolve: ResolveDeps = world.run();
  const opened = await openArchive(SUITES, resolve);
  return {
    resolve,
    opened,
    archive: () => Promise.resolve(opened),
    architecture: 'amd64',
    emit: resolve.emit,
  };
}

test('tools are what their lock says', async () => {
  const deps = await depsOf(await createWorld({ packages: [sed('4.9-1')] }));
  const lock = lockTools({ name: 'toolbox', requests: REQUESTS }, deps.opened);
  const tools = await fetchTools(sourceOf(lock), deps);
  expect(tools.lock).toBe(lock);
  expect([...tools.files.keys()]).toEqual(tools.packages.map(({ sha256 }) => sha256));
});

test('a tool that the archive replaced is locked anew, said aloud, and gives another digest', async () => {
  const world = await createWorld({ packages: [sed('4.9-1')] });
  const before = await depsOf(world);
  const lock = lockTools({ name: 'toolbox', requests: REQUESTS }, before.opened);
  const after = await depsOf(await createWorld({ packages: [sed('4.9-2')] }));
  const kept: ToolLock[] = [];
  const tools = await fetchTools(sourceOf(lock, kept), { ...after, emit: before.emit });
  expect(tools.packages.map(({ version }) => version)).toEqual(['4.9-2']);
  expect(kept).toEqual([tools.lock]);
  expect(toolDigest(tools.lock)).not.toBe(toolDigest(lock));
  expect(world.events).toContainEqual(
    expect.objectContaining({
      kind: 'notice',
      level: 'warn',
      message: expect.stringContaining('locks/toolbox.json is out of date') as string,
    }),
  );
});

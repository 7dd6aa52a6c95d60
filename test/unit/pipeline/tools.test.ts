import { expect, test } from 'vitest';
import { fetchTools, toolDigest, type ToolsDeps, type ToolSource } from '../../../src/pipeline/tools.ts';
import type { ToolLock } from '../../../src/model/index.ts';
import { lockTools, openArchive } from '../../../src/stages/resolve/index.ts';
import { createWorld, type World } from '../../support/resolve-world.ts';

const ARCHITECTURES = ['amd64', 'arm64'] as const;
const REQUESTS = [{ suite: 'trixie', packages: ['sed'], closure: false, exclude: [] }];

function sed(version: string): { readonly name: string; readonly version: string } {
  return { name: 'sed', version };
}

function sourceOf(lock: ToolLock, kept: ToolLock[] = []): ToolSource {
  const keep = (replaced: ToolLock): Promise<void> => Promise.resolve(void kept.push(replaced));
  return { lock, committed: lock, requests: REQUESTS, keep };
}

function depsOf(world: World): ToolsDeps {
  const resolve = world.run();
  const archive = openArchive({ architectures: ARCHITECTURES }, resolve);
  return { resolve, archive, architecture: 'amd64', emit: resolve.emit };
}

test('tools are what their lock says', async () => {
  const deps = depsOf(await createWorld({ packages: [sed('4.9-1')] }));
  const lock = await lockTools({ name: 'toolbox', requests: REQUESTS }, deps.archive);
  const tools = await fetchTools(sourceOf(lock), deps);
  expect(tools.lock).toBe(lock);
  expect([...tools.files.keys()]).toEqual(tools.packages.map(({ sha256 }) => sha256));
});

test('a tool that the archive replaced is locked anew, said aloud, and gives another digest', async () => {
  const world = await createWorld({ packages: [sed('4.9-1')] });
  const before = depsOf(world);
  const lock = await lockTools({ name: 'toolbox', requests: REQUESTS }, before.archive);
  const after = depsOf(await createWorld({ packages: [sed('4.9-2')] }));
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

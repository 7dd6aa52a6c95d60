import { describe, expect, test } from 'vitest';
import { fetchTools, toolDigest, type ToolsDeps, type ToolSource } from '../../../src/pipeline/tools.ts';
import type { ToolLock } from '../../../src/model/index.ts';
import { lockTools, openArchive } from '../../../src/stages/resolve/index.ts';
import { createArchive } from '../../support/archive.ts';
import { createWorld, type World } from '../../support/resolve-world.ts';
import { serveSnapshot } from '../../support/snapshot-server.ts';

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

async function lockOf(deps: ToolsDeps): Promise<ToolLock> {
  return lockTools({ name: 'toolbox', requests: REQUESTS }, deps.archive);
}

test('tools are what their lock says', async () => {
  const deps = depsOf(await createWorld({ packages: [sed('4.9-1')] }));
  const lock = await lockOf(deps);
  const tools = await fetchTools(sourceOf(lock), deps);
  expect(tools.lock).toBe(lock);
  expect([...tools.files.keys()]).toEqual(tools.packages.map(({ sha256 }) => sha256));
});

describe('a tool that the mirror replaced', () => {
  /** A lock, and a mirror that has newer tools. */
  async function arrange(snapshot?: string) {
    const lock = await lockOf(depsOf(await createWorld({ packages: [sed('4.9-1')] })));
    const world = await createWorld({
      packages: [sed('4.9-2')],
      ...(snapshot !== undefined && { snapshot }),
    });
    const kept: ToolLock[] = [];
    return { lock, world, kept, source: sourceOf(lock, kept) };
  }

  test.each([{ locked: false }, { locked: true }])(
    'is taken from the snapshot archive: %o',
    async ({ locked }) => {
      const old = await createArchive({ packages: [sed('4.9-1')] });
      const { url } = await serveSnapshot({ '20261122T060000Z': old });
      const { lock, world, kept, source } = await arrange(url);
      const tools = await fetchTools(source, { ...depsOf(world), locked });
      expect({ lock: tools.lock, kept }).toEqual({ lock, kept: [] });
      expect(tools.packages.map(({ version }) => version)).toEqual(['4.9-1']);
    },
  );

  test('and is nowhere else is locked anew, said aloud, and gives another digest', async () => {
    const { lock, world, kept, source } = await arrange();
    const tools = await fetchTools(source, depsOf(world));
    expect(tools.packages.map(({ version }) => version)).toEqual(['4.9-2']);
    expect(kept).toEqual([tools.lock]);
    expect(toolDigest(tools.lock)).not.toBe(toolDigest(lock));
    expect(world.events).toContainEqual({
      kind: 'notice',
      level: 'warn',
      message: expect.stringContaining('locks/toolbox.json is out of date') as string,
    });
  });

  test('and is nowhere else is no reviewed one', async () => {
    const { world, kept, source } = await arrange();
    await expect(fetchTools(source, { ...depsOf(world), locked: true })).rejects.toMatchObject({
      code: 'LOCK_STALE',
      message: expect.stringMatching(
        /^cannot use locks\/toolbox\.json as locked: cannot fetch package "sed" 4\.9-1 \(amd64\): the mirror does not have /,
      ) as string,
      hint: 'run `ingot lock --tools`, and review what changed',
    });
    expect(kept).toEqual([]);
  });
});

import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { changeJson, copyRepository, freshMachine } from '../support/ingot.ts';
import { mountsOf, processesOf } from '../support/leftovers.ts';
import { toolPath } from '../support/tools.ts';

// fills the cache that fresh machines share
beforeAll(async () => {
  await toolPath('cosign');
});

describe('tools that vanished from the mirror', () => {
  it.each([
    ['toolbox-trixie', 'sed'],
    ['builder', 'runc'],
  ])('are locked anew, the %s too, and the next run finds nothing to do', async (name, vanished) => {
    const late = await freshMachine();
    try {
      const repository = await copyRepository(late.folder);
      await changeJson(join(repository, 'locks', `${name}.json`), (lock) => {
        const packages = Object.values(
          lock['architectures'] as Record<string, Record<string, string>[]>,
        ).flat();
        for (const locked of packages.filter((each) => each['name'] === vanished)) {
          locked['path'] = `${String(locked['path']).slice(0, -'.deb'.length)}+gone.deb`;
          locked['sha256'] = `sha256:${'1'.repeat(64)}`;
        }
      });
      const first = await late.ingot(['nightly', 'static'], { repository });
      expect(first.output).toContain(`locks/${name}.json is out of date`);
      expect(first.output).toContain('1 released');
      const plan = await late.ingot(['plan', 'static'], { repository });
      expect(plan.output).toContain('nothing to do');
    } finally {
      await late.remove();
    }
  });
});

describe('a Debian release that the mirror does not have', () => {
  it('fails its images, and the others are released', async () => {
    const machine = await freshMachine();
    try {
      const repository = await copyRepository(machine.folder);
      await changeJson(join(repository, 'images/python.json'), ({ tracks }) => {
        for (const track of tracks as Record<string, string>[]) {
          track['suite'] = track['suite'] === 'bookworm' ? 'bokworm' : 'trixie';
        }
      });
      const run = await machine.ingot(['nightly', 'static', 'python-3.11'], { repository });
      expect(run.exitCode).toBe(3);
      const { images } = await machine.report();
      expect(images.map(({ id, outcome, error }) => [id, outcome, error?.code])).toEqual([
        ['python-3.11', 'failed', 'INDEX_INVALID'],
        ['static-13', 'released', undefined],
      ]);
    } finally {
      await machine.remove();
    }
  });
});

describe('a run that is ended', () => {
  it.each<[string, NodeJS.Signals]>([
    ['Ctrl-C', 'SIGINT'],
    ['kill -9', 'SIGKILL'],
  ])('by %s leaves nothing running and nothing unsigned, and the next one goes on', async (_, signal) => {
    const ended = await freshMachine();
    try {
      const started = await ended.startIngot(['nightly', 'static'], 'static-13 render');
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      process.kill(started.pid, signal);
      await started.ended;
      await expect.poll(() => processesOf(ended.folder), { timeout: 10_000 }).toEqual([]);
      expect(await mountsOf([ended.folder, ended.runtimeDir])).toEqual([]);
      await ended.ingot(['nightly', 'static']);
      const { images } = await ended.report();
      expect(images).toMatchObject([{ outcome: 'released', error: null, reasons: [] }]);
      expect(await processesOf(ended.folder)).toEqual([]);
    } finally {
      await ended.remove();
    }
  });
});

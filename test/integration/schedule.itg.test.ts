import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { isRunLocked } from '../../src/host/run-lock.ts';
import { greeterCatalog, type GreeterCatalog } from '../support/greeter-catalog.ts';
import { changeJson, freshMachine, type Machine, type StartedIngot } from '../support/ingot.ts';
import { processesOf } from '../support/leftovers.ts';
import { toolPath } from '../support/tools.ts';

/** Long ago. */
const DUE = '2026-01-01T02:30:00.000Z';

let machine: Machine;
let catalog: GreeterCatalog;
let argv: readonly string[];

/** A catalog whose runs wait for an archive that does not answer, and are never due by themselves. */
beforeAll(async () => {
  await toolPath('cosign');
  machine = await freshMachine();
  catalog = await greeterCatalog(path.join(machine.folder, 'catalog'));
  await rm(path.join(catalog.folder, 'images/static.json'));
  await changeJson(path.join(catalog.folder, 'catalog.json'), (file) => {
    file['schedule'] = { cron: '0 0 29 2 1', 'watch-minutes': 0 };
  });
  catalog.silence();
  argv = ['--catalog', catalog.folder, 'schedule', '--listen', '0'];
});

afterAll(async () => {
  await catalog[Symbol.asyncDispose]();
  await machine.remove();
});

async function noteFile(): Promise<string> {
  const folder = path.join(machine.folder, 'state/ingot/schedule');
  const [name = ''] = await readdir(folder);
  return path.join(folder, name, 'note.json');
}

async function owed(): Promise<unknown> {
  return (JSON.parse(await readFile(await noteFile(), 'utf8')) as { readonly owed: unknown }).owed;
}

/** The process of its run, once that has the cache. */
async function runOf({ pid }: StartedIngot): Promise<number> {
  await vi.waitUntil(() => isRunLocked(path.join(machine.folder, 'cache/ingot')), { timeout: 60_000 });
  return Number(await readFile(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8'));
}

it('a second one in the folder is refused, and told who is there', async () => {
  const first = await machine.startIngot(argv, '"waiting"');
  const second = await machine.ingot(argv);
  expect(second).toMatchObject({
    exitCode: 3,
    output: expect.stringContaining(`another schedule (pid ${String(first.pid)}) runs in`),
  });
  process.kill(first.pid, 'SIGKILL');
  await first.ended;
});

it('what was due while none ran is made up for, also after a kill in that run', async () => {
  await changeJson(await noteFile(), (note) => {
    note['owed'] = { cause: 'schedule', due: DUE, begun: 0 };
  });
  const killed = await machine.startIngot(argv, '"cause":"missed","msg":"run started"');
  const run = await runOf(killed);
  for (const pid of [killed.pid, run]) {
    process.kill(pid, 'SIGKILL');
  }
  await killed.ended;
  expect(await owed()).toEqual({ cause: 'schedule', due: DUE, begun: 1 });
});

it('SIGTERM stops it and its run, which the next one makes', async () => {
  const stopped = await machine.startIngot(argv, '"cause":"missed","msg":"run started"');
  await runOf(stopped);
  process.kill(stopped.pid, 'SIGTERM');
  expect(await stopped.ended).toEqual({ exitCode: 0 });
  expect(await processesOf(machine.folder)).toEqual([]);
  expect(await owed()).toEqual({ cause: 'schedule', due: DUE, begun: 1 });
  const { images } = await machine.report();
  expect(images.map(({ error }) => error?.code)).toEqual(['CANCELLED']);
});

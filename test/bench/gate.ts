import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildInputs, CatalogEntry, Lock, ScanReport, TestReport } from '../../src/model/index.ts';
import { decideGate, lockedAt, type GateFacts } from '../../src/stages/gate/index.ts';
import type { Machine } from '../support/ingot.ts';
import { ownCatalog } from '../support/repository.ts';
import type { Part } from './part.ts';

/** Often enough that the process is warm, as in a night of many images. */
const RUNS = 50;

/** The gate of each image of the night before, in this process: its records, beside a release that holds the same. */
export async function gates(warm: Machine): Promise<Part> {
  const { entries, policy, decisions } = await ownCatalog();
  const { images } = await warm.report();
  const made = entries.filter(({ id }) => images.some((image) => image.id === id));
  const conditions = { policy, decisions, now: new Date() };
  const slowest: number[] = [];
  for (const entry of made) {
    const facts = await factsOf(entry, warm);
    const times = Array.from({ length: RUNS }, () => {
      const startedMs = performance.now();
      decideGate(facts, conditions);
      return performance.now() - startedMs;
    });
    // the first ones warm up
    slowest.push(Math.max(...times.slice(RUNS / 2)));
  }
  const text = Math.max(0, ...slowest).toFixed(2);
  return {
    lines: [`gate of ${String(made.length)} images in a warm process: the slowest took ${text} ms`],
    misses: [],
  };
}

async function factsOf(entry: CatalogEntry, { folder }: Machine): Promise<GateFacts> {
  const read = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, 'out/latest', entry.id, name), 'utf8'));
  const report = (await read('tests.json')) as TestReport;
  const scan = (await read('scan.json')) as ScanReport;
  const lock = (await read('lock.json')) as Lock;
  const inputs = (await read('inputs.json')) as BuildInputs;
  const origin = { lock, inputs };
  const previous = { tag: 'last night', contents: report.contents, origin };
  const compared = { origin, dockerfileOf: () => inputs.dockerfile, previous };
  return { entry, report, scan, ...lockedAt(lock), compared };
}

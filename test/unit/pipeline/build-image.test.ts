import { expect, test } from 'vitest';
import type { RunDeps } from '../../../src/pipeline/deps.ts';
import { buildImage } from '../../../src/pipeline/build-image.ts';
import type { PlannedImage } from '../../../src/pipeline/plan-image.ts';
import type { ToolBench } from '../../../src/pipeline/tool-bench.ts';

const PLANNED = {
  rendered: { locked: { entry: { id: 'python-3.13', track: '3.13', suite: 'trixie' } } },
} as unknown as PlannedImage;

test('a mistake in an image’s own tests is told before its toolbox is made', async () => {
  const made: string[] = [];
  const bench = { toolbox: (suite: string) => made.push(suite) } as unknown as ToolBench;
  const text = "schemaVersion: 2.0.0\ncommandTests: [{ name: a, command: /x, expectedOutput: ['('] }]";
  const structureTests = () => Promise.resolve([{ file: 'stacks/python/structure-test.yaml', text }]);
  const deps = { structureTests } as unknown as RunDeps;
  await expect(buildImage(PLANNED, { deps, bench })).rejects.toMatchObject({
    code: 'CATALOG_INVALID',
    message: expect.stringContaining(
      'stacks/python/structure-test.yaml: commandTests[0].expectedOutput[0]: expected an RE2',
    ) as string,
  });
  expect(made).toEqual([]);
});

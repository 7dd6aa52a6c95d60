import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { BuildId, ImageId, KnownPlan } from '../../../src/model/index.ts';
import { planText } from '../../../src/report/index.ts';
import { REPOSITORY } from '../../support/repository.ts';
import { showsLine, tutorialSteps } from '../../support/tutorial.ts';

test('files and commands of a tutorial, in its order', () => {
  const markdown = [
    'Text.',
    '```json a/b.json',
    '{}',
    '```',
    '```console',
    '$ ingot init x',
    'wrote …',
    '$ cd x',
    '```',
    '```text',
    'no file',
    '```',
  ].join('\n');
  expect(tutorialSteps(markdown)).toEqual([
    { kind: 'file', path: 'a/b.json', content: '{}\n' },
    { kind: 'command', command: 'ingot init x', output: ['wrote …'] },
    { kind: 'command', command: 'cd x', output: [] },
  ]);
});

test.each([
  ['  libpq5 …', '  libpq5 17.12-0+deb13u1', true],
  ['2 released in …', 'x\n2 released in 3 s, target local\n', true],
  ['wrote a.json', 'wrote aXjson', false],
  ['libpq5 …', '  libpq5 17', false],
])('"%s" in %j: %s', (line, output, isShown) => {
  expect(showsLine(output, line)).toBe(isShown);
});

test('the plan that docs/add-a-stack.md shows last is that of a run with nothing to do, and of no other', async () => {
  const steps = tutorialSteps(await readFile(path.join(REPOSITORY, 'docs/add-a-stack.md'), 'utf8'));
  const shown = steps.flatMap((step) =>
    step.kind === 'command' && step.command.startsWith('ingot plan') ? step.output : [],
  );
  const plans = ['perl-5.40', 'python-corp-3.13'].map((id): KnownPlan => ({
    id: id as ImageId,
    action: 'build',
    buildId: 'cd'.repeat(16) as BuildId,
    due: { reasons: [{ kind: 'first-release' }], expected: 'change' },
    moved: [],
  }));
  const kept = planText(plans.map((plan) => ({ ...plan, action: 'keep' })));
  expect(shown.map((line) => [showsLine(kept, line), showsLine(planText(plans), line)])).toEqual([
    [true, false],
    [true, false],
  ]);
});

import { expect, test } from 'vitest';
import { showsLine, tutorialSteps } from '../../support/tutorial.ts';

test('files and commands of a tutorial, in its order', () => {
  const markdown = [
    'Text.',
    '```json a/b.json',
    '{}',
    '```',
    '```console',
    '$ npx ingot init x',
    'wrote …',
    '$ cd x',
    '```',
    '```text',
    'no file',
    '```',
  ].join('\n');
  expect(tutorialSteps(markdown)).toEqual([
    { kind: 'file', path: 'a/b.json', content: '{}\n' },
    { kind: 'command', command: 'npx ingot init x', output: ['wrote …'] },
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

import { expect, test } from 'vitest';
import { parseStructureTest, toRunOptions } from '../../../../../src/stages/test/structure/index.ts';
import type { RunOptions } from '../../../../../src/stages/test/structure/index.ts';
import { substitute } from '../../../../../src/stages/test/structure/subject.ts';

const ENVIRONMENT = new Map([
  ['HOME', '/root'],
  ['A_1', 'x'],
  ['1', 'one'],
]);

test.each([
  { text: '$HOME/bin', expected: '/root/bin' },
  { text: '${HOME}ward', expected: '/rootward' },
  { text: '$A_1$A_1', expected: 'xx' },
  { text: '$NONE.', expected: '.' },
  { text: '$1x', expected: 'onex' },
  { text: '$$HOME', expected: 'HOME' },
  { text: '${}x', expected: 'x' },
  { text: 'costs 5$', expected: 'costs 5$' },
  { text: '$/', expected: '$/' },
])('Go expands $text to $expected', ({ text, expected }) => {
  expect(substitute(text, ENVIRONMENT)).toBe(expected);
});

const SURROUNDINGS = {
  environment: { TOKEN: 'set', EMPTY: '' },
  readBeside: (path: string) => Promise.resolve(`# ${path}\nFROM_FILE='two words'\nTOKEN=file\nNOTHING=\n`),
};

const NOTHING = {
  isPrivileged: false,
  hasTerminal: false,
  environment: {},
  capabilities: [],
  bindMounts: [],
};

function optionsOf(yaml: string): Promise<RunOptions> {
  const parsed = parseStructureTest({ file: 'x', text: `schemaVersion: 2.0.0\n${yaml}` }, '1');
  if (parsed.kind === 'invalid') {
    throw new Error(JSON.stringify(parsed.problems));
  }
  return toRunOptions(parsed.test.containerRunOptions, SURROUNDINGS);
}

test('without options nothing is loosened', async () => {
  expect(await optionsOf('')).toEqual(NOTHING);
});

test('variables come from the file and from the process, unless they are empty', async () => {
  const options = await optionsOf(`
containerRunOptions:
  user: root
  privileged: true
  allocateTty: true
  envFile: test.env
  envVars: [TOKEN, EMPTY, UNSET]
  capabilities: [NET_BIND_SERVICE]
  bindMounts: ['/a:/b']
  network: none
`);
  expect(options).toEqual({
    user: 'root',
    isPrivileged: true,
    hasTerminal: true,
    environment: { FROM_FILE: 'two words', TOKEN: 'set' },
    capabilities: ['NET_BIND_SERVICE'],
    bindMounts: ['/a:/b'],
  });
});

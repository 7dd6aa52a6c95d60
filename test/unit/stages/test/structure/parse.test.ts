import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { problemText } from '../../../../../src/model/index.ts';
import { parseStructureTest } from '../../../../../src/stages/test/structure/index.ts';

const FILE = 'stacks/x/structure-test.yaml';

function problemsOf(text: string): readonly string[] {
  const parsed = parseStructureTest({ file: FILE, text }, '3.13');
  return parsed.kind === 'invalid' ? parsed.problems.map(problemText) : [];
}

function testOf(yaml: string): object {
  const parsed = parseStructureTest({ file: FILE, text: `schemaVersion: 2.0.0\n${yaml}` }, '3.13');
  return parsed.kind === 'parsed' ? parsed.test : parsed;
}

describe('mistakes', () => {
  test('all are reported at once, with field, what was expected and got, and the name of the test', () => {
    const text = `
schemaVersion: 2.0.0
licenceTests: []
commandTests:
  - name: first
    command: /x
    arguments: []
    expectedOutput: ['(', 'ok', '(?=x)']
    exitCode: zero
fileExistenceTests:
  - name: second
    path: relative
    permissions: rw-r--r--
    isExecutableBy: everyone
    shouldExist: 1
metadataTest:
  labels: [{ key: a, value: '[', isRegex: true }]
  envVars: [{ key: a }]
containerRunOptions: { envFile: ../x, bindMounts: [data], network: host }
`;
    expect(problemsOf(text)).toEqual([
      `${FILE}: fileExistenceTests[0].path: expected an absolute path or one that starts with a $VARIABLE, got "relative" in test "second"`,
      `${FILE}: fileExistenceTests[0].shouldExist: expected "true" or "false", got "1" in test "second"`,
      `${FILE}: fileExistenceTests[0].permissions: expected a mode as Go writes it, such as "-rw-r--r--", got "rw-r--r--" in test "second"`,
      `${FILE}: fileExistenceTests[0].isExecutableBy: expected "owner" or "group" or "other" or "any", got "everyone" in test "second"`,
      `${FILE}: metadataTest.envVars[0].value: expected a text, got nothing`,
      `${FILE}: metadataTest.labels[0].value: expected an RE2 regular expression, got "[" (error parsing regexp: missing closing ]: \`[\`)`,
      `${FILE}: containerRunOptions.envFile: expected a file below the folder of this one, got "../x"`,
      `${FILE}: containerRunOptions.bindMounts[0]: expected "/on/host:/in/container", got "data"`,
      `${FILE}: containerRunOptions.network: expected "none", got "host"`,
      `${FILE}: commandTests[0].expectedOutput[0]: expected an RE2 regular expression, got "(" (error parsing regexp: missing closing ): \`(\`) in test "first"`,
      `${FILE}: commandTests[0].expectedOutput[2]: expected an RE2 regular expression, got "(?=x)" (error parsing regexp: invalid or unsupported Perl syntax: \`(?=\`) in test "first"`,
      `${FILE}: commandTests[0].exitCode: expected a whole number, got "zero" in test "first"`,
      `${FILE}: commandTests[0]: expected the keys name, setup, teardown, envVars, expectedOutput, excludedOutput, expectedError, excludedError, exitCode, command, args, got "arguments" in test "first"`,
      expect.stringMatching(`^${FILE}: expected the keys schemaVersion, .* got "licenceTests"$`),
    ]);
  });

  test.each([
    { summary: 'broken YAML', text: 'schemaVersion: 2.0.0\na: [', expected: /: line 2: Flow sequence/ },
    {
      summary: 'a key twice',
      text: 'schemaVersion: 2.0.0\nschemaVersion: 2.0.0',
      expected: /: line 2: Map keys/,
    },
    {
      summary: 'another schema version',
      text: 'schemaVersion: 3.0.0',
      expected: /: schemaVersion: expected "1.0.0" or "2.0.0", got "3.0.0"$/,
    },
    { summary: 'no schema version', text: 'a: b', expected: /: schemaVersion: expected .*, got nothing$/ },
    { summary: 'an empty file', text: '', expected: /: expected an object, got nothing$/ },
    {
      summary: 'a command that is no text',
      text: 'schemaVersion: 2.0.0\ncommandTests: [{ name: a, command: [x] }]',
      expected: /: commandTests\[0\].command: expected a text, got a list in test "a"$/,
    },
    {
      summary: 'a command of schema 1.0.0 that is no list',
      text: 'schemaVersion: 1.0.0\ncommandTests: [{ name: a, command: x }]',
      expected: /: commandTests\[0\].command: expected a list, got "x" in test "a"$/,
    },
    {
      summary: 'a merge key of a text',
      text: 'schemaVersion: 2.0.0\nmetadataTest: { <<: x }',
      expected: /: Merge sources must be maps or map aliases$/,
    },
    {
      summary: 'an empty setup command',
      text: 'schemaVersion: 2.0.0\ncommandTests: [{ name: a, command: x, setup: [[]] }]',
      expected: /: commandTests\[0\].setup\[0\]: expected at least 1, got an empty list in test "a"$/,
    },
  ])('$summary', ({ text, expected }) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(expected)]);
  });
});

describe('{{tag}}', () => {
  test('is the track’s tag wherever it stands, and nothing else in braces is touched', () => {
    expect(
      testOf(`
commandTests: [{ name: 'python {{ tag }}', command: '/usr/bin/python{{tag}}', expectedOutput: ['^\\d{2}{{tag}}'] }]
metadataTest: { envVars: [{ key: VERSION, value: {{tag}} }] }
`),
    ).toMatchObject({
      commandTests: [
        { name: 'python 3.13', command: ['/usr/bin/python3.13'], expectedOutput: ['^\\d{2}3.13'] },
      ],
      metadataTest: { envVars: [{ key: 'VERSION', value: '3.13' }] },
    });
  });

  test('other variables are mistakes with their lines', () => {
    expect(problemsOf('schemaVersion: 2.0.0\n# {{track}} {{tag}} {{#if tag}}\na: {{tag\n')).toEqual([
      `${FILE}: line 2: expected {{tag}} or plain text, got "{{track}}"`,
      `${FILE}: line 2: expected {{tag}} or plain text, got "{{#if tag}}"`,
      `${FILE}: line 3: expected {{tag}} or plain text, got "{{tag"`,
    ]);
  });
});

test('scalars are the texts that stand there, as Go reads them', () => {
  expect(
    testOf(`
commandTests: [{ name: 5, command: true, args: [3.10, null, 0x1F, ~], exitCode: 3 }]
fileExistenceTests: [{ name: a, path: /, uid: 0, shouldExist: false }]
`),
  ).toMatchObject({
    commandTests: [{ name: '5', command: ['true', '3.10', 'null', '0x1F', '~'], exitCode: 3 }],
    fileExistenceTests: [{ uid: 0, shouldExist: false }],
  });
});

test.each([
  ...['y', 'Yes', 'true', 'True', 'TRUE', 'on', 'ON'].map((word) => [word, true] as const),
  ...['n', 'no', 'NO', 'False', 'off', 'Off'].map((word) => [word, false] as const),
])('%s is a truth value, as Go reads it: %s', (word, shouldExist) => {
  expect(testOf(`fileExistenceTests: [{ name: a, path: /, shouldExist: ${word} }]`)).toMatchObject({
    fileExistenceTests: [{ shouldExist }],
  });
});

test('merge keys share what several tests have', () => {
  expect(
    testOf(`
fileExistenceTests:
  - &library { name: a, path: /a, permissions: -rw-r--r--, uid: 0 }
  - { <<: *library, name: b, path: /b }
`),
  ).toMatchObject({ fileExistenceTests: [{ name: 'a' }, { name: 'b', path: '/b', uid: 0 }] });
});

test('JSON is YAML', () => {
  const text = JSON.stringify({
    schemaVersion: '2.0.0',
    commandTests: [{ name: 'a', command: 'x', exitCode: 1 }],
  });
  expect(problemsOf(text)).toEqual([]);
});

test('no text throws', () => {
  const pieces = fc.constantFrom(
    'schemaVersion: 2.0.0',
    'commandTests:',
    '- ',
    '\n',
    ' ',
    '{',
    '}}',
    '[',
    ': ',
    '"',
    'x',
    '&a',
    '*a',
    '<<: ',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 20 }), (text) => {
      expect(['parsed', 'invalid']).toContain(
        parseStructureTest({ file: FILE, text: text.join('') }, '1').kind,
      );
    }),
  );
});

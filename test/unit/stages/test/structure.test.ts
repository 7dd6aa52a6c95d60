import { describe, expect, test } from 'vitest';
import { problemText } from '../../../../src/model/index.ts';
import { goFileMode } from '../../../../src/stages/test/structure/file-tests.ts';
import { parseStructureTest, runStructureTest } from '../../../../src/stages/test/structure/index.ts';
import type { CommandResult, CommandRun } from '../../../../src/stages/test/structure/index.ts';
import { subjectWith } from '../../../support/golden-image.ts';
import type { LayerFile } from '../../../support/layout.ts';

const FILE = 'stacks/x/structure-test.yaml';

function problemsOf(text: string): readonly string[] {
  const parsed = parseStructureTest(FILE, text);
  return parsed.kind === 'invalid' ? parsed.problems.map(problemText) : [];
}

interface Outcome {
  /** `name: passed` or `name: expected → got`. */
  readonly results: readonly string[];
  readonly runs: readonly CommandRun[];
}

interface Image {
  readonly add?: readonly LayerFile[];
  readonly config?: object;
  /** Answers by the program's name. */
  readonly answers?: Readonly<Record<string, Partial<CommandResult>>>;
}

async function run(yaml: string, image: Image = {}): Promise<Outcome> {
  const parsed = parseStructureTest(FILE, `schemaVersion: 2.0.0\n${yaml}`);
  if (parsed.kind === 'invalid') {
    throw new Error(parsed.problems.map(problemText).join('\n'));
  }
  const runs: CommandRun[] = [];
  const results = await runStructureTest(parsed.test, {
    ...(await subjectWith({ add: image.add ?? [], config: image.config ?? {} })),
    runCommand: async (command) => {
      runs.push(command);
      const answer = image.answers?.[command.command[0] ?? ''];
      return { stdout: '', stderr: '', exitCode: 0, ...answer };
    },
  });
  return {
    runs,
    results: results.map((result) =>
      result.kind === 'passed'
        ? `${result.check}: passed`
        : `${result.check}: ${result.expected} → ${result.got}`,
    ),
  };
}

describe('reading', () => {
  test('every mistake is reported with its field', () => {
    const text = `
schemaVersion: 2.0.0
licenseTests: []
commandTests:
  - name: a
    command: /x
    arguments: []
    expectedOutput: ['(', 'ok', '(?=x)']
fileExistenceTests:
  - name: b
    path: relative
    permissions: rw-r--r--
    isExecutableBy: everyone
metadataTest:
  labels: [{ key: a, value: '[', isRegex: true }]
  envVars: [{ key: a }]
`;
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(`^${FILE}: commandTests\\[0\\].expectedOutput\\[0\\]: expected an RE2 regular`),
      expect.stringMatching(`^${FILE}: commandTests\\[0\\].expectedOutput\\[2\\]: expected an RE2 regular`),
      `${FILE}: commandTests[0]: Unrecognized key: "arguments"`,
      `${FILE}: fileExistenceTests[0].path: expected an absolute path or one that starts with a $VARIABLE`,
      `${FILE}: fileExistenceTests[0].permissions: expected a mode as Go writes it, such as "-rw-r--r--"`,
      expect.stringMatching('isExecutableBy: Invalid option'),
      `${FILE}: metadataTest.envVars[0].value: Invalid input: expected string, received undefined`,
      expect.stringMatching(`^${FILE}: metadataTest.labels\\[0\\].value: expected an RE2 regular`),
      `${FILE}: Unrecognized key: "licenseTests"`,
    ]);
  });

  test.each([
    { summary: 'broken YAML', text: 'a: [', expected: /^stacks\/x\/structure-test.yaml: Flow sequence/ },
    { summary: 'another schema version', text: 'schemaVersion: 1.0.0', expected: /schemaVersion: Invalid/ },
    { summary: 'an empty file', text: '', expected: /expected object/ },
  ])('$summary', ({ text, expected }) => {
    expect(problemsOf(text)[0]).toMatch(expected);
  });
});

describe('file tests', () => {
  test.each([
    { type: 'file', mode: 0o644, expected: '-rw-r--r--' },
    { type: 'directory', mode: 0o700, expected: 'drwx------' },
    { type: 'directory', mode: 0o1777, expected: 'dtrwxrwxrwx' },
    { type: 'symlink', mode: 0o777, expected: 'Lrwxrwxrwx' },
    { type: 'file', mode: 0o6755, expected: 'ugrwxr-xr-x' },
    { type: 'character-device', mode: 0o1666, expected: 'Dctrw-rw-rw-' },
    { type: 'block-device', mode: 0o660, expected: 'Drw-rw----' },
    { type: 'fifo', mode: 0o600, expected: 'prw-------' },
  ] as const)('Go writes $expected', ({ type, mode, expected }) => {
    expect(goFileMode({ type, mode })).toBe(expected);
  });

  test('existence, permissions and owners', async () => {
    const { results } = await run(
      `
fileExistenceTests:
  - { name: right, path: /usr/bin/x, permissions: -rwxr-x---, uid: 0, gid: 65532, isExecutableBy: group }
  - { name: wrong, path: /bin/x, permissions: -rw-r--r--, uid: 1, gid: 1, isExecutableBy: other }
  - { name: the link itself, path: /bin, permissions: Lrwxrwxrwx }
  - { name: missing, path: /none }
  - { name: unwanted, path: $BIN/x, shouldExist: false }
  - { name: rightly missing, path: /none, shouldExist: false }
`,
      {
        add: [
          { path: 'usr/bin/x', mode: 0o750, gid: 65532, content: 'x' },
          { path: 'bin', type: 'symlink', linkname: 'usr/bin', mode: 0o777 },
        ],
        config: { Env: ['BIN=/usr/bin'] },
      },
    );
    expect(results).toEqual([
      'structure: right: passed',
      'structure: wrong: permissions -rw-r--r--; uid 1; gid 1; executable by other → -rwxr-x---; 0; 65532; -rwxr-x---',
      'structure: the link itself: passed',
      'structure: missing: /none exists → nothing there',
      'structure: unwanted: /usr/bin/x does not exist → file',
      'structure: rightly missing: passed',
    ]);
  });

  test('content through links, unanchored; large files cannot be looked into', async () => {
    const { results } = await run(
      `
fileContentTests:
  - { name: right, path: /etc/link, expectedContents: ['^ID=deb', 'NAME'], excludedContents: ['ubuntu'] }
  - { name: wrong, path: /usr/lib/os-release, expectedContents: ['ubuntu'], excludedContents: ['ID=\\w+'] }
  - { name: missing, path: /none, expectedContents: ['x'] }
  - { name: large, path: /usr/large, expectedContents: ['x'] }
  - { name: folder, path: /usr, expectedContents: ['x'] }
`,
      {
        add: [
          { path: 'usr/lib/os-release', content: 'ID=debian\nNAME=x\n' },
          { path: 'etc/link', type: 'symlink', linkname: '../usr/lib/os-release' },
          { path: 'usr/large', content: 'x'.repeat(70_000) },
        ],
      },
    );
    expect(results).toEqual([
      'structure: right: passed',
      'structure: wrong: content matches /ubuntu/; content does not match /ID=\\w+/ → "ID=debian\\nNAME=x\\n"; "ID=debian\\nNAME=x\\n"',
      'structure: missing: /none exists → nothing there',
      'structure: large: /usr/large is a small file → file of 70000 bytes',
      'structure: folder: /usr is a small file → directory of 0 bytes',
    ]);
  });
});

describe('metadata test', () => {
  const config = {
    User: '65532:65532',
    Env: ['PATH=/usr/bin', 'EMPTY=', 'EQ=a=b'],
    Entrypoint: ['/usr/bin/tini', '--'],
    Cmd: ['x y'],
    WorkingDir: '/app',
    Labels: { vendor: 'ingot' },
    ExposedPorts: { '8080/tcp': {}, '53/udp': {} },
    Volumes: { '/data': {} },
  };

  test('all that is right', async () => {
    const { results } = await run(
      `
metadataTest:
  user: 65532:65532
  workdir: /app
  entrypoint: [/usr/bin/tini, '--']
  cmd: [x y]
  envVars: [{ key: PATH, value: /usr/bin }, { key: EMPTY, value: '' }, { key: EQ, value: '^a=', isRegex: true }]
  unboundEnvVars: [{ key: HOME }]
  labels: [{ key: vendor, value: in, isRegex: true }]
  exposedPorts: ['8080', 53/udp]
  unexposedPorts: ['80']
  volumes: [/data]
  unmountedVolumes: [/tmp]
`,
      { config },
    );
    expect(results).toEqual(['structure: metadata: passed']);
  });

  test('all that is wrong', async () => {
    const { results } = await run(
      `
metadataTest:
  user: root
  workdir: /
  entrypoint: ['/usr/bin/tini --']
  cmd: []
  envVars: [{ key: PATH, value: /bin }, { key: NONE, value: x }]
  unboundEnvVars: [{ key: EQ }]
  labels: [{ key: vendor, value: ^x, isRegex: true }]
  exposedPorts: ['80']
  unexposedPorts: ['8080']
  volumes: [/tmp]
  unmountedVolumes: [/data]
`,
      { config },
    );
    expect(results.join('').split(/; | → /)).toEqual([
      'structure: metadata: environment variable PATH "/bin"',
      'environment variable NONE',
      'no environment variable EQ',
      'label vendor matches /^x/',
      'entrypoint ["/usr/bin/tini --"]',
      'cmd []',
      'exposed port 80/tcp',
      'no exposed port 8080/tcp',
      'volume /tmp',
      'no volume /data',
      'workdir /',
      'user root',
      '"/usr/bin"',
      'none',
      'EQ',
      '"ingot"',
      '["/usr/bin/tini","--"]',
      '["x y"]',
      '53/udp, 8080/tcp',
      '8080/tcp',
      '/data',
      '/data',
      '/app',
      '65532:65532',
    ]);
  });
});

describe('command tests', () => {
  test('variables are filled in, and the answer is judged', async () => {
    const { results, runs } = await run(
      `
globalEnvVars: [{ key: MODE, value: test }]
commandTests:
  - name: right
    command: $BIN/a
    args: ['--to=\${MODE}', $NONE]
    envVars: [{ key: PATH, value: $BIN:/x }]
    expectedOutput: ['^o']
    expectedError: ['warn']
    exitCode: 3
  - name: wrong
    command: /b
    expectedOutput: ['x']
    excludedOutput: ['o+']
    excludedError: ['warn']
`,
      {
        config: { Env: ['BIN=/usr/bin'] },
        answers: {
          '/usr/bin/a': { stdout: 'ok\n', stderr: 'warning', exitCode: 3 },
          '/b': { stdout: 'ok\n', stderr: 'warning', exitCode: 1 },
        },
      },
    );
    expect(results).toEqual([
      'structure: right: passed',
      'structure: wrong: exit code 0; stdout matches /x/; stdout does not match /o+/; stderr does not match /warn/ → exit code 1, on stderr "warning"; "ok\\n"; "ok\\n"; "warning"',
    ]);
    expect(runs).toEqual([
      { command: ['/usr/bin/a', '--to=test', ''], environment: { MODE: 'test', PATH: '/usr/bin:/x' } },
      { command: ['/b'], environment: { MODE: 'test' } },
    ]);
  });

  test('setup, command and teardown share a folder; a failed setup skips the command only', async () => {
    const yaml = `
commandTests:
  - { name: t, setup: [[/s, '1'], [/s2]], command: /c, teardown: [[/t]] }
`;
    const good = await run(yaml);
    expect(good.runs).toEqual(
      [['/s', '1'], ['/s2'], ['/c'], ['/t']].map((command) => ({ command, environment: {}, sharedTmp: 't' })),
    );
    const bad = await run(yaml, { answers: { '/s': { exitCode: 1, stderr: 'no' }, '/t': { exitCode: 2 } } });
    expect(bad.runs.map(({ command }) => command[0])).toEqual(['/s', '/t']);
    expect(bad.results).toEqual([
      'structure: t: setup command "/s 1" exits 0; teardown command "/t" exits 0 → exit code 1: no; exit code 2: ',
    ]);
  });
});

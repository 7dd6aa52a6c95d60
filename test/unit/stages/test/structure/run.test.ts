import { describe, expect, test } from 'vitest';
import { goFileMode } from '../../../../../src/stages/test/structure/file-tests.ts';
import { runYaml } from '../../../../support/structure-run.ts';

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
    const { results } = await runYaml(
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
    const { results } = await runYaml(
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
      'structure: large: /usr/large is small enough to be looked into (docs/image-tests.md says how small) → 70000 bytes; look into it with a command of the image',
      'structure: folder: /usr is a file → directory',
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
    const { results } = await runYaml(
      `
metadataTest:
  user: 65532:65532
  workdir: /app
  entrypoint: [/usr/bin/tini, '--']
  cmd: [x y]
  envVars: [{ key: PATH, value: /usr/bin }, { key: EMPTY, value: '' }, { key: EQ, value: '^a=', isRegex: true }]
  env: [{ key: EQ, value: a=b }]
  unboundEnvVars: [{ key: HOME }]
  unboundEnv: [{ key: PWD, value: '' }]
  labels: [{ key: vendor, value: in, isRegex: true }]
  exposedPorts: ['8080', 53/udp, 53]
  unexposedPorts: ['80', 53/tcp]
  volumes: [/data]
  unmountedVolumes: [/tmp]
`,
      { config },
    );
    expect(results).toEqual(['structure: metadata: passed']);
  });

  test('all that is wrong', async () => {
    const { results } = await runYaml(
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
      'exposed port 80',
      'no exposed port 8080',
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
      '53/udp, 53, 8080/tcp, 8080',
      '8080',
      '/data',
      '/data',
      '/app',
      '65532:65532',
    ]);
  });
});

describe('command tests', () => {
  test('variables are filled in, and the answer is judged', async () => {
    const { results, runs, keptFiles } = await runYaml(
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
    expect(keptFiles).toBe(false);
    expect(runs).toEqual([
      { command: ['/usr/bin/a', '--to=test', ''], environment: { MODE: 'test', PATH: '/usr/bin:/x' } },
      { command: ['/b'], environment: { MODE: 'test' } },
    ]);
  });

  test('setup, command and teardown keep files for each other; a failed setup skips the command only', async () => {
    const yaml = `
commandTests:
  - { name: t, setup: [[/s, '1'], [/s2]], command: /c, teardown: [[/t]] }
`;
    const good = await runYaml(yaml);
    expect(good.runs).toEqual(
      [['/s', '1'], ['/s2'], ['/c'], ['/t']].map((command) => ({ command, environment: {} })),
    );
    expect(good.keptFiles).toBe(true);
    const bad = await runYaml(yaml, {
      answers: { '/s': { exitCode: 1, stderr: 'no' }, '/t': { exitCode: 2 } },
    });
    expect(bad.runs.map(({ command }) => command[0])).toEqual(['/s', '/t']);
    expect(bad.results).toEqual([
      'structure: t: setup command "/s 1" exits 0; teardown command "/t" exits 0 → exit code 1: no; exit code 2: ',
    ]);
  });

  test('setup and teardown are run as they are written, for the shell to fill in', async () => {
    const { runs } = await runYaml(
      `
commandTests:
  - name: t
    setup: [[/bin/sh, -c, 'for f in a b; do touch $f; done']]
    command: $BIN/c
    teardown: [[/bin/sh, -c, 'rm $BIN']]
`,
      { config: { Env: ['BIN=/usr/bin'] } },
    );
    expect(runs.map(({ command }) => command.at(-1))).toEqual([
      'for f in a b; do touch $f; done',
      '/usr/bin/c',
      'rm $BIN',
    ]);
  });

  test.each(['', 'setup: [[/s]], '])(
    'variables of the options win over those of the command: %j',
    async (setup) => {
      const { runs } = await runYaml(
        `commandTests: [{ name: t, ${setup}command: /c, args: [$A], envVars: [{ key: A, value: test }] }]`,
        { optionVariables: { A: 'option', B: 'option' } },
      );
      expect(runs).toEqual([
        ...(setup === '' ? [] : [{ command: ['/s'], environment: { A: 'test' } }]),
        { command: ['/c', 'test'], environment: { A: 'option', B: 'option' } },
      ]);
    },
  );
});

test('schema 1.0.0: a command is one list, and existence may ask for a directory', async () => {
  const { results, runs } = await runYaml(`
schemaVersion: 1.0.0
globalEnvVars: [{ key: A, value: b }]
commandTests: [{ name: uname, command: [/usr/bin/uname, -s, 5], expectedOutput: ['Linux\\n'] }]
fileExistenceTests:
  - { name: root, path: /, isDirectory: true, shouldExist: true }
  - { name: no directory, path: /usr, isDirectory: false }
metadataTest: { env: [{ key: NONE, value: x }] }
`);
  expect(results).toEqual([
    'structure: root: passed',
    'structure: no directory: no directory → directory',
    'structure: metadata: environment variable NONE → none',
    'structure: uname: stdout matches /Linux\\n/ → ""',
  ]);
  expect(runs).toEqual([{ command: ['/usr/bin/uname', '-s', '5'], environment: { A: 'b' } }]);
});

test('licence tests look for forbidden licences', async () => {
  const { results } = await runYaml(
    `
licenseTests:
  - debian: true
    files: [/usr/share/licence, $HOME/none]
  - files: [/usr/share/doc/libc6/copyright]
`,
    {
      config: { Env: ['HOME=/home'] },
      add: [
        { path: 'usr/share/doc/x/copyright', content: 'under the Agpl-3\n' },
        { path: 'usr/share/doc/libgnutls30/copyright', content: 'AGPL' },
        { path: 'usr/share/doc/y/' },
        { path: 'usr/share/licence', content: 'WTFPL' },
      ],
    },
  );
  expect(results).toEqual([
    'structure: licences: no AGPL in /usr/share/doc/x/copyright; licence text /usr/share/doc/y/copyright; no WTFPL in /usr/share/licence; licence text /home/none → AGPL; no small file there; WTFPL; no small file there',
    'structure: licences: passed',
  ]);
});

import { expect, test } from 'vitest';
import type { ImageId, Tag } from '../../../../src/model/index.ts';
import { readOwnTests } from '../../../../src/stages/test/index.ts';

const ENTRY = { id: 'python-3.13' as ImageId, track: '3.13' as Tag };

function written(file: string, yaml: string): Parameters<typeof readOwnTests>[1][number] {
  const readBeside = (path: string): Promise<string> => Promise.resolve(`FILE=${path}`);
  return { file, text: `schemaVersion: 2.0.0\n${yaml}`, environment: { A: 'b' }, readBeside };
}

test('an image has the tests of its stacks, with what their options name', async () => {
  const options = 'containerRunOptions: { envFile: x.env, envVars: [A] }';
  const command = "commandTests: [{ name: 'version', command: '/usr/bin/python{{tag}}' }]";
  const tests = await readOwnTests(ENTRY, [written('a', options), written('b', command)]);
  expect(tests).toMatchObject([
    { options: { environment: { FILE: 'x.env', A: 'b' } } },
    { test: { commandTests: [{ name: 'version', command: ['/usr/bin/python3.13'] }] } },
  ]);
});

test('every mistake of all its files is told at once, and what to do', async () => {
  const lookahead = "fileContentTests: [{ name: motd, path: /etc/motd, expectedContents: ['a(?=b)'] }]";
  const reading = readOwnTests(ENTRY, [written('a.yaml', lookahead), written('b.yaml', 'commandTest: []')]);
  await expect(reading).rejects.toMatchObject({
    code: 'CATALOG_INVALID',
    message: expect.stringMatching(
      new RegExp(
        '^cannot read structure test of "python-3.13":\\n' +
          'a.yaml: fileContentTests\\[0\\].expectedContents\\[0\\]: expected an RE2 regular expression, got "a\\(\\?=b\\)" .* in test "motd"\\n' +
          'b.yaml: expected the keys .*, got "commandTest"$',
      ),
    ) as string,
    hint: 'docs/image-tests.md has the keys; patterns are RE2, which has no lookaround and no backreferences',
  });
});

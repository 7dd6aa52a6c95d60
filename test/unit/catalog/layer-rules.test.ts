import { describe, expect, test } from 'vitest';
import { problemsAfter } from '../../support/catalog-mistakes.ts';

const FILE = 'stacks/node/stack.json';

describe('a link', () => {
  test.each([
    ['/usr/bin/node', '../../bin/node'],
    ['/usr/bin/node', '/usr/local/bin/node'],
    ['/usr/bin/node', '../../..names/node'],
    ['/usr/lib/{{tag}}/node', '../../../node'],
    ['/node', 'usr/bin/node'],
  ])('from %s to %s stays inside', async (link, target) => {
    expect(await problemsAfter((files) => (files[FILE].links = { [link]: target }))).toEqual([]);
  });

  test.each([
    ['/usr/bin/node', '../../../etc/passwd'],
    ['/usr/bin/node', '/../etc/passwd'],
    ['/usr/bin/node', '../../../usr/bin/other'],
    ['/usr/lib/{{tag}}/node', '../../../../node'],
    ['/node', '..'],
  ])('from %s to %s climbs above the root', async (link, target) => {
    const message = `expected a target that does not climb above the root, got "${target}"`;
    const problems = await problemsAfter((files) => {
      files[FILE].links = { [link]: target };
      files[FILE].dev = { links: { [link]: target } };
    });
    expect(problems).toEqual([
      `${FILE}: dev.links["${link}"]: ${message}`,
      `${FILE}: links["${link}"]: ${message}`,
    ]);
  });
});

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

describe('a step', () => {
  test('is a template that came with ingot, or one of the catalog', async () => {
    const problems = await problemsAfter((files) => {
      files['templates/partials/steps/character-sets.hbs'] = '';
      files[FILE].steps = ['character-sets', 'ldconfig'];
      files[FILE].dev = { steps: ['ldconfig'] };
    });
    expect(problems).toEqual([]);
  });

  test('that is neither is told, near and far from one that is', async () => {
    const problems = await problemsAfter((files) => {
      files[FILE].steps = ['ldconfig', 'ldconfg'];
      files[FILE].dev = { steps: ['strip'] };
    });
    expect(problems).toEqual([
      `${FILE}: dev.steps[0]: unknown step "strip", expected "ldconfig", or a file of your own in templates/steps`,
      `${FILE}: steps[1]: unknown step "ldconfg", did you mean "ldconfig"?`,
    ]);
  });

  test('of the catalog has no name of one of ours', async () => {
    const problems = await problemsAfter((files) => (files['templates/partials/steps/ldconfig.hbs'] = ''));
    expect(problems).toEqual([
      'templates/steps/ldconfig.hbs: expected a name that no step of ingot\'s has, got "ldconfig": rename the file, and the step in the stacks that name it',
    ]);
  });
});

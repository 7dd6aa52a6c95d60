import { describe, expect, test } from 'vitest';
import { brokenRules, DEV_ROOT } from '../../../../support/golden-image.ts';
import type { LayerFile } from '../../../../support/layout.ts';

const STATIC = { name: 'static', folder: 'stacks/static', isInstalled: false };
const MINE = { name: 'mine', folder: 'stacks/mine', isInstalled: false };
const CERTIFICATES = { below: 'static', added: [] };
const BUNDLE = { path: 'etc/ssl/certs/ca-certificates.crt', content: 'x' };

describe('a layer above another', () => {
  async function broken(...add: LayerFile[]): Promise<string | undefined> {
    const stacks = [STATIC, { ...MINE, certificates: CERTIFICATES }];
    const rules = await brokenRules({ add: [BUNDLE, ...add], stacks });
    return rules['no-replaced-files'];
  }

  test.each<{ summary: string; add: LayerFile; expected: string }>([
    {
      summary: 'leaves a file what it is',
      add: { path: 'etc/passwd', content: 'x' },
      expected: '/etc/passwd (file) of "static", replaced by a file of stacks/mine/stack.json',
    },
    {
      summary: 'leaves a folder what it is',
      add: { path: 'usr/lib64', type: 'symlink', linkname: 'lib' },
      expected:
        '/usr/lib64 (folder) of "static", replaced by a link of stacks/mine/stack.json, ' +
        '/usr/lib64/ld-linux-x86-64.so.2 (file) of "static", removed by stacks/mine/stack.json',
    },
    {
      summary: 'leaves a link what it is',
      add: { path: 'lib64/' },
      expected: '/lib64 (link) of "static", replaced by a folder of stacks/mine/stack.json',
    },
    {
      summary: 'removes nothing',
      add: { path: 'usr/bin/.wh.hello' },
      expected: '/usr/bin/hello (file) of "static", removed by stacks/mine/stack.json',
    },
  ])('$summary', async ({ add, expected }) => {
    expect(await broken(add)).toBe(expected);
  });

  test('has files of its own, and the bundle with its certificates', async () => {
    expect(await broken({ path: 'etc/mine.conf', content: 'x' })).toBeUndefined();
  });
});

describe('dev images', () => {
  const INSTALLED = { ...STATIC, isInstalled: true };
  const add = [...DEV_ROOT, { path: 'usr/bin/hello', content: 'x' }];

  test('have what their runtime image has, whatever is above it', async () => {
    const { 'no-replaced-files': got } = await brokenRules({ variant: 'dev', add, stacks: [STATIC] });
    expect(got).toMatch(
      /^\/var\/lib\/dpkg\/status.d \(folder\) .* of "static", removed by the image's own layer/,
    );
    expect(got).toMatch(
      /\/usr\/bin\/hello \(file\) of "static", replaced by a file of the image's own layer$/,
    );
  });

  test('have it instead of what dpkg installed', async () => {
    expect(await brokenRules({ variant: 'dev', add, stacks: [INSTALLED, MINE] })).not.toHaveProperty(
      'no-replaced-files',
    );
  });
});

import { expect, test } from 'vitest';
import { brokenRules } from '../../../../support/golden-image.ts';

const STATIC = { name: 'static', folder: 'stacks/static' };
const CERTIFICATES = { below: 'static', added: [] };

async function broken(path: string, stack: object = {}): Promise<string | undefined> {
  const own = { name: 'mine', folder: 'stacks/mine', ...stack };
  const add = [
    { path: 'etc/ssl/certs/ca-certificates.crt', content: 'x' },
    { path, content: 'x' },
  ];
  const stacks = [STATIC, { ...own, certificates: CERTIFICATES }];
  const rules = await brokenRules({ add: path === '' ? add.slice(0, 1) : add, stacks });
  return rules['no-replaced-files'];
}

test('a file of a lower layer stays what it is', async () => {
  expect(await broken('etc/passwd')).toBe('/etc/passwd of "static", replaced by stacks/mine/stack.json');
});

test('a file of its own, and the bundle with its certificates, may be there', async () => {
  expect(await broken('etc/mine.conf')).toBeUndefined();
});

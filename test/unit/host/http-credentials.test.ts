import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  readHttpCredentials,
  refusalFault,
  type FoundCredentials,
} from '../../../src/host/http-credentials.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Credentials of a machine with these files: `apt/…` of /etc/apt, and `netrc`. */
async function arrange(files: Readonly<Record<string, string>>, environment: NodeJS.ProcessEnv = {}) {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name === 'netrc' ? '.netrc' : name.replace(/^apt/, 'etc/apt'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const credentials = await readHttpCredentials({ root: folder, home: folder, environment });
  /** Login and password, or why there are none. */
  function find(url: string): string {
    const found = credentials.find(new URL(url));
    return found.kind === 'known'
      ? Buffer.from(found.authorization.replace('Basic ', ''), 'base64').toString()
      : found.kind;
  }
  return { find, credentials, folder };
}

describe("apt's auth.conf (apt_auth.conf(5))", () => {
  test.each([
    { machine: 'm.test', url: 'https://m.test/debian/dists', expected: 'ada:x' },
    { machine: 'M.test', url: 'https://m.TEST/debian', expected: 'ada:x' },
    { machine: 'm.test', url: 'https://deb.m.test/debian', expected: 'unknown' },
    { machine: 'm.test', url: 'http://m.test/debian', expected: 'withheld' },
    { machine: 'm.test', url: 'http://127.0.0.1/debian', expected: 'unknown' },
    { machine: 'http://m.test', url: 'http://m.test/debian', expected: 'ada:x' },
    { machine: 'http://m.test', url: 'https://m.test/debian', expected: 'unknown' },
    { machine: 'https://m.test', url: 'https://m.test/debian', expected: 'ada:x' },
    { machine: 'https://m.test', url: 'http://m.test/debian', expected: 'unknown' },
    { machine: 'tor+https://m.test', url: 'https://m.test/debian', expected: 'unknown' },
    { machine: 'm.test', url: 'https://m.test:8443/debian', expected: 'ada:x' },
    { machine: 'm.test:8443', url: 'https://m.test:8443/debian', expected: 'ada:x' },
    { machine: 'm.test:8443', url: 'https://m.test/debian', expected: 'unknown' },
    { machine: 'm.test:443', url: 'https://m.test/debian', expected: 'ada:x' },
    { machine: 'm.test/debian', url: 'https://m.test/debian/dists', expected: 'ada:x' },
    { machine: 'm.test/debian', url: 'https://m.test/debian-security', expected: 'ada:x' },
    { machine: 'm.test/debian/', url: 'https://m.test/debian-security', expected: 'unknown' },
    { machine: 'http://m.test:80/debian', url: 'http://m.test/debian', expected: 'ada:x' },
    { machine: '[fd00::1]:8443', url: 'https://[fd00::1]:8443/debian', expected: 'ada:x' },
  ])('$machine and $url: $expected', async ({ machine, url, expected }) => {
    const { find } = await arrange({ 'apt/auth.conf': `machine ${machine}\nlogin ada\npassword x\n` });
    expect(find(url)).toBe(expected);
  });
});

describe('netrc', () => {
  test.each([
    { machine: 'machine m.test', url: 'https://m.test/debian', expected: 'ada:x' },
    { machine: 'machine m.test', url: 'https://m.test:8443/debian', expected: 'ada:x' },
    { machine: 'machine m.test', url: 'https://n.test/debian', expected: 'unknown' },
    { machine: 'machine m.test', url: 'http://m.test/debian', expected: 'withheld' },
    { machine: 'machine 127.0.0.1', url: 'http://127.0.0.1:8080/debian', expected: 'ada:x' },
    { machine: 'default', url: 'https://n.test/debian', expected: 'ada:x' },
    { machine: 'default', url: 'http://n.test/debian', expected: 'withheld' },
  ])('$machine and $url: $expected', async ({ machine, url, expected }) => {
    const { find } = await arrange({ netrc: `${machine} login ada password x` });
    expect(find(url)).toBe(expected);
  });

  test('is where NETRC says', async () => {
    const elsewhere = path.join(await temporaryFolder(), 'netrc');
    await writeFile(elsewhere, 'default login eve password y');
    const files = { netrc: 'default login ada password x' };
    expect((await arrange(files, { NETRC: elsewhere })).find('https://m.test/')).toBe('eve:y');
    expect((await arrange(files, { NETRC: '' })).find('https://m.test/')).toBe('ada:x');
  });
});

test('the first file and entry that fits counts: auth.conf, its parts by name, netrc', async () => {
  const files = {
    netrc: 'default login netrc password x',
    'apt/auth.conf': 'machine one.test login one password x machine one.test login again password x',
    'apt/auth.conf.d/20.conf':
      'machine one.test login late password x machine two.test login late password x',
    'apt/auth.conf.d/10.conf': 'machine two.test login two password x',
    'apt/auth.conf.d/05.conf.bak': 'machine two.test login no password x',
  };
  const { find, credentials, folder } = await arrange(files);
  expect(['one', 'two', 'three'].map((name) => find(`https://${name}.test/`))).toEqual([
    'one:x',
    'two:x',
    'netrc:x',
  ]);
  expect(credentials.places).toEqual(
    ['etc/apt/auth.conf', 'etc/apt/auth.conf.d/10.conf', 'etc/apt/auth.conf.d/20.conf', '.netrc'].map(
      (file) => `"${path.join(folder, file)}"`,
    ),
  );
});

test('a file that is not there or cannot be read is told', async () => {
  const { credentials, folder } = await arrange({ '.netrc/in-a-folder': '' });
  expect(credentials.places).toEqual([
    `"${path.join(folder, 'etc/apt/auth.conf')}" (not there)`,
    `"${path.join(folder, '.netrc')}" (cannot be read: EISDIR)`,
  ]);
});

describe('a refusal names what was sent, and where else it could come from', () => {
  const url = new URL('http://m.test/debian');
  const rows: readonly {
    readonly sent: FoundCredentials | { readonly kind: 'in-url' };
    readonly reason: string;
    readonly hint: string;
  }[] = [
    {
      sent: { kind: 'in-url' },
      reason: '401 to the user name and password in the URL',
      hint: 'correct them',
    },
    {
      sent: { kind: 'known', authorization: 'Basic c2VjcmV0', file: '/root/.netrc' },
      reason: '401 to the user name and password of "/root/.netrc"',
      hint: 'correct the entry for "m.test"',
    },
    {
      sent: { kind: 'withheld', file: '/root/.netrc' },
      reason: '401, and the password in "/root/.netrc" is not sent over plain http',
      hint: 'machine http://m.test',
    },
    {
      sent: { kind: 'unknown' },
      reason: '401, and no user name and password are known for "m.test"',
      hint: 'read were: "/etc/apt/auth.conf", "/root/.netrc"',
    },
  ];

  test.each(rows)('$sent.kind', ({ sent, reason, hint }) => {
    const places = ['"/etc/apt/auth.conf"', '"/root/.netrc"'];
    const fault = refusalFault({ status: 401, url, sent, places });
    expect(fault).toEqual({
      reason: expect.stringContaining(reason),
      hint: expect.stringContaining(hint),
    });
    expect(JSON.stringify(fault)).not.toContain('c2VjcmV0');
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ROOT_RULES } from '../../../../../src/stages/test/rules/index.ts';
import { brokenRules } from '../../../../support/golden-image.ts';
import type { Change } from '../../../../support/golden-image.ts';

const EXECUTABLE = { mode: 0o755, content: 'x' };

interface Case {
  readonly summary: string;
  readonly change: Change;
  readonly expected: Record<string, string>;
}

describe('the rules of a golden image', () => {
  test('the golden image itself breaks none', async () => {
    expect(await brokenRules({})).toEqual({});
  });

  test('each has its own name', () => {
    expect(new Set(ROOT_RULES.map(({ check }) => check)).size).toBe(ROOT_RULES.length);
  });

  test('each is in the documentation', () => {
    const documentation = readFileSync('docs/image-tests.md', 'utf8');
    const missing = ROOT_RULES.filter(({ check }) => !documentation.includes(`\`${check}\``));
    expect(missing.map(({ check }) => check)).toEqual([]);
  });

  test('many violations are counted, not all named', async () => {
    const add = Array.from({ length: 12 }, (_, at) => ({ path: `x${at}`, mode: 0o666 }));
    expect((await brokenRules({ add }))['no-world-writable']).toMatch(/^\/x0 \(0666\), .* and 2 more$/);
  });
});

describe('permissions', () => {
  test.each<Case>([
    {
      summary: 'a setuid file',
      change: { add: [{ path: 'usr/bin/su', ...EXECUTABLE, mode: 0o4755 }] },
      expected: { 'no-setuid': '/usr/bin/su (4755)' },
    },
    {
      summary: 'a setgid directory',
      change: { add: [{ path: 'var/mail/', mode: 0o2755 }] },
      expected: { 'no-setuid': '/var/mail (2755)' },
    },
    {
      summary: 'a file with capabilities',
      change: {
        add: [{ path: 'usr/bin/ping', ...EXECUTABLE, pax: { 'SCHILY.xattr.security.capability': 'x' } }],
      },
      expected: { 'no-file-capabilities': '/usr/bin/ping' },
    },
    {
      summary: 'a file that everyone can write',
      change: { add: [{ path: 'etc/motd', mode: 0o666 }] },
      expected: { 'no-world-writable': '/etc/motd (0666)' },
    },
    {
      summary: 'a directory that everyone can write, without the sticky bit',
      change: { add: [{ path: 'srv/', mode: 0o777 }] },
      expected: { 'no-world-writable': '/srv (0777)' },
    },
    {
      summary: 'device nodes and a fifo',
      change: {
        add: [
          { path: 'dev/null', type: 'character-device' },
          { path: 'dev/sda', type: 'block-device' },
          { path: 'run/pipe', type: 'fifo' },
        ],
      },
      expected: {
        'no-special-files': '/dev/null (character-device), /dev/sda (block-device), /run/pipe (fifo)',
      },
    },
    {
      summary: 'owners that nobody knows',
      change: {
        add: [
          { path: 'srv/a', uid: 1000 },
          { path: 'srv/b', gid: 8 },
        ],
      },
      expected: { 'known-owners': '/srv/a (1000:0), /srv/b (0:8)' },
    },
  ])('$summary', async ({ change, expected }) => {
    expect(await brokenRules(change)).toEqual(expected);
  });
});

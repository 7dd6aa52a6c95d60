import { readdirSync, readFileSync } from 'node:fs';
import { readKey } from 'openpgp';
import { describe, expect, test } from 'vitest';
import { NOW } from '../../support/archive.ts';

const FOLDER = new URL('../../../data/debian-archive-keys/', import.meta.url);

function textOf(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

const files = readdirSync(FOLDER).filter((name) => name.endsWith('.asc'));
const rows = [...textOf('README.md').matchAll(/^\| `(\S+\.asc)` +\| `([0-9A-F]{40})` \| ([^|]+?) +\|/gm)];

describe('the committed archive keys', () => {
  test('are those the README names', () => {
    expect(rows.map(([, file]) => file).sort()).toEqual(files.sort());
  });

  test.each(rows.map(([, file = '', fingerprint = '', userId = '']) => ({ file, fingerprint, userId })))(
    '$file is one public key, with the fingerprint and user id the README names',
    async ({ file, fingerprint, userId }) => {
      const key = await readKey({ armoredKey: textOf(file) });
      expect(key.isPrivate()).toBe(false);
      expect(key.getFingerprint().toUpperCase()).toBe(fingerprint);
      expect(key.getUserIDs().map((id) => id.replace(/ <.*/, ''))).toEqual([userId]);
      await expect(key.getSigningKey(undefined, NOW)).resolves.toBeDefined();
    },
  );
});

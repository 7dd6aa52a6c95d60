import { readdirSync, readFileSync } from 'node:fs';
import { readKey } from 'openpgp';
import { describe, expect, test } from 'vitest';
import { verifyClearsigned } from '../../../../src/openpgp/index.ts';

const FOLDER = new URL('../../../../data/nodejs-release-keys/', import.meta.url);
const SHASUMS = new URL('../../../support/nodejs-shasums/v24.21.0.asc', import.meta.url);

function textOf(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

const files = readdirSync(FOLDER).filter((name) => name.endsWith('.asc'));
const ROW = /^\| `([0-9A-F]{40})\.asc` +\| ([^|]+?) +\| \w+ +\| (never|\d{4}-\d{2}-\d{2}) +\|/gm;
const rows = [...textOf('README.md').matchAll(ROW)];

describe('the release keys that come with ingot', () => {
  test('are those the README names', () => {
    expect(rows.map(([, fingerprint]) => `${fingerprint}.asc`)).toEqual(files.sort());
  });

  test.each(
    rows.map(([, fingerprint = '', userId = '', expires = '']) => ({ fingerprint, userId, expires })),
  )('$userId: one public key with the fingerprint in its name', async ({ fingerprint, userId, expires }) => {
    const key = await readKey({ armoredKey: textOf(`${fingerprint}.asc`) });
    expect(key.isPrivate()).toBe(false);
    expect(key.getFingerprint().toUpperCase()).toBe(fingerprint);
    expect(key.getUserIDs()[0]).toMatch(new RegExp(`^${userId} <`));
    const ends = await key.getExpirationTime();
    expect(ends instanceof Date ? ends.toISOString().slice(0, 10) : 'never').toBe(expires);
  });

  test('verify a real release', async () => {
    const { text, signedBy } = await verifyClearsigned(readFileSync(SHASUMS), {
      keys: files.map(textOf),
      now: new Date('2026-11-24T03:00:00Z'),
      mayHaveExpired: true,
    });
    expect(signedBy).toBe('5BE8A3F6C8A5C01D106C0AD820B1A390B168D356');
    expect(text).toContain('node-v24.21.0-linux-x64.tar.xz');
  });
});

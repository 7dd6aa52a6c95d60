import { chmod, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSigningKeys, type SigningKeyOptions, type SigningKeys } from '../../../src/host/signing-keys.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const text = Buffer.from('what is signed');

function open(
  folder: string,
  password = 'secret',
  choices: Partial<SigningKeyOptions> = {},
): Promise<SigningKeys> {
  return openSigningKeys({ folder, password, use: 'sign', ifMissing: 'make', ...choices });
}

describe('the first use', () => {
  test('makes a pair that only its owner can read, and says so', async () => {
    const folder = path.join(await temporaryFolder(), 'ingot');
    const keys = await open(folder, '');
    expect(keys.wasMade).toBe(true);
    const modes = [folder, keys.privateKeyFile].map(async (file) =>
      ((await stat(file)).mode & 0o777).toString(8),
    );
    expect([await modes[0], await modes[1]]).toEqual(['700', '600']);
    expect(await readFile(keys.privateKeyFile, 'utf8')).toMatch(
      /^-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n/,
    );
    expect(keys.verify(text, await keys.signer.sign(text))).toBe(true);
  });

  test('happens once', async () => {
    const folder = await temporaryFolder();
    const first = await open(folder);
    const second = await open(folder);
    expect(second.wasMade).toBe(false);
    expect(first.verify(text, await second.signer.sign(text))).toBe(true);
    expect(first.verify(Buffer.from('other'), await second.signer.sign(text))).toBe(false);
  });

  test('by two runs at the same time makes one pair', async () => {
    const folder = path.join(await temporaryFolder(), 'ingot');
    const runs = Array.from({ length: 4 }, () => open(folder));
    const keys = await Promise.all(runs);
    expect(keys.filter(({ wasMade }) => wasMade)).toHaveLength(1);
    for (const { signer } of keys) {
      const signature = await signer.sign(text);
      expect(keys.map((each) => each.verify(text, signature))).toEqual([true, true, true, true]);
    }
    expect((await readdir(folder)).sort()).toEqual(['cosign.key', 'cosign.pub']);
  });

  test.each(['.', 'a/b'])('is refused in a git work tree (%s below it)', async (below) => {
    const tree = await temporaryFolder();
    await mkdir(path.join(tree, '.git'));
    await expect(open(path.join(tree, below), '')).rejects.toMatchObject({
      code: 'USAGE',
      hint: expect.stringContaining('XDG_CONFIG_HOME'),
    });
  });
});

describe('where no pair may be made', () => {
  const REFUSED = { ifMissing: 'refuse' } as const;

  test.each([
    { use: 'sign', hint: /from a secret, mode 600, and its password to COSIGN_PASSWORD/ },
    {
      use: 'verify',
      hint: /the cosign\.pub of whoever published: put it into ".*"; .* take it as --key FILE/,
    },
  ] as const)('none is, and it is said what to bring: to $use', async ({ use, hint }) => {
    const folder = path.join(await temporaryFolder(), 'ingot');
    await expect(open(folder, '', { ...REFUSED, use })).rejects.toMatchObject({
      code: 'USAGE',
      message: `cannot open signing key "${folder}/cosign.key": expected the key that what is published is signed with, got none`,
      hint: expect.stringMatching(hint) as string,
    });
    await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('the private key alone is enough', async () => {
    const folder = await temporaryFolder();
    const { publicKeyFile } = await open(folder);
    await rm(publicKeyFile);
    const { verify, signer } = await open(folder, 'secret', REFUSED);
    expect(verify(text, await signer.sign(text))).toBe(true);
  });

  test('the public key alone is enough to verify, and signs nothing', async () => {
    const folder = await temporaryFolder();
    const { signer, privateKeyFile } = await open(folder);
    await rm(privateKeyFile);
    const keys = await open(folder, '', { ...REFUSED, use: 'verify' });
    expect(keys.verify(text, await signer.sign(text))).toBe(true);
    await expect(keys.signer.sign(text)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    expect(await readdir(folder)).toEqual(['cosign.pub']);
  });
});

describe('a pair that cannot be used', () => {
  async function pair() {
    const folder = await temporaryFolder();
    return { folder, ...(await open(folder)) };
  }

  test('others may read it', async () => {
    const { folder, privateKeyFile } = await pair();
    await chmod(privateKeyFile, 0o640);
    await expect(open(folder)).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('the password is another: found at the first signature, and never told', async () => {
    const { folder } = await pair();
    const keys = await open(folder, 'guess');
    const error = await keys.signer.sign(text).catch((reason: unknown) => reason as Error);
    expect(error).toMatchObject({
      code: 'SIGNATURE_INVALID',
      hint: expect.stringContaining('COSIGN_PASSWORD'),
    });
    expect((error as Error).message).not.toContain('guess');
  });

  test('the public key is of another pair', async () => {
    const { folder, publicKeyFile } = await pair();
    const other = await pair();
    await writeFile(publicKeyFile, await readFile(other.publicKeyFile));
    const keys = await open(folder);
    await expect(keys.signer.sign(text)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });

  test('the public key is gone: it is made again', async () => {
    const { folder, publicKeyFile, signer } = await pair();
    await rm(publicKeyFile);
    const keys = await open(folder);
    expect([keys.wasMade, keys.verify(text, await signer.sign(text))]).toEqual([false, true]);
  });

  test('the public key is damaged', async () => {
    const { folder, publicKeyFile } = await pair();
    await writeFile(publicKeyFile, 'hello');
    await expect(open(folder)).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
  });

  test('the private key is gone: no other takes its place', async () => {
    const { folder, privateKeyFile, publicKeyFile } = await pair();
    const before = await readFile(publicKeyFile, 'utf8');
    await rm(privateKeyFile);
    await expect(open(folder)).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
      hint: expect.stringContaining('restore it from its copy'),
    });
    expect(await readdir(folder)).toEqual(['cosign.pub']);
    expect(await readFile(publicKeyFile, 'utf8')).toBe(before);
  });

  test.each([
    { summary: 'not a key', content: 'hello' },
    { summary: 'a plain key', content: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n' },
    {
      summary: 'not the format',
      content:
        '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\ne30=\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n',
    },
  ])('$summary', async ({ content }) => {
    const { folder, privateKeyFile } = await pair();
    await writeFile(privateKeyFile, content);
    const keys = await open(folder);
    await expect(keys.signer.sign(text)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });
});

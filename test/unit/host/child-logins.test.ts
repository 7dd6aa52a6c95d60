import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { withLogins } from '../../../src/host/child-logins.ts';
import { createProcessRunner } from '../../../src/host/process.ts';
import type { Credentials, CredentialSource } from '../../../src/oci/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const REGISTRY = '111122223333.dkr.ecr.eu-central-1.amazonaws.com';

function password(number: number): Credentials {
  return { kind: 'password', username: 'AWS', password: `SECRET-${number}` };
}

/** Another password after each refusal. */
function source(): CredentialSource {
  let number = 1;
  return async (registry, refused) => {
    number += refused === undefined ? 0 : 1;
    return registry === REGISTRY ? password(number) : undefined;
  };
}

/** A program that tells how it was started and what it found, and then does this. */
async function program(then: string): Promise<{ readonly argv: readonly string[]; readonly told: string }> {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'program.sh');
  const told = path.join(folder, 'told');
  const script = [
    `echo "$* $DOCKER_CONFIG" >> ${told}`,
    `stat -c '%a' "$DOCKER_CONFIG" "$DOCKER_CONFIG/config.json" >> ${told}`,
    `cat "$DOCKER_CONFIG/config.json" >> ${told}`,
    `echo >> ${told}`,
    then,
  ];
  await writeFile(file, script.join('\n'));
  return { argv: ['/bin/sh', file, 'verify'], told };
}

function config(number: number): string {
  const auth = Buffer.from(`AWS:SECRET-${number}`).toString('base64');
  return JSON.stringify({ auths: { [REGISTRY]: { auth } } });
}

test('a program finds a password that nobody else can read, while it runs', async () => {
  const { argv, told } = await program('exit 0');
  const registries = ['registry.example.com', REGISTRY];
  const runner = withLogins(createProcessRunner(), { registries, credentials: source() });
  await runner.run(argv);
  const [started = '', folderMode, fileMode, found] = (await readFile(told, 'utf8')).split('\n');
  expect(started).not.toContain('SECRET');
  expect([folderMode, fileMode, found]).toEqual(['700', '600', config(1)]);
  expect(existsSync(started.split(' ')[1] ?? '')).toBe(false);
});

test('nothing is left of one that fails', async () => {
  const { argv, told } = await program('echo broken >&2; exit 1');
  const runner = withLogins(createProcessRunner(), { registries: [REGISTRY], credentials: source() });
  await expect(runner.run(argv)).rejects.toThrow('broken');
  const [started = ''] = (await readFile(told, 'utf8')).split('\n');
  expect(existsSync(started.split(' ')[1] ?? '')).toBe(false);
});

test('one that is told that the password is over runs once more, with another', async () => {
  const { argv, told } = await program(
    'echo "DENIED: Your authorization token has expired. Reauthenticate and try again." >&2; exit 1',
  );
  const runner = withLogins(createProcessRunner(), { registries: [REGISTRY], credentials: source() });
  await expect(runner.run(argv)).rejects.toThrow('token has expired');
  const lines = (await readFile(told, 'utf8')).split('\n');
  expect(lines.filter((line) => line.startsWith('{'))).toEqual([config(1), config(2)]);
});

test("where we know nothing, Docker's own configuration counts", async () => {
  const runner = withLogins(createProcessRunner({ DOCKER_CONFIG: '/their/own' }), {
    registries: ['registry.example.com'],
    credentials: source(),
  });
  const { stdout } = await runner.run(['/bin/sh', '-c', 'echo "$DOCKER_CONFIG"']);
  expect(stdout.trim()).toBe('/their/own');
});

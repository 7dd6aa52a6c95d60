import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toolEnvironment } from '../../src/host/builder/index.ts';
import { startLocalRegistry, type LocalRegistry } from '../../src/host/local-registry.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import { createRegistrySend } from '../../src/host/registry-send.ts';
import { isVerified } from '../../src/verify/index.ts';
import { testKeys } from '../support/signing.ts';
import { ATTACHED_ROWS } from '../support/tampered-attachments.ts';
import { RELEASE_ROWS } from '../support/tampered-releases.ts';
import { allAttestations, ATTESTATIONS } from '../support/tampering.ts';
import { toolPath, toolsFolder } from '../support/tools.ts';
import { failures, releasedRepository, type ReleasedRepository } from '../support/verified-release.ts';

const ours = testKeys();
let folder: string;
let local: LocalRegistry;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ingot-verify-'));
  const { send } = createRegistrySend();
  local = await startLocalRegistry(
    {
      program: await toolPath('docker-registry'),
      environment: toolEnvironment(await toolsFolder()),
      port: 0,
      folder,
    },
    { processes: createProcessRunner(), send, signal: new AbortController().signal },
  );
});

afterAll(async () => {
  await local.stop();
  await rm(folder, { recursive: true });
});

/** Nothing that is changed in one repository reaches another. */
let repositories = 0;
function newRepository(signedWith = ours): ReleasedRepository {
  repositories += 1;
  const name = `r${repositories}/python`;
  return releasedRepository({ address: local.address, folder }, { name, ours, signedWith });
}

test('a sound release passes every check', async () => {
  const at = newRepository();
  await at.release('one');
  const verification = await at.verify();
  expect(failures(verification)).toEqual({});
  expect(isVerified(verification)).toBe(true);
  expect(verification.checks.map(({ check }) => check)).toEqual([
    'digest',
    'signature',
    'referrers',
    ...ATTESTATIONS,
    'sbom',
    'lock',
    'release',
    'scan',
    'tests',
  ]);
});

test.each([...ATTACHED_ROWS, ...RELEASE_ROWS])('$summary: $failed', async ({ tamper, failed }) => {
  const at = newRepository();
  const { demands, reference } = (await tamper(at)) ?? {};
  const verification = await at.verify(demands, reference);
  expect(failures(verification)).toEqual(failed);
  expect(isVerified(verification)).toBe(false);
});

test('everything by another key: SIGNATURE_INVALID', async () => {
  const at = newRepository(testKeys());
  await at.release('one');
  expect(failures(await at.verify())).toEqual({
    signature: ['SIGNATURE_INVALID'],
    ...allAttestations('SIGNATURE_INVALID'),
    release: ['SIGNATURE_INVALID'],
  });
});

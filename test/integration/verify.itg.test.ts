import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LocalRegistry } from '../../src/host/local-registry.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import type { AttestationForm } from '../../src/model/index.ts';
import { PREDICATE_TYPE } from '../../src/oci/index.ts';
import { createKeylessSigner } from '../../src/stages/sign/index.ts';
import {
  createTrustedIdentity,
  isVerified,
  verifyText,
  type Trust,
  type Verification,
} from '../../src/verify/index.ts';
import { newerCosign } from '../support/debian-tools.ts';
import { startRealRegistry } from '../support/real-registry.ts';
import { pemOf, testKeys } from '../support/signing.ts';
import { serveKeyless } from '../support/sigstore.ts';
import { ATTACHED_ROWS } from '../support/tampered-attachments.ts';
import { RELEASE_ROWS } from '../support/tampered-releases.ts';
import { allAttestations, ATTESTATIONS } from '../support/tampering.ts';
import { toolPath } from '../support/tools.ts';
import { trustIn } from '../support/trust.ts';
import { failures, releasedRepository, type ReleasedRepository } from '../support/verified-release.ts';

const ours = testKeys();
let folder: string;
let local: LocalRegistry;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ingot-verify-'));
  local = await startRealRegistry(folder);
});

afterAll(async () => {
  await local.stop();
  await rm(folder, { recursive: true });
});

/** Nothing that is changed in one repository reaches another. */
let repositories = 0;
function newRepository(signedWith = ours, form: AttestationForm = 'classic'): ReleasedRepository {
  repositories += 1;
  const name = `r${repositories}/python`;
  return releasedRepository({ address: local.address, folder }, { name, ours, signedWith, form });
}

/** As an auditor has it: in a file. */
async function trustInFile(): Promise<Trust> {
  const file = path.join(folder, "the team's cosign.pub");
  await writeFile(file, pemOf(ours.publicKey));
  return trustIn(ours, [], file);
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

/** Commands that are printed. */
function linesOf(verification: Verification, begin: string): readonly string[] {
  return verifyText([verification])
    .split('\n')
    .filter((line) => line.startsWith(begin));
}

/** A line of a shell, with this cosign on PATH. */
async function paste(line: string, cosign: string): Promise<void> {
  const PATH = `${path.dirname(cosign)}:${process.env['PATH'] ?? ''}`;
  await createProcessRunner({ PATH }).run(['/bin/sh', '-c', line]);
}

describe.each([
  { version: '2.5', program: () => toolPath('cosign') },
  { version: '3', program: newerCosign },
])('cosign $version', ({ program }) => {
  test.each<{ form: AttestationForm; commands: number }>([
    { form: 'classic', commands: 12 },
    { form: 'bundle', commands: 12 },
    { form: 'both', commands: 22 },
  ])('says the same by each command that is printed: $form', async ({ form, commands }) => {
    const at = newRepository(ours, form);
    const released = await at.release('one');
    const subject = released.published.ref.digest;
    const vex = { '@context': 'https://openvex.dev/ns/v0.2.0', statements: [] };
    await at.sign(released, [{ subject, predicateType: PREDICATE_TYPE.vex, predicate: vex }]);
    const verification = await at.verify({}, undefined, await trustInFile());
    expect(failures(verification)).toEqual({});
    const lines = linesOf(verification, '  cosign ');
    expect(lines).toHaveLength(commands);
    const cosign = await program();
    for (const line of lines) {
      await expect(paste(line, cosign), line).resolves.toBeUndefined();
    }
  });
});

test('an identity beside the key: cosign is asked for index and manifests, as by the line that is printed', async () => {
  const { keyless, token, roots } = await serveKeyless(folder);
  const cosign = await toolPath('cosign');
  const [processes, { signal }] = [createProcessRunner(), new AbortController()];
  const deps = { processes, cosign, signal, variables: { ...roots, SIGSTORE_ID_TOKEN: token } };
  const at = newRepository(ours, 'bundle');
  const { published, image } = await at.release('one');
  const sign = createKeylessSigner(keyless, deps);
  const identity = createTrustedIdentity(keyless, { ...deps, variables: roots });
  const trust = { ...(await trustInFile()), identity };

  await sign(published.ref);
  expect(failures(await at.verify({}, undefined, trust))).toEqual({ identity: ['SIGNATURE_INVALID'] });
  await sign({ ...published.ref, digest: image.tested.built.platforms[0]!.manifest.digest });
  const verification = await at.verify({}, undefined, trust);
  expect(failures(verification)).toEqual({});
  const lines = linesOf(verification, '  env SIGSTORE_');
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    await paste(line, cosign);
    await paste(line, await newerCosign());
  }

  const stranger = createTrustedIdentity({ ...keyless, identity: 'https://ci.example.com/else' }, deps);
  const theirs = await at.verify({}, undefined, { ...trust, identity: stranger });
  expect(failures(theirs)).toEqual({ identity: ['SIGNATURE_INVALID'] });
});

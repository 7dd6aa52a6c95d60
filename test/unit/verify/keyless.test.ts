import { expect, test } from 'vitest';
import type { ProcessRunner } from '../../../src/host/process.ts';
import { ToolError } from '../../../src/model/index.ts';
import { referenceText } from '../../../src/oci/index.ts';
import { createTrustedIdentity, isVerified, type TrustedIdentity } from '../../../src/verify/index.ts';
import { serveRegistry } from '../../support/registry.ts';
import { testKeys } from '../../support/signing.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { trustIn } from '../../support/trust.ts';
import { failures, releasedRepository } from '../../support/verified-release.ts';

const { signal } = new AbortController();
const WHO = {
  identity: 'https://forge.example.com/golden/.workflows/nightly@main',
  issuer: 'https://id.example.com',
};

/** cosign, as it ends for each image; what it was asked is kept. */
function cosignSaying(stderrTail?: string): ProcessRunner & { readonly calls: string[][] } {
  const calls: string[][] = [];
  return {
    calls,
    start: () => Promise.reject(new Error('cosign is not started')),
    run: (argv) => {
      calls.push([...argv]);
      return stderrTail === undefined
        ? Promise.resolve({ stdout: '[]', stderr: '' })
        : Promise.reject(new ToolError('exited', '"cosign" exited with 1', { exitCode: 1, stderrTail }));
    },
  };
}

function identity(processes: ProcessRunner, variables = {}): TrustedIdentity {
  return createTrustedIdentity(WHO, { processes, cosign: '/tools/cosign', signal, variables });
}

/** A release that our key signed, asked for by that key and the identity. */
async function verifyWith(processes: ProcessRunner) {
  const { address } = await serveRegistry();
  const ours = testKeys();
  const place = { address, folder: await temporaryFolder() };
  const at = releasedRepository(place, { name: 'golden/python', ours });
  const { published } = await at.release('one');
  const trust = { ...trustIn(ours), identity: identity(processes) };
  return { published, verification: await at.verify({}, undefined, trust) };
}

test('the key vouches for attestations and records, cosign for the identity of index and manifests', async () => {
  const cosign = cosignSaying();
  const { published, verification } = await verifyWith(cosign);
  expect(isVerified(verification)).toBe(true);
  expect(verification.identity).toBe(`key cosign.pub, and ${WHO.identity} (by ${WHO.issuer})`);
  expect(verification.checks.find(({ check }) => check === 'identity')).toMatchObject({
    status: 'passed',
    message: `index and linux/amd64: signed by ${WHO.identity} (by ${WHO.issuer})`,
  });
  expect(cosign.calls).toHaveLength(2);
  expect(cosign.calls).toContainEqual([
    '/tools/cosign',
    'verify',
    `--certificate-identity=${WHO.identity}`,
    `--certificate-oidc-issuer=${WHO.issuer}`,
    '--new-bundle-format=false',
    referenceText(published.ref),
  ]);
});

test.each([
  {
    summary: 'another identity',
    stderr:
      'Error: none of the expected identities matched what was in the certificate, got subjects [a@example.com]',
    code: 'SIGNATURE_INVALID',
    told: 'got subjects [a@example.com]',
  },
  {
    summary: 'no signature',
    stderr: 'Error: no signatures found',
    code: 'SIGNATURE_INVALID',
    told: 'got no certificate',
  },
  {
    summary: 'no roots',
    stderr: 'Error: getting trusted root: dial tcp',
    code: 'TOOL_FAILED',
    told: 'dial tcp',
  },
])('cosign says $summary: $code, and the key is judged by itself', async ({ stderr, code, told }) => {
  const { verification } = await verifyWith(cosignSaying(stderr));
  expect(failures(verification)).toEqual({ identity: [code] });
  const [fault] = verification.checks.find(({ check }) => check === 'identity')?.faults ?? [];
  expect(fault?.message).toContain(told);
});

test('roots of a service of its own are in the command that is printed', () => {
  const roots = { SIGSTORE_ROOT_FILE: '/catalog/roots/fulcio.pem' };
  const ref = { repository: 'registry.example.com/golden/python', digest: `sha256:${'a'.repeat(64)}` };
  const command = identity(cosignSaying(), roots).cosign(ref as never);
  expect(command.slice(0, 4)).toEqual([
    'env',
    'SIGSTORE_ROOT_FILE=/catalog/roots/fulcio.pem',
    'cosign',
    'verify',
  ]);
});

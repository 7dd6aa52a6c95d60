import { expect, test } from 'vitest';
import { ToolError } from '../../../src/model/index.ts';
import { referenceText } from '../../../src/oci/index.ts';
import { keylessTrust, type Trust } from '../../../src/verify/index.ts';
import { fakeCosign } from '../../support/fake-cosign.ts';
import { serveRegistry } from '../../support/registry.ts';
import { testKeys } from '../../support/signing.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { failures, releasedRepository, type ReleasedRepository } from '../../support/verified-release.ts';

const { signal } = new AbortController();
const WHO = {
  identity: 'https://forge.example.com/golden/.workflows/nightly@main',
  issuer: 'https://id.example.com',
};

async function repository(): Promise<ReleasedRepository> {
  const { address } = await serveRegistry();
  const place = { address, folder: await temporaryFolder() };
  return releasedRepository(place, { name: 'golden/python', ours: testKeys() });
}

function verify(at: ReleasedRepository, trust: Trust): ReturnType<ReleasedRepository['verify']> {
  return at.verify({}, undefined, trust);
}

test('what cosign accepts by exactly this identity counts; records are signed by keys', async () => {
  const at = await repository();
  const { published } = await at.release('one');
  const cosign = fakeCosign(at.registry);
  const verification = await verify(at, keylessTrust(WHO, { processes: cosign, cosign: 'cosign', signal }));
  expect(failures(verification)).toEqual({ release: ['SIGNATURE_INVALID'] });
  expect(cosign.calls).toContainEqual([
    'cosign',
    'verify',
    `--certificate-identity=${WHO.identity}`,
    `--certificate-oidc-issuer=${WHO.issuer}`,
    '--output=json',
    referenceText(published.ref),
  ]);
});

function failing(stderrTail: string): Trust {
  const error = new ToolError('exited', '"cosign" exited with 1', { exitCode: 1, stderrTail });
  const processes = { start: () => Promise.reject(error), run: () => Promise.reject(error) };
  return keylessTrust(WHO, { processes, cosign: 'cosign', signal });
}

test.each([
  {
    summary: 'another identity',
    stderr:
      'Error: none of the expected identities matched what was in the certificate, got subjects [a@example.com]',
    code: 'SIGNATURE_INVALID',
  },
  { summary: 'no signature', stderr: 'Error: no signatures found', code: 'SIGNATURE_INVALID' },
  { summary: 'no roots', stderr: 'Error: getting trusted root: dial tcp', code: 'TOOL_FAILED' },
])('cosign says $summary: $code', async ({ stderr, code }) => {
  const at = await repository();
  await at.release('one');
  expect(failures(await verify(at, failing(stderr)))).toMatchObject({
    signature: [code],
    'attestation lock': [code],
  });
});

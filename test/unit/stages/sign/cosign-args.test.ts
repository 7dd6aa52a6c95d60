import { expect, test } from 'vitest';
import { verifyArgs, verifyAttestationArgs } from '../../../../src/stages/sign/index.ts';

const images = ['127.0.0.1:5000/golden/python@sha256:1', '127.0.0.1:5000/team-a/python@sha256:1'];

test('cosign verify', async () => {
  const args = verifyArgs('/tools/cosign', { key: '/config/cosign.pub', images });
  await expect(`${args.join('\n')}\n`).toMatchFileSnapshot('../../../golden/argv/cosign-verify.txt');
});

test('cosign verify-attestation', async () => {
  const args = verifyAttestationArgs('/tools/cosign', 'https://spdx.dev/Document', {
    key: '/config/cosign.pub',
    images,
  });
  await expect(`${args.join('\n')}\n`).toMatchFileSnapshot(
    '../../../golden/argv/cosign-verify-attestation.txt',
  );
});

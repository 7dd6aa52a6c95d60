import { expect, test } from 'vitest';
import { createKmsSigner, signBlobArgs } from '../../../src/host/kms-signer.ts';
import type { ProcessRunner } from '../../../src/host/process.ts';
import { ToolError } from '../../../src/model/index.ts';
import { testKeys } from '../../support/signing.ts';

const { signal } = new AbortController();
const URI = 'awskms:///alias/golden';

function signerWith(run: ProcessRunner['run'], verify = testKeys().verify) {
  const processes = { run, start: () => Promise.reject(new Error('nothing is started')) };
  return createKmsSigner(URI, { processes, cosign: '/tools/cosign', verify, signal });
}

test('cosign sign-blob', async () => {
  const text = `${signBlobArgs('/tools/cosign', URI).join('\n')}\n`;
  await expect(text).toMatchFileSnapshot('../../golden/argv/cosign-sign-blob.txt');
});

test('the bytes go to its stdin, the signature comes from its stdout', async () => {
  const keys = testKeys();
  const inputs: unknown[] = [];
  const signer = signerWith(async (_argv, { input } = {}) => {
    inputs.push(input);
    const signature = await keys.signer.sign(Buffer.from(input ?? ''));
    return { stdout: `${Buffer.from(signature).toString('base64')}\n`, stderr: '' };
  }, keys.verify);
  const bytes = Buffer.from('{"naïve": "text"}');
  expect(keys.verify(bytes, await signer.sign(bytes))).toBe(true);
  expect(inputs).toEqual(['{"naïve": "text"}']);
});

test.each([
  {
    stderrTail: 'Error: signing -: AccessDeniedException',
    message: `cannot sign with "${URI}": Error: signing -: AccessDeniedException`,
    hint: expect.stringContaining(`cosign public-key --key ${URI}`),
  },
  {
    stderrTail: 'Error: loading URL: unrecognized scheme: gcpkms://',
    message: expect.stringContaining('unrecognized scheme'),
    hint: expect.stringContaining('INGOT_COSIGN'),
  },
])('a service that refuses: $stderrTail', async ({ stderrTail, message, hint }) => {
  const failure = new ToolError('exited', 'exited with 1', { exitCode: 1, stderrTail });
  const signer = signerWith(() => Promise.reject(failure));
  await expect(signer.sign(Buffer.from('text'))).rejects.toMatchObject({
    code: 'TOOL_FAILED',
    message,
    hint,
  });
});

test('a signature that does not fit the public key in the catalog is not used', async () => {
  const signer = signerWith(() => Promise.resolve({ stdout: 'AAAA', stderr: '' }));
  await expect(signer.sign(Buffer.from('text'))).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
});

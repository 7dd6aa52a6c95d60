import { expect, test } from 'vitest';
import { commandText } from '../../../../src/verify/cosign-commands.ts';
import type { Verification } from '../../../../src/verify/index.ts';
import { runFakeCli } from '../../../support/fake-factory.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const IMAGE = 'registry.example.com/golden/python:3.13';

function verificationWith(code: 'SBOM_MISMATCH' | 'REGISTRY_UNAVAILABLE'): Verification {
  const faults = [{ code, message: 'it is not as it has to be' }];
  const check = { check: 'sbom', status: 'failed', message: '', faults, cosign: [] } as const;
  return { reference: IMAGE, identity: 'key cosign.pub', checks: [check] };
}

test.each([
  { summary: 'all passed', verification: undefined, exitCode: 0 },
  { summary: 'one failed', verification: verificationWith('SBOM_MISMATCH'), exitCode: 1 },
  { summary: 'it could not look', verification: verificationWith('REGISTRY_UNAVAILABLE'), exitCode: 3 },
])('exit code $exitCode when $summary', async ({ verification, exitCode }) => {
  const result = await runFakeCli(['verify', IMAGE], {
    cwd: await temporaryFolder(),
    verificationOf: (reference) => verification ?? { reference, identity: 'key cosign.pub', checks: [] },
  });
  expect(result.exitCode).toBe(exitCode);
});

const WITHOUT_CATALOG = {
  target: 'local',
  trust: { key: { kind: 'target' } },
  newest: false,
};

test.each([
  { argv: [], expected: {} },
  { argv: ['--key', 'their.pub'], expected: { trust: { key: { kind: 'file', file: 'their.pub' } } } },
  {
    argv: ['--key', 'awskms:///alias/a'],
    expected: { trust: { key: { kind: 'kms', uri: 'awskms:///alias/a' } } },
  },
  {
    argv: ['--certificate-identity', 'a@example.com', '--certificate-oidc-issuer', 'https://id.example.com'],
    expected: {
      trust: {
        key: { kind: 'target' },
        identity: { identity: 'a@example.com', issuer: 'https://id.example.com' },
      },
    },
  },
  { argv: ['--newest', '--max-scan-age', '12'], expected: { newest: true, maxScanAgeHours: 12 } },
])('$argv', async ({ argv, expected }) => {
  const { asked } = await runFakeCli(['verify', IMAGE, ...argv], { cwd: await temporaryFolder() });
  const [request = ''] = asked;
  expect(JSON.parse(request.slice(`verify ${IMAGE} `.length))).toEqual({ ...WITHOUT_CATALOG, ...expected });
});

test.each([
  { argv: ['verify'], told: 'expected an image, got none' },
  { argv: ['verify', IMAGE, '--certificate-identity', 'a@example.com'], told: 'got one' },
  { argv: ['verify', IMAGE, '--max-scan-age', 'soon'], told: 'expected a number of hours, got "soon"' },
  { argv: ['verify', '--report'], told: 'expected --since' },
  { argv: ['verify', '--since', 'yesterday'], told: 'expected a date such as 2026-10-01, got "yesterday"' },
])('$argv is refused', async ({ argv, told }) => {
  const result = await runFakeCli(argv, { cwd: await temporaryFolder() });
  expect(result).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(told) });
});

test.each([
  { gaps: [], exitCode: 0 },
  { gaps: ['a record is gone'], exitCode: 1 },
])('an audit with gaps $gaps ends with $exitCode', async ({ gaps, exitCode }) => {
  const argv = ['verify', 'static-13', '--since', '2026-10-01', '--report'];
  const result = await runFakeCli(argv, { cwd: await temporaryFolder(), auditGaps: gaps });
  expect(result.exitCode).toBe(exitCode);
  expect(result.asked[0]).toBe('audit static-13 2026-10-01T00:00:00.000Z 2026-11-23T21:45:30.000Z');
});

test.each([
  { argv: ['cosign', 'verify', '--key=/etc/cosign.pub'], text: 'cosign verify --key=/etc/cosign.pub' },
  { argv: ['cosign', "--key=/it's mine"], text: `cosign '--key=/it'\\''s mine'` },
])('$text', ({ argv, text }) => {
  expect(commandText(argv)).toBe(text);
});

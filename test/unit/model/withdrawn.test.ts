import { expect, test } from 'vitest';
import { isWithdrawn, withdrawalOf, type Decision } from '../../../src/model/index.ts';

const common = { owner: 'platform', reason: 'breaks TLS', expires: '2020-01-01' };
const BY_DIGEST: Decision = {
  ...common,
  kind: 'withdraw',
  file: 'decisions/digest.json',
  target: 'node-24',
  release: `sha256:${'a'.repeat(64)}`,
};
const BY_TAG: Decision = {
  ...common,
  kind: 'withdraw',
  file: 'decisions/tag.json',
  target: 'node-24',
  release: '24.21.0.202611210312',
};
const FREEZE: Decision = { ...common, kind: 'freeze', file: 'decisions/freeze.json', target: '*' };
const OTHER = `sha256:${'b'.repeat(64)}`;

test.each([
  ['the digest it names, long after its day', { digest: BY_DIGEST.release }, BY_DIGEST.file],
  [
    'the digest it names, in whatever image',
    { digest: BY_DIGEST.release, image: 'node-dev-24' },
    BY_DIGEST.file,
  ],
  ['the tag it names', { digest: OTHER, uniqueTag: BY_TAG.release, image: 'node-24' }, BY_TAG.file],
  ['that tag, of an image nobody said', { digest: OTHER, uniqueTag: BY_TAG.release }, BY_TAG.file],
  [
    'no such tag of another image',
    { digest: OTHER, uniqueTag: BY_TAG.release, image: 'node-dev-24' },
    undefined,
  ],
  ['no other release', { digest: OTHER, uniqueTag: '24.21.0.202611210313', image: 'node-24' }, undefined],
])('a release is withdrawn by a decision: %s', (_, release, file) => {
  const decisions = [FREEZE, BY_DIGEST, BY_TAG];
  expect(withdrawalOf(decisions, release)?.file).toBe(file);
  expect(isWithdrawn(decisions, release)).toBe(file !== undefined);
});

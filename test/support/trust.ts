import path from 'node:path';
import { keysInForce, type RetiredKey } from '../../src/oci/index.ts';
import type { Trust } from '../../src/verify/index.ts';
import { REPOSITORY } from './repository.ts';
import type { TestKeys } from './signing.ts';

export const TRUSTED_ROOT = path.join(REPOSITORY, 'data/empty-trusted-root.json');

/** On that day keys retire in these tests. */
export const TODAY = new Date('2026-11-26T12:00:00Z');

/** Trust in one key pair, and in what it replaced. */
export function trustIn(keys: TestKeys, retired: readonly RetiredKey[] = [], file = 'cosign.pub'): Trust {
  const current = { name: 'cosign.pub', file, verify: keys.verify };
  return { ...keysInForce(current, retired, TODAY), trustedRootFile: TRUSTED_ROOT };
}

/** A key pair after it was replaced. */
export function retiredKey({ verify }: TestKeys, until = '2026-12-31'): RetiredKey {
  return { name: 'keys/2025.pub', file: '/catalog/keys/2025.pub', verify, until };
}

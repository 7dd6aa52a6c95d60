import type { Policy } from '../../src/model/index.ts';
import { PolicyFile, toPolicy } from '../../src/catalog/policy-schema.ts';

/** What a catalog demands that says nothing. */
export const DEFAULT_POLICY: Policy = toPolicy(PolicyFile.parse({}));

/** Every fix is due at once. */
export const NO_GRACE: Policy['graceDays'] = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 };

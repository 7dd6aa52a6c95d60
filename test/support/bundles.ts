import type { BundleSettings } from '../../src/stages/sign/index.ts';

/** Of a target that wants attestations as bundles alone. */
export const BUNDLES: BundleSettings = {
  form: 'bundle',
  keyHint: 'hint',
  created: '2026-11-21T03:12:00.000Z',
  trustedRootFile: 'root.json',
};

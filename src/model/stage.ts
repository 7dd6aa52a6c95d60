/** The stages in their order: one list for commands, log prefixes, records, reports and the architecture test. */
export const STAGES = [
  'resolve',
  'render',
  'build',
  'test',
  'sbom',
  'scan',
  'gate',
  'publish',
  'sign',
  'promote',
] as const;
export type Stage = (typeof STAGES)[number];

import type { Compared, Origin } from './facts.ts';

/** What people change in the catalog and its stacks. */
export type OriginPart =
  'catalog entry' | 'stack files' | 'Dockerfile' | 'tests' | 'platforms' | 'compression';

/** Whether two builds are the same in one respect. */
type IsSame = (before: Origin, now: Origin) => boolean;

const PARTS: Readonly<Record<Exclude<OriginPart, 'Dockerfile'>, IsSame>> = {
  'catalog entry': (before, now) => before.lock.entry === now.lock.entry,
  'stack files': (before, now) => isSameRecord(before.inputs.files, now.inputs.files),
  tests: (before, now) => isSameRecord(before.inputs.tests, now.inputs.tests),
  platforms: (before, now) => isSameRecord(before.inputs.platforms, now.inputs.platforms),
  compression: (before, now) => before.inputs.compression === now.inputs.compression,
};

/** What somebody changed since the release: packages and artifacts move of themselves and are not in it. */
export function changedOrigins({ origin, dockerfileOf, previous }: Compared): readonly OriginPart[] {
  const before = previous.origin;
  const parts = (Object.keys(PARTS) as (keyof typeof PARTS)[]).filter((part) => !PARTS[part](before, origin));
  // the upstream version is in a label of it, and moves with the packages
  const isSameDockerfile = dockerfileOf(before.lock.version) === before.inputs.dockerfile;
  return isSameDockerfile ? parts : [...parts, 'Dockerfile'];
}

function isSameRecord(before: object, now: object): boolean {
  return JSON.stringify(Object.entries(before).sort()) === JSON.stringify(Object.entries(now).sort());
}

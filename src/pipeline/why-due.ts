import type { Due, DueReason, Lock, MovedInput, MovedVersion } from '../model/index.ts';

/** Fields of the build inputs whose change gives other content; the others are built to see that nothing changed. */
const REASON_OF_FIELD = {
  dockerfile: 'recipe',
  files: 'recipe',
  platforms: 'recipe',
  compression: 'recipe',
  annotations: 'recipe',
  schemaVersion: 'recipe',
  tests: 'tests',
  toolbox: 'toolbox',
  builder: 'builder',
} as const;

const CHANGING: readonly DueReason['kind'][] = ['first-release', 'recipe', 'package', 'artifact', 'quarter'];

/** Why an image is made whose inputs moved since its release. `lock` is of now. */
export function whyMoved(moved: readonly MovedInput[], lock: Lock): Due {
  const versions = movedVersions(moved, lock);
  const fields = new Set(moved.map(({ input }) => input.split(' ')[0] ?? ''));
  const kinds = new Set(
    Object.entries(REASON_OF_FIELD).flatMap(([name, kind]) => (fields.has(name) ? kind : [])),
  );
  const others = [...kinds].map((kind) => ({ kind }));
  // a new date comes with every new package; alone, it is a new quarter's
  const isQuarter = fields.has('sourceDateEpoch') && versions.length === 0;
  const reasons = [...versions, ...others, ...(isQuarter ? [{ kind: 'quarter' as const }] : [])];
  return due(reasons.length === 0 ? [{ kind: 'unknown-inputs' }] : reasons);
}

/** Of an image that is made for another reason than that inputs moved. */
export function due(reasons: readonly DueReason[]): Due {
  const changes = reasons.some(({ kind }) => CHANGING.includes(kind));
  return { reasons, expected: changes ? 'change' : 'same' };
}

export function isSecurityFix({ reasons }: Due): boolean {
  return reasons.some((reason) => 'isSecurity' in reason && reason.isSecurity);
}

/** A package that the release before had too, and without the fix. */
export function isSecurityUpdate(reason: DueReason): reason is MovedVersion {
  return 'isSecurity' in reason && reason.isSecurity && reason.before.length > 0;
}

/** `packages linux/amd64 base libssl3t64 3.5.4-1`, each name once. */
function movedVersions(moved: readonly MovedInput[], lock: Lock): readonly MovedVersion[] {
  const inputs = moved.flatMap(({ input, before, after }) => {
    const [field, , , name = '', version = ''] = input.split(' ');
    return field === 'packages' ? [{ name, version, before, after }] : [];
  });
  const artifacts = new Set(layersOf(lock).flatMap((layer) => layer.artifacts.map(({ name }) => name)));
  const fixed = new Set(
    layersOf(lock).flatMap((layer) => layer.packages.filter(isFix).map(({ name }) => name)),
  );
  return [...Map.groupBy(inputs, ({ name }) => name)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, each]) => ({
      kind: artifacts.has(name) ? 'artifact' : 'package',
      name,
      before: versionsOf(each.filter(({ before }) => before !== undefined)),
      after: versionsOf(each.filter(({ after }) => after !== undefined)),
      isSecurity: fixed.has(name),
    }));
}

function layersOf({ platforms }: Lock): readonly Lock['platforms'][number]['layers'][number][] {
  return platforms.flatMap(({ layers }) => layers);
}

function isFix({ archive }: { readonly archive: string }): boolean {
  return archive === 'debian-security';
}

function versionsOf(inputs: readonly { readonly version: string }[]): readonly string[] {
  return [...new Set(inputs.map(({ version }) => version))];
}

import type { Lock, LockChange, LockedArtifact, Platform } from '../../model/index.ts';
import { lockText } from './lock-text.ts';

interface Input {
  readonly version: string;
  /** Digest: the same version with other bytes is another input. */
  readonly digest: string;
  readonly isWitnessed: boolean;
}

/** What a lock has, by kind and name. */
type Inputs = ReadonlyMap<string, Input>;

type Change = Omit<LockChange, 'cves'>;

/**
 * Whether two locks build the same image for the same entry. The archive is signed anew several times a day: suites
 * alone that moved are no news, and the older ones stay true.
 */
export function isSameLock(before: Lock, after: Lock): boolean {
  return lockText({ ...before, suites: [] }) === lockText({ ...after, suites: [] });
}

/**
 * Inputs that were added, removed, have another version or lost or gained their witness, by name; what is the same on
 * all platforms is said once.
 */
export function lockChanges(before: Lock, after: Lock): readonly Change[] {
  const platforms = after.platforms.map(({ platform }) => platform);
  const changes = platforms.flatMap((platform) => changesOn(platform, before, after));
  const merged = Map.groupBy(changes, ({ kind, name, before: old = '', after: now = '', witness = '' }) =>
    [kind, name, old, now, witness].join(' '),
  );
  return [...merged.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, [first, ...others]]) =>
      first === undefined
        ? []
        : [{ ...first, platforms: [first, ...others].flatMap((change) => change.platforms) }],
    );
}

/** Inputs on all platforms, each once however many have it. */
export function countInputs({ platforms }: Lock): number {
  return new Set(platforms.flatMap(({ platform }) => [...inputsOn(platform, { platforms }).keys()])).size;
}

function changesOn(platform: Platform, before: Lock, after: Lock): readonly Change[] {
  const old = inputsOn(platform, before);
  const now = inputsOn(platform, after);
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((key) => isChanged(old.get(key), now.get(key)))
    .map((key) => toChange(key, { old, now, platform }));
}

function isChanged(old: Input | undefined, now: Input | undefined): boolean {
  return old?.digest !== now?.digest || old?.isWitnessed !== now?.isWitnessed;
}

function toChange(
  key: string,
  { old, now, platform }: { readonly old: Inputs; readonly now: Inputs; readonly platform: Platform },
): Change {
  const [kind = '', name = ''] = key.split(' ');
  const before = old.get(key)?.version;
  const after = now.get(key)?.version;
  return {
    kind: kind === 'package' ? 'package' : 'artifact',
    name,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    platforms: [platform],
    ...witnessChange(old.get(key), now.get(key)),
  };
}

/** Of an input that is new or gone, that says all. */
function witnessChange(old: Input | undefined, now: Input | undefined): Pick<Change, 'witness'> {
  if (old === undefined || now === undefined || old.isWitnessed === now.isWitnessed) {
    return {};
  }
  return { witness: now.isWitnessed ? 'gained' : 'lost' };
}

function inputsOn(wanted: Platform, { platforms }: Pick<Lock, 'platforms'>): Inputs {
  const layers = platforms.find(({ platform }) => platform === wanted)?.layers ?? [];
  const packages = layers.flatMap((layer) => layer.packages);
  const artifacts = layers.flatMap((layer) => layer.artifacts);
  return new Map<string, Input>([
    ...packages.map(
      ({ name, version, sha256 }) =>
        [`package ${name}`, { version, digest: sha256, isWitnessed: false }] as const,
    ),
    ...artifacts.map((artifact) => [`artifact ${artifact.name}`, toInput(artifact)] as const),
  ]);
}

function toInput(artifact: LockedArtifact): Input {
  const { version, integrity } = artifact;
  return { version, digest: integrity, isWitnessed: 'witness' in artifact };
}

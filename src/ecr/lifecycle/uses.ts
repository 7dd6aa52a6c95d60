import type { Sha256 } from '../../model/index.ts';
import type { Ancestry, RunningImage } from './running.ts';

/** Why a digest is needed. */
export interface Use {
  /** `base`: what runs was built on it. */
  readonly relation: 'runs' | 'base';
  readonly where: string;
}

export type Uses = ReadonlyMap<Sha256, readonly Use[]>;

export interface UsesInput {
  readonly running: readonly RunningImage[];
  /** Of a running image, by the digest that runs. */
  readonly ancestryOf: (digest: Sha256) => readonly Ancestry[];
  /** Platform manifests of ours, with their layers. */
  readonly ours: readonly Ancestry[];
}

/**
 * Every digest that is needed: what runs, and what it was built on, which is the release whose layers are the longest
 * beginning of its own, or what its annotation names. Layers count as pushed: what was compressed anew is found by its
 * annotation alone.
 */
export function findUses({ running, ancestryOf, ours }: UsesInput): Uses {
  const byLayers = Map.groupBy(ours, ({ layers }) => layers.join());
  const uses = new Map<Sha256, Use[]>();
  for (const { digest, where } of running) {
    add(uses, digest, { relation: 'runs', where });
    const bases = new Set(ancestryOf(digest).flatMap((ancestry) => basesOf(ancestry, byLayers)));
    bases.delete(digest);
    for (const base of bases) {
      add(uses, base, { relation: 'base', where });
    }
  }
  return uses;
}

function add(uses: Map<Sha256, Use[]>, digest: Sha256, use: Use): void {
  const known = uses.get(digest);
  if (known === undefined) {
    uses.set(digest, [use]);
  } else {
    known.push(use);
  }
}

function basesOf(
  { layers, base }: Ancestry,
  byLayers: ReadonlyMap<string, readonly Ancestry[]>,
): readonly Sha256[] {
  const named = base === undefined ? [] : [base];
  for (let count = layers.length; count > 0; count -= 1) {
    const found = byLayers.get(layers.slice(0, count).join());
    if (found !== undefined) {
      return [...named, ...found.map(({ digest }) => digest)];
    }
  }
  return named;
}

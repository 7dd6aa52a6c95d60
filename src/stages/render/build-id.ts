import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { BuildId, BuildInputs, LockedPlatform, MovedInput } from '../../model/index.ts';
import { InternalError } from '../../model/index.ts';

/** Characters kept of the digest: 128 bits, short enough to read in a tag. */
const BUILD_ID_LENGTH = 32;

/** Digest of the inputs' canonical JSON (RFC 8785): equal inputs give equal ids on every machine. */
export function toBuildId(inputs: BuildInputs): BuildId {
  const text = canonicalize(inputs);
  if (text === undefined) {
    throw new InternalError('the build inputs have no canonical form');
  }
  return createHash('sha256').update(text).digest('hex').slice(0, BUILD_ID_LENGTH) as BuildId;
}

/** What a lock's packages and artifacts are called among the inputs. */
export function packageInputs({ platform, layers }: LockedPlatform): readonly (readonly [string, string])[] {
  return layers.flatMap((layer) => [
    ...layer.packages.map(
      (each) => [`${platform} ${layer.stack} ${each.name} ${each.version}`, each.sha256] as const,
    ),
    ...layer.artifacts.map(
      (each) => [`${platform} ${layer.stack} ${each.name} ${each.version}`, each.integrity] as const,
    ),
  ]);
}

/** Which inputs moved between two builds, by name: `packages linux/amd64 glibc libc6 2.41-12`. */
export function movedInputs(before: BuildInputs, after: BuildInputs): readonly MovedInput[] {
  const old = flatten(before);
  const now = flatten(after);
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  return names
    .filter((name) => old.get(name) !== now.get(name))
    .map((input) => toMoved(input, old.get(input), now.get(input)));
}

function toMoved(input: string, before: string | undefined, after: string | undefined): MovedInput {
  return { input, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

function flatten(inputs: BuildInputs): ReadonlyMap<string, string> {
  const flat = new Map<string, string>();
  for (const [name, value] of Object.entries(inputs)) {
    if (value === null || typeof value !== 'object') {
      flat.set(name, String(value));
    } else {
      for (const [key, part] of Object.entries(value as Record<string, unknown>)) {
        flat.set(`${name} ${key}`, String(part));
      }
    }
  }
  return flat;
}

import {
  FactoryError,
  type CatalogEntry,
  type ImageId,
  type Lock,
  type LockedImage,
} from '../../model/index.ts';
import { architectureOf } from '../../oci/index.ts';
import { entryDigest } from './entry-digest.ts';
import { invalidLock, LockSchema, parseLockFile, type LockFile } from './lock-schema.ts';

/** Where an image's lock lies, relative to the catalog. */
export function lockFileName(id: ImageId): string {
  return `locks/${id}.json`;
}

/**
 * The second way to locked packages, beside a verified index: from a lock that `ingot lock` wrote after it had
 * verified the indexes, and that was reviewed in git since. What is not exactly of the form it was written in is
 * refused. Says nothing about what the catalog wants now.
 */
export function parseReviewedLock(text: string, id: ImageId): Lock {
  const file = lockFile(text, id);
  const lock = parseLockFile(file, LockSchema);
  const problems = [...imageProblems(lock, id), ...architectureProblems(lock)];
  if (problems.length > 0) {
    throw invalidLock(file, problems);
  }
  return lock;
}

/** The reviewed lock of an image as the catalog wants it now; one that was made for something else is stale. */
export function reviewedLock(entry: CatalogEntry, text: string | undefined): Lock {
  if (text === undefined) {
    throw staleLock(entry.id, 'a lock', 'no such file');
  }
  const lock = parseReviewedLock(text, entry.id);
  const wanted = entryDigest(entry);
  if (lock.entry !== wanted) {
    throw staleLock(entry.id, `one made for entry ${wanted}`, lock.entry);
  }
  const platforms = lock.platforms.map(({ platform }) => platform);
  if (platforms.join() !== entry.platforms.join()) {
    const message = `expected ${entry.platforms.join(', ')}, got ${platforms.join(', ')}`;
    throw invalidLock(lockFile(text, entry.id), [{ field: 'platforms', message }]);
  }
  return lock;
}

/** The image with its reviewed lock, and what a person should know about that: resolving said it once, in review. */
export function reviewedImage(entry: CatalogEntry, lock: Lock): LockedImage {
  const notices = unwitnessed(entry, lock);
  return { entry, lock, ...(notices.length === 0 ? {} : { notices }) };
}

/** An upstream that was out of reach when the lock was made may have seen a release since. */
function unwitnessed({ stacks }: CatalogEntry, { platforms }: Lock): readonly string[] {
  const wanted = stacks
    .flatMap(({ artifacts }) => artifacts)
    .flatMap((request) => (request.kind === 'npm' && request.witness !== undefined ? [request.name] : []));
  const texts = platforms
    .flatMap(({ layers }) => layers.flatMap(({ artifacts }) => artifacts))
    .filter((locked) => locked.kind === 'npm' && locked.witness === undefined && wanted.includes(locked.name))
    .map(({ name, version }) => `${name} ${version} is not witnessed by nodejs.org: its lock has no witness`);
  return [...new Set(texts)];
}

function lockFile(text: string, id: ImageId): LockFile {
  return { text, file: lockFileName(id), rewrite: `ingot lock ${id}` };
}

function imageProblems({ image }: Lock, id: ImageId): readonly { field: string; message: string }[] {
  return image === id ? [] : [{ field: 'image', message: `expected "${id}", got "${image}"` }];
}

/** A package of the other architecture would only be found out when the image does not run. */
function architectureProblems({ platforms }: Lock): readonly { field: string; message: string }[] {
  return platforms.flatMap(({ platform, layers }, at) =>
    layers.flatMap((layer, below) =>
      layer.packages.flatMap(({ architecture }, number) => {
        const field = `platforms[${at}].layers[${below}].packages[${number}].architecture`;
        const expected = architectureOf(platform);
        return architecture === 'all' || architecture === expected
          ? []
          : [{ field, message: `expected all or ${expected}, got ${architecture}` }];
      }),
    ),
  );
}

function staleLock(id: ImageId, expected: string, got: string): FactoryError {
  const message = `cannot build "${id}" as locked: ${lockFileName(id)}: expected ${expected}, got ${got}`;
  return new FactoryError('LOCK_STALE', message, {
    hint: `run \`ingot lock ${id}\`, and review what changed`,
  });
}

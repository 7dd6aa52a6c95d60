import type {
  Lock,
  LockedArtifact,
  LockedLayer,
  LockedPackage,
  LockedSuite,
  ToolLock,
} from '../../model/index.ts';
import { recordText } from './record-text.ts';

/** `lock.json` and `locks/<image>.json`: the same lock is the same text, whoever made its objects. */
export function lockText(lock: Lock): string {
  return recordText({
    schemaVersion: lock.schemaVersion,
    image: lock.image,
    entry: lock.entry,
    version: lock.version,
    epoch: lock.epoch,
    suites: lock.suites.map(orderedSuite),
    platforms: lock.platforms.map(({ platform, layers }) => ({ platform, layers: layers.map(orderedLayer) })),
  });
}

/** `locks/toolbox-trixie.json` and `locks/builder.json`. */
export function toolLockText(lock: ToolLock): string {
  return recordText({
    schemaVersion: lock.schemaVersion,
    name: lock.name,
    suites: lock.suites.map(orderedSuite),
    architectures: {
      amd64: lock.architectures.amd64.map(orderedPackage),
      arm64: lock.architectures.arm64.map(orderedPackage),
    },
  });
}

function orderedSuite(suite: LockedSuite): LockedSuite {
  const { archive, suite: name, inRelease, date, validUntil, signedBy } = suite;
  return {
    archive,
    suite: name,
    inRelease,
    date,
    ...(validUntil === undefined ? {} : { validUntil }),
    signedBy,
  };
}

function orderedLayer(layer: LockedLayer): Record<keyof LockedLayer, unknown> {
  return {
    stack: layer.stack,
    packages: layer.packages.map(orderedPackage),
    artifacts: layer.artifacts.map(orderedArtifact),
    excluded: layer.excluded.map(({ package: name, reason, requestedBy }) => ({
      package: name,
      reason,
      requestedBy,
    })),
    epoch: layer.epoch,
  };
}

function orderedPackage(locked: LockedPackage): LockedPackage {
  return {
    name: locked.name,
    version: locked.version,
    architecture: locked.architecture,
    source: { name: locked.source.name, version: locked.source.version },
    archive: locked.archive,
    suite: locked.suite,
    path: locked.path,
    size: locked.size,
    sha256: locked.sha256,
    requestedBy: locked.requestedBy,
  };
}

/** What all kinds have comes first; the rest differs by kind, and goes by name. */
function orderedArtifact({ kind, name, version, integrity, published, ...rest }: LockedArtifact): object {
  return { kind, name, version, integrity, published, ...(sortedFields(rest) as object) };
}

function sortedFields(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const fields = Object.entries(value).map(([name, field]) => [name, sortedFields(field)] as const);
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}

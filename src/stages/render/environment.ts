import type { LockedImage, LockedLayer, VersionSource } from '../../model/index.ts';

/** What a version of Debian or npm starts with, after Debian's epoch (policy 5.6.12). */
const NUMBERS = /^(?:\d+:)?(\d+(?:\.\d+)*)/;

/** The image's environment with `{{version}}` filled. */
export function toEnvironment(locked: LockedImage): Readonly<Record<string, string>> {
  const version = upstreamVersion(locked);
  const { environment } = locked.entry.config;
  return Object.fromEntries(
    Object.entries(environment).map(([key, value]) => [key, value.replaceAll('{{version}}', version)]),
  );
}

/**
 * Every number of the upstream's version, `21.0.13.1`, where the image's own has three. The text is the same for
 * all platforms: where they differ, the image's version is what each of them has at least.
 */
function upstreamVersion({ entry, lock }: LockedImage): string {
  const versions = lock.platforms.flatMap(({ layers }) =>
    layers.flatMap((layer) => versionsIn(layer, entry.version)),
  );
  const [first = lock.version, ...others] = versions.map((version) => NUMBERS.exec(version)?.[1]);
  return others.every((version) => version === first) ? first : lock.version;
}

function versionsIn(layer: LockedLayer, { kind, name }: VersionSource): readonly string[] {
  const inputs = kind === 'package' ? layer.packages : layer.artifacts;
  return inputs.filter((input) => input.name === name).map(({ version }) => version);
}

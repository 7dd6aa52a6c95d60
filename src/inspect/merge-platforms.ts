import type { PackageChange } from '../model/index.ts';
import { compareText } from './read-packages.ts';

/** Changes of one platform. */
export interface PlatformPackages {
  readonly platform: string;
  readonly packages: readonly PackageChange[];
}

/** What is the same on several platforms is said once, with their names. */
export function mergePlatforms(found: readonly PlatformPackages[]): readonly PackageChange[] {
  const all = found.flatMap(({ platform, packages }) => packages.map((change) => ({ platform, change })));
  const merged = Map.groupBy(all, ({ change: { kind, name, before = '', after = '' } }) =>
    [name, kind, before, after].join(' '),
  );
  return [...merged]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([, [first, ...others]]) =>
      first === undefined
        ? []
        : [{ ...first.change, platforms: [first, ...others].map(({ platform }) => platform) }],
    );
}

import type { MovedInput } from '../model/index.ts';

/** How build inputs name a package: platform, layer, name, version. */
const PACKAGE = /^packages \S+ \S+ (?<name>\S+) (?<version>\S+)$/;
const DIGEST = /^sha\d+[:-]/;

/** Lines for a reader: a package once, whatever its platforms and layers, and no digests. */
export function movedLines(moved: readonly MovedInput[]): string[] {
  const others = moved.filter(({ input }) => !PACKAGE.test(input)).map(otherLine);
  return [...packageLines(moved), ...others];
}

interface Versions {
  readonly before: Set<string>;
  readonly after: Set<string>;
}

function packageLines(moved: readonly MovedInput[]): string[] {
  const packages = new Map<string, Versions>();
  for (const { input, before, after } of moved) {
    const { name = '', version = '' } = PACKAGE.exec(input)?.groups ?? {};
    if (name === '') {
      continue;
    }
    const versions = packages.get(name) ?? { before: new Set(), after: new Set() };
    packages.set(name, versions);
    if (before !== undefined) {
      versions.before.add(version);
    }
    if (after !== undefined) {
      versions.after.add(version);
    }
  }
  return [...packages]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, versions]) => `package ${name}: ${changeText(versions)}`);
}

function changeText({ before, after }: Versions): string {
  const [old, now] = [[...before].join(', '), [...after].join(', ')];
  if (old === '') {
    return `${now} is new`;
  }
  if (now === '') {
    return `${old} is gone`;
  }
  return old === now ? `${now} is another file` : `${old} → ${now}`;
}

function otherLine({ input, before, after }: MovedInput): string {
  if (before === undefined) {
    return `${input}: new`;
  }
  if (after === undefined) {
    return `${input}: gone`;
  }
  return DIGEST.test(after) ? `${input}: changed` : `${input}: ${before} → ${after}`;
}

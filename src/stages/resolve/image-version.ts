/** After Debian's `epoch:` (policy 5.6.12); what follows the numbers (`+dfsg`, `~rc1`, `-1+deb13u1`) is not the release's. */
const NUMBERS = /^(?:\d+:)?(\d+(?:\.\d+)*)/;

const PARTS = 3;

/**
 * The upstream version of a Debian package or npm package as exactly three numbers, because unique tags are
 * compared part by part. Undefined when it does not start with a number.
 */
export function toImageVersion(version: string): string | undefined {
  const numbers = NUMBERS.exec(version)?.[1]?.split('.').map(Number);
  if (numbers === undefined) {
    return undefined;
  }
  return [...numbers, 0, 0].slice(0, PARTS).join('.');
}

/** The lowest of versions that `toImageVersion` made: what every platform of the image has at least. */
export function lowestVersion(versions: readonly [string, ...string[]]): string {
  return versions.reduce((lowest, version) => (compareParts(version, lowest) < 0 ? version : lowest));
}

function compareParts(a: string, b: string): number {
  const right = b.split('.').map(Number);
  const differences = a.split('.').map((part, at) => Number(part) - (right[at] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}

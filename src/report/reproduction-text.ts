import type { PlatformReproduction, Reproduction } from '../model/index.ts';
import { countText } from './units.ts';

/** `ingot reproduce`: whether the same inputs gave the same bytes, and where not. */
export function reproductionText(done: Reproduction): string {
  const { ref, rebuilt, isIdentical, platforms, inputs, builder } = done;
  const places = Object.entries(inputs).map(([place, count]) => `${count} from ${place}`);
  return [
    `image    ${ref.repository}@${ref.digest}`,
    `inputs   ${places.join(', ')}`,
    `builder  ${builder}`,
    ...platforms.flatMap(platformLines),
    isIdentical
      ? 'reproduced: the same index, manifests, configuration and layers, byte for byte'
      : `not reproduced: expected index ${ref.digest}, got ${rebuilt}`,
  ].join('\n');
}

function platformLines({
  platform,
  published,
  rebuilt,
  difference,
}: PlatformReproduction): readonly string[] {
  if (published === rebuilt) {
    return [`${platform}  the same  ${published}`];
  }
  return [`${platform}  differs`, `  ${difference ?? `expected ${published}, got ${rebuilt}`}`];
}

/** `ingot reproduce --export`. */
export function exportText(scripts: readonly string[]): string {
  return [
    `wrote ${countText(scripts.length, 'script')}: each needs docker buildx and the folder it is in, nothing else`,
    ...scripts.map((script) => `  ${script}`),
  ].join('\n');
}

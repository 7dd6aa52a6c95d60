import { z } from 'zod';
import { FactoryError } from '../../model/index.ts';
import { isSha256 } from '../../oci/index.ts';
import type { RunningImage } from './running.ts';

const List = z.array(z.string());

/**
 * Digests in use, as `sha256:…` or `repository@sha256:…`: one per line, `#` begins a comment; or a list in JSON. A line
 * that names no digest is refused: what nobody can tell from others cannot be kept. So is a list of nothing, which is
 * what a command that failed leaves behind.
 */
export function parseInUse(text: string, file: string): readonly RunningImage[] {
  const entries = /^\s*\[/.test(text) ? entriesOfJson(text, file) : entriesOfLines(text, file);
  const read = entries.map((entry) => ({ entry, image: toRunning(entry) }));
  const wrong = read.flatMap(({ entry, image }) => (image === undefined ? [entry] : []));
  if (wrong.length > 0) {
    const lines = wrong.map(({ where, written }) => `${where}: got "${written}"`).join(', ');
    throw new FactoryError(
      'USAGE',
      `cannot read what is in use: expected sha256:… or repository@sha256:…, ${lines}`,
      { hint: 'a tag may point at another image by now: write digests' },
    );
  }
  if (entries.length === 0) {
    throw new FactoryError('USAGE', `cannot read what is in use: "${file}" names no digest`, {
      hint: 'see that what wrote it did not fail; without --in-use nobody looks',
    });
  }
  return read.flatMap(({ image }) => image ?? []);
}

/** `imageID` of a container's status; undefined for what no registry knows by this digest. */
export function parseImageId(imageId: string, where: string): RunningImage | undefined {
  return toRunning({ written: imageId, where });
}

interface Entry {
  readonly written: string;
  readonly where: string;
}

function entriesOfLines(text: string, file: string): readonly Entry[] {
  return text
    .split('\n')
    .map((line, at) => ({ written: line.replace(/#.*/, '').trim(), where: `${file}:${at + 1}` }))
    .filter(({ written }) => written !== '');
}

function entriesOfJson(text: string, file: string): readonly Entry[] {
  const parsed = List.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new FactoryError('USAGE', `cannot read ${file}: expected a JSON list of digests`);
  }
  return parsed.data.map((written, at) => ({ written, where: `${file}[${at}]` }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** dockershim wrote `docker-pullable://` before. */
function toRunning({ written, where }: Entry): RunningImage | undefined {
  const [, named = '', digest = ''] =
    /^(?:docker-pullable:\/\/)?(?:(?<named>[^@\s]+)@)?(?<digest>sha256:\S+)$/.exec(written) ?? [];
  if (!isSha256(digest)) {
    return undefined;
  }
  // a tag before the digest is what it was called once
  const repository = named.replace(/:[^/:]+$/, '');
  return { digest, ...(repository !== '' && { repository }), where };
}

import { isDeepStrictEqual } from 'node:util';
import type { Descriptor, Sha256 } from '../model/index.ts';
import type { LayerItem } from './apply-layer.ts';
import { readLayer } from './layer-reader.ts';
import { readBlob } from './layout.ts';
import type { LayerEntry } from './root-filesystem.ts';
import { parseManifest } from './schema.ts';

/** A manifest in an OCI layout. */
export interface PlacedManifest {
  readonly layoutDir: string;
  readonly digest: Sha256;
}

/** The first thing in which two images of one platform are not the same, in words; undefined where nothing is. */
export async function firstDifference(
  expected: PlacedManifest,
  got: PlacedManifest,
): Promise<string | undefined> {
  if (expected.digest === got.digest) {
    return undefined;
  }
  const [one, other] = [await readManifest(expected), await readManifest(got)];
  for (const [index, layer] of one.layers.entries()) {
    const found = other.layers[index];
    if (found?.digest !== layer.digest) {
      const where = `layer ${index + 1} of ${one.layers.length}`;
      return `${where}: ${await layerDifference([expected, layer], [got, found])}`;
    }
  }
  if (other.layers.length > one.layers.length) {
    return `layers: expected ${one.layers.length}, got ${other.layers.length}`;
  }
  const configs = [await readJson(expected, one.config.digest), await readJson(got, other.config.digest)];
  return (
    prefixed('config', jsonDifference(configs[0], configs[1])) ??
    prefixed('manifest', jsonDifference(one, other)) ??
    'manifest: the same fields in other bytes'
  );
}

async function readManifest({
  layoutDir,
  digest,
}: PlacedManifest): Promise<ReturnType<typeof parseManifest>> {
  return parseManifest(await readBlob(layoutDir, digest), `manifest ${digest}`);
}

async function readJson({ layoutDir }: PlacedManifest, digest: Sha256): Promise<unknown> {
  return JSON.parse(Buffer.from(await readBlob(layoutDir, digest)).toString('utf8'));
}

type PlacedLayer = readonly [PlacedManifest, Descriptor | undefined];

async function layerDifference([expected, layer]: PlacedLayer, [got, found]: PlacedLayer): Promise<string> {
  if (layer === undefined || found === undefined) {
    return 'it is missing';
  }
  const one = await readLayer({ layoutDir: expected.layoutDir, layer });
  const other = await readLayer({ layoutDir: got.layoutDir, layer: found });
  return itemsDifference(one, other) ?? 'the same files in another tar or compression';
}

/** The first entry of a layer that another has not, in the order of the tar. */
export function itemsDifference(
  expected: readonly LayerItem[],
  got: readonly LayerItem[],
): string | undefined {
  for (const [index, item] of expected.entries()) {
    const found = got[index];
    if (found === undefined || pathOf(found) !== pathOf(item)) {
      return orderDifference(pathOf(item), found && pathOf(found), got);
    }
    const difference = itemDifference(item, found);
    if (difference !== undefined) {
      return `${pathOf(item)}: ${difference}`;
    }
  }
  const more = got[expected.length];
  return more && `${pathOf(more)}: expected nothing more, got this`;
}

function orderDifference(path: string, instead: string | undefined, got: readonly LayerItem[]): string {
  return got.some((item) => pathOf(item) === path)
    ? `${path}: expected at this place, got ${instead ?? 'the end'}`
    : `${path}: expected, and missing`;
}

function pathOf(item: LayerItem): string {
  switch (item.kind) {
    case 'entry':
      return item.entry.path;
    case 'hard-link':
    case 'whiteout':
      return item.path;
    case 'opaque':
      return item.directory;
  }
}

/** What a tar header says, and the content behind it, in the order a reader would look at them. */
const FIELDS: readonly (readonly [string, (entry: LayerEntry) => string])[] = [
  ['type', ({ type }) => type],
  ['mode', ({ mode }) => mode.toString(8).padStart(4, '0')],
  ['owner', ({ uid, gid }) => `${uid}:${gid}`],
  ['link', ({ linkTarget = '' }) => linkTarget],
  ['size', ({ size }) => String(size)],
  ['date', ({ mtime }) => new Date(mtime * 1000).toISOString()],
  ['content (SHA-256)', ({ digests }) => digests?.sha256 ?? ''],
];

function itemDifference(expected: LayerItem, got: LayerItem): string | undefined {
  if (expected.kind === 'entry' && got.kind === 'entry') {
    const field = FIELDS.find(([, read]) => read(expected.entry) !== read(got.entry));
    return field && `${field[0]}: expected ${field[1](expected.entry)}, got ${field[1](got.entry)}`;
  }
  return isDeepStrictEqual(expected, got) ? undefined : `expected ${expected.kind}, got ${got.kind}`;
}

/** Path and values of the first field, in the order of the keys. */
export function jsonDifference(expected: unknown, got: unknown, path = ''): string | undefined {
  if (isDeepStrictEqual(expected, got)) {
    return undefined;
  }
  if (!isObject(expected) || !isObject(got)) {
    return `${path}: expected ${shown(expected)}, got ${shown(got)}`;
  }
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(got)])].sort();
  const key = keys.find((each) => !isDeepStrictEqual(expected[each], got[each])) ?? '';
  return jsonDifference(expected[key], got[key], path === '' ? key : `${path}.${key}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function prefixed(what: string, difference: string | undefined): string | undefined {
  return difference && `${what}: ${difference}`;
}

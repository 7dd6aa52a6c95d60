import { InvalidArgumentError, Option } from 'commander';
import type { Selection } from './select-images.ts';

/** One of several processes that share a catalog, counted from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

export function shardOption(): Option {
  return new Option('--shard <i/n>', 'only the images that process i of n has to make').argParser(parseShard);
}

function parseShard(text: string): Shard {
  const { i, n } = /^(?<i>[1-9]\d*)\/(?<n>[1-9]\d*)$/.exec(text)?.groups ?? {};
  const shard = { index: Number(i), count: Number(n) };
  if (i === undefined || shard.index > shard.count) {
    throw new InvalidArgumentError(`expected i/n with i from 1 to n, such as "2/4", got "${text}"`);
  }
  return shard;
}

/**
 * A share that every process finds by itself. Images of one repository, and its dev images, stay together: they have
 * most of their layers in common.
 */
export function shareOf({ entries, broken }: Selection, { index, count }: Shard): Selection {
  const names = new Set([...entries, ...broken].map(familyOf));
  const own = [...names].sort().filter((_, at) => at % count === index - 1);
  function isOwn(image: Selection['entries'][number] | Selection['broken'][number]): boolean {
    return own.includes(familyOf(image));
  }
  return { entries: entries.filter(isOwn), broken: broken.filter(isOwn) };
}

function familyOf({ repository }: { readonly repository: string }): string {
  return repository.replace(/-dev$/, '');
}

import { createHash } from 'node:crypto';

/** Hash of the complete subtree over records `[index << level, (index + 1) << level)`. */
export type NodeReader = (level: number, index: number) => Promise<Uint8Array>;

/** RFC 6962 section 2.1: a leaf and a node are told apart by their first byte. */
export function recordHash(record: Uint8Array | string): Buffer {
  return createHash('sha256').update('\0').update(record).digest();
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update('\x01').update(left).update(right).digest();
}

/** The part of a tree whose hashes are taken from its inside rather than from one node above it. */
export interface Inside {
  /** Whether the records `[from, to)` must be taken apart. */
  readonly splits: (from: number, to: number) => boolean;
  readonly read: NodeReader;
}

/**
 * Hash of the tree over records `[from, to)`, RFC 6962 section 2.1. Reads as few nodes as `splits` allows. Since a
 * hash commits to all below it, a result that equals a signed one proves every node that was read.
 */
export async function treeHash(from: number, to: number, inside: Inside): Promise<Uint8Array> {
  const size = to - from;
  const isComplete = Number.isInteger(Math.log2(size));
  if (size === 1 || (isComplete && !inside.splits(from, to))) {
    return inside.read(Math.log2(size), from / size);
  }
  const middle = from + largestPowerBelow(size);
  return nodeHash(await treeHash(from, middle, inside), await treeHash(middle, to, inside));
}

function largestPowerBelow(size: number): number {
  return 2 ** Math.floor(Math.log2(size - 1));
}

import type { WrittenStack } from './written-catalog.ts';
import type { WrittenImage } from './written-images.ts';

/** The stacks below a dev image's own, from the lowest: Debian itself, really installed. */
export const SYSTEM_STACKS = ['essential', 'system'] as const;

export interface Chain {
  /** From the lowest layer to the stack asked for; known stacks only. */
  readonly chain: readonly WrittenStack[];
  /** The stack at which the chain came back to itself, if it did. */
  readonly repeats?: string;
}

/** Follows `extends` from the stack called `id` down to the one that extends nothing. */
export function chainOf(id: string | undefined, stacks: readonly WrittenStack[]): Chain {
  const chain: WrittenStack[] = [];
  let next = stacks.find((stack) => stack.id === id);
  while (next !== undefined) {
    if (chain.includes(next)) {
      return { chain, repeats: next.id };
    }
    chain.unshift(next);
    const parent: string | undefined = next.value.extends;
    next = stacks.find((stack) => stack.id === parent);
  }
  return { chain };
}

/** Every stack that an image is made of; known ones only. */
export function stacksOf(
  { written, variant }: Pick<WrittenImage, 'written' | 'variant'>,
  stacks: readonly WrittenStack[],
): readonly WrittenStack[] {
  const { chain } = chainOf(written.value.stack, stacks);
  return variant === 'dev' ? [...systemStacks(stacks), ...chain] : chain;
}

export function systemStacks(stacks: readonly WrittenStack[]): readonly WrittenStack[] {
  return SYSTEM_STACKS.flatMap((id) => stacks.filter((stack) => stack.id === id));
}

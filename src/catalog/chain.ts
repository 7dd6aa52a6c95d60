import type { WrittenStack } from './written-catalog.ts';

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

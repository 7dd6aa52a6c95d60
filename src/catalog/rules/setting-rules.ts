import type { Problem } from '../../model/index.ts';
import { readCertificates } from '../certificates.ts';
import { chainOf, SYSTEM_STACKS } from '../chain.ts';
import { NO_SUCH_FILE } from '../read-files.ts';
import { BUNDLE_STEPS } from '../settings.ts';
import type { WrittenCatalog, WrittenStack } from '../written-catalog.ts';
import { placed, problemAt } from './rule.ts';
import type { Rule } from './rule.ts';

export const SETTING_RULES: readonly Rule[] = [
  stacksOfOursAreKept,
  certificatesAreAuthorities,
  certificatesHaveABundle,
];

/**
 * What stands on a stack of ours must not silently stand on another one. A catalog that uses none of ours, as a copy
 * of the one ingot came with does, may call its own what it likes.
 */
function stacksOfOursAreKept({ stacks, images, replacedStacks }: WrittenCatalog): readonly Problem[] {
  const inUse = images.flatMap(({ value: { stack, variant, dev } }) => [
    ...chainOf(stack, stacks).chain,
    ...(variant === 'dev' || dev !== undefined ? stacks.filter(isSystem) : []),
  ]);
  const ours = inUse.find(({ isShipped }) => isShipped);
  if (ours === undefined) {
    return [];
  }
  return stacks
    .filter(({ id, isShipped }) => !isShipped && replacedStacks.includes(id))
    .map((stack) => {
      const fix = `rename the folder and "name", and let it extend "${stack.id}"`;
      const message = `expected a name that no stack of ingot's has, as the catalog uses its "${ours.id}", got "${stack.id}": ${fix}`;
      return problemAt(stack, ['name'], message);
    });
}

function isSystem({ id }: WrittenStack): boolean {
  return SYSTEM_STACKS.some((name) => name === id);
}

function certificatesAreAuthorities({ stacks }: WrittenCatalog): readonly Problem[] {
  return stacks.flatMap((stack) =>
    placed(stack.value.certificates).flatMap(([index, file]) => {
      const read = stack.certificates[file] ?? { got: NO_SUCH_FILE };
      const mistakes =
        'found' in read
          ? readCertificates(read.found).mistakes
          : [`expected a file beside stack.json called "${file}", got ${read.got}`];
      return mistakes.map((message) => problemAt(stack, ['certificates', index], message));
    }),
  );
}

function certificatesHaveABundle({ stacks }: WrittenCatalog): readonly Problem[] {
  return stacks
    .filter(({ value }) => placed(value.certificates).length > 0)
    .filter(({ value }) => {
      const below = chainOf(value.extends, stacks).chain.flatMap((one) => placed(one.value.steps));
      return !below.some(([, step]) => BUNDLE_STEPS.includes(step));
    })
    .map((stack) =>
      problemAt(stack, ['certificates'], 'expected a stack below with a bundle, such as "static", got none'),
    );
}

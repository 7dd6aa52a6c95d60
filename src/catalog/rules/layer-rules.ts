import path from 'node:path';
import type { Problem } from '../../model/index.ts';
import type { FieldPath, Partly } from '../partly.ts';
import type { DevFile } from '../stack-schema.ts';
import { didYouMean, oneOf } from '../suggest.ts';
import type { WrittenCatalog, WrittenStack } from '../written-catalog.ts';
import { placed, problemAt } from './rule.ts';
import type { Rule } from './rule.ts';

export const LAYER_RULES: readonly Rule[] = [linksStayInside, stepsAreThere, stepsOfOursAreKept];

/** A container's root has nothing above it, but what unpacks an image for another purpose has. */
function linksStayInside({ stacks }: WrittenCatalog): readonly Problem[] {
  return stacks.flatMap((stack) =>
    layersOf(stack).flatMap(([place, { links = {} }]) =>
      Object.entries(links)
        .filter(([link, target = '']) => climbsOut(link, target))
        .map(([link, target = '']) =>
          problemAt(
            stack,
            [...place, 'links', link],
            `expected a target that does not climb above the root, got "${target}"`,
          ),
        ),
    ),
  );
}

function climbsOut(link: string, target: string): boolean {
  const base = target.startsWith('/') ? '' : path.posix.dirname(link);
  const reached = path.posix.normalize(`.${base}/${target}`);
  return reached === '..' || reached.startsWith('../');
}

function stepsAreThere({ stacks, steps }: WrittenCatalog): readonly Problem[] {
  return stacks.flatMap((stack) =>
    layersOf(stack).flatMap(([place, layer]) =>
      placed(layer.steps)
        .filter(([, step]) => !steps.includes(step))
        .map(([index, step]) => {
          const expected = `, expected ${oneOf(steps)}, or a file of your own in templates/steps`;
          const help = didYouMean(step, steps) || expected;
          return problemAt(stack, [...place, 'steps', index], `unknown step "${step}"${help}`);
        }),
    ),
  );
}

/** Stacks of ours that name it would silently run another one. */
function stepsOfOursAreKept({ replacedSteps }: WrittenCatalog): readonly Problem[] {
  return replacedSteps.map((step) => {
    const fix = 'rename the file, and the step in the stacks that name it';
    const message = `expected a name that no step of ingot's has, got "${step}": ${fix}`;
    return { file: `templates/steps/${step}.hbs`, field: '', message };
  });
}

/** What a stack says of its own layer, and of what its dev images have besides; with their places. */
function layersOf({ value }: WrittenStack): readonly (readonly [FieldPath, Partly<DevFile>])[] {
  return [[[], value], ...(value.dev === undefined ? [] : [[['dev'], value.dev] as const])];
}

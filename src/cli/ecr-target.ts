import { FactoryError, isInEcr, type Catalog, type EcrTarget } from '../model/index.ts';
import { chooseTarget } from './open-catalog.ts';

/** The target of that name, or the only one of kind "ecr" where none is named. */
export function chooseEcrTarget(catalog: Catalog, name: string | undefined): EcrTarget {
  const all = ecrTargets(catalog);
  const [only] = all;
  if (name === undefined && all.length === 1 && only !== undefined) {
    return only;
  }
  const known = all.map((each) => `"${each.name}"`).join(', ');
  if (name === undefined) {
    throw new FactoryError(
      'USAGE',
      `cannot choose a target: expected --target with one of ${known || 'none'}, as kind "ecr" has ${all.length}`,
      { hint: 'docs/catalog.md, "Targets in AWS", says how one is described' },
    );
  }
  const target = chooseTarget(catalog, name);
  const found = all.find((each) => each.name === target.name);
  if (found === undefined) {
    throw new FactoryError(
      'USAGE',
      `cannot plan for "${name}": expected a target of kind "ecr", got "${target.kind}"`,
      {
        hint:
          known === '' ? 'docs/catalog.md, "Targets in AWS", says how one is described' : `there is ${known}`,
      },
    );
  }
  return found;
}

function ecrTargets({ targets }: Catalog): readonly EcrTarget[] {
  return targets.filter(isInEcr);
}

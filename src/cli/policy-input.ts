import type { PolicyInput } from '../ecr/index.ts';
import { isInEcr, type Catalog } from '../model/index.ts';
import { chooseEcrTarget } from './ecr-target.ts';

/** What the policies of a target are made of; the target may be left out where there is one. */
export function policyInput(catalog: Catalog, named: string | undefined): PolicyInput {
  const { name, ecr: settings } = chooseEcrTarget(catalog, named);
  const signing = catalog.targets.find((target) => target.name === name)?.signing;
  const all = catalog.targets.filter(isInEcr).map(({ ecr }) => ecr);
  return {
    target: { name, settings, ...(signing !== undefined && { signing }) },
    teams: catalog.teams,
    registries: all.filter(({ region }) => region === settings.region),
  };
}

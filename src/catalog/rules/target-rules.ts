import { partitionOf, partitionOfArn, type Problem } from '../../model/index.ts';
import type { EcrTargetFile } from '../ecr-schema.ts';
import type { FieldPath, Partly } from '../partly.ts';
import { oneOf } from '../suggest.ts';
import type { WrittenCatalog } from '../written-catalog.ts';
import { placed, problemAt } from './rule.ts';
import type { Rule } from './rule.ts';

export const TARGET_RULES: readonly Rule[] = [
  registriesAreNamedOnce,
  basicScansOnPush,
  factoryIsInThePartition,
  keyIsInTheRegion,
  tagsAreFewEnough,
  principalsAreInAPartition,
];

interface PlacedTarget {
  readonly target: Partly<EcrTargetFile>;
  readonly path: FieldPath;
}

/** Two targets in one would undo what the other says of the registry, and of the teams' repositories. */
function registriesAreNamedOnce({ catalog }: WrittenCatalog): readonly Problem[] {
  const named = new Map<string, string>();
  return ecrTargets(catalog).flatMap(({ target: { account, region }, path }) => {
    if (account === undefined || region === undefined) {
      return [];
    }
    const registry = `account ${account} in ${region}`;
    const [, name = ''] = path;
    const first = named.get(registry);
    if (first === undefined) {
      named.set(registry, String(name));
      return [];
    }
    const message = `expected another registry than that of target "${first}", got ${registry} again`;
    return [problemAt(catalog, [...path, 'region'], message)];
  });
}

/** API reference, RegistryScanningRule. */
function basicScansOnPush({ catalog }: WrittenCatalog): readonly Problem[] {
  return ecrTargets(catalog).flatMap(({ target: { scanning }, path }) =>
    placed(isBasic(scanning) ? scanning?.rules : [])
      .filter(([, { frequency }]) => frequency === 'continuous-scan')
      .map(([index]) =>
        problemAt(
          catalog,
          [...path, 'scanning', 'rules', index, 'frequency'],
          'expected "scan-on-push", as kind "basic" has no other, got "continuous-scan"',
        ),
      ),
  );
}

/** A kind that is none was told already, and leaves its key behind. */
function isBasic(scanning: PlacedTarget['target']['scanning']): boolean {
  return scanning !== undefined && (scanning.kind === 'basic' || !('kind' in scanning));
}

/** Roles of another partition have no place in a policy. */
function factoryIsInThePartition({ catalog }: WrittenCatalog): readonly Problem[] {
  return ecrTargets(catalog).flatMap(({ target: { region, factory }, path }) => {
    if (region === undefined || factory === undefined || partitionOfArn(factory) === partitionOf(region)) {
      return [];
    }
    const message = `expected a role in partition "${partitionOf(region)}", which region "${region}" is in, got "${factory}"`;
    return [problemAt(catalog, [...path, 'factory'], message)];
  });
}

/** API reference, EncryptionConfiguration: "The key must exist in the same Region as the repository." */
function keyIsInTheRegion({ catalog }: WrittenCatalog): readonly Problem[] {
  return ecrTargets(catalog).flatMap(({ target: { region, encryption }, path }) => {
    const key = typeof encryption === 'object' ? encryption.kms : undefined;
    if (
      region === undefined ||
      key === undefined ||
      key.startsWith(`arn:${partitionOf(region)}:kms:${region}:`)
    ) {
      return [];
    }
    const message = `expected a key in partition "${partitionOf(region)}" and region "${region}", as its repositories are, got "${key}"`;
    return [problemAt(catalog, [...path, 'encryption', 'kms'], message)];
  });
}

/** API reference, TooManyTagsException. */
const MOST_TAGS = 50;

function tagsAreFewEnough({ catalog }: WrittenCatalog): readonly Problem[] {
  const most = MOST_TAGS - 1;
  return ecrTargets(catalog).flatMap(({ target: { tags = {} }, path }) => {
    const count = Object.keys(tags).length;
    const message = `expected at most ${most} tags, as ECR takes ${MOST_TAGS} and one is ingot's, got ${count}`;
    return count > most ? [problemAt(catalog, [...path, 'tags'], message)] : [];
  });
}

/** Teams are in every target's policies; who is in no target's partition can be in none. */
function principalsAreInAPartition({ catalog, teams }: WrittenCatalog): readonly Problem[] {
  const regions = ecrTargets(catalog).map(({ target }) => target.region);
  const partitions = [
    ...new Set(regions.flatMap((region) => (region === undefined ? [] : partitionOf(region)))),
  ];
  if (regions.length === 0 || regions.includes(undefined)) {
    return [];
  }
  const expected = `expected a principal in partition ${oneOf(partitions)}, as the targets are`;
  return teams.flatMap((team) =>
    placed(team.value.aws?.principals)
      .filter(([, arn]) => !partitions.some((partition) => partition === partitionOfArn(arn)))
      .map(([index, arn]) => problemAt(team, ['aws', 'principals', index], `${expected}, got "${arn}"`)),
  );
}

function ecrTargets({ value }: WrittenCatalog['catalog']): readonly PlacedTarget[] {
  return Object.entries(value.targets ?? {}).flatMap(([name, target]) =>
    target?.kind === 'ecr' ? [{ target, path: ['targets', name] }] : [],
  );
}

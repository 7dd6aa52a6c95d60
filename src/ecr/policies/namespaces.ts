import type { EcrSettings, Team } from '../../model/index.ts';
import { repositoryArn } from '../../model/index.ts';

/** Where a team pushes what it builds itself, beside the namespace that ingot fills. */
export function applicationsOf({ namespace }: Team): string {
  return `${namespace}-apps`;
}

/** Namespaces whose repositories are ingot's. */
export function ownNamespaces({ prefix }: EcrSettings, teams: readonly Team[]): readonly string[] {
  return [prefix, ...teams.map(({ namespace }) => namespace).sort()];
}

/** ARN of all repositories below a namespace. */
export function below(settings: EcrSettings, namespace: string): string {
  return repositoryArn(settings, `${namespace}/*`);
}

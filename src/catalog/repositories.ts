import type { AptPlace, AptRepository } from '../model/index.ts';
import type { FilledStack } from './layers.ts';
import type { CatalogFile } from './schema.ts';

type Written = CatalogFile['repositories'];

/** Each stack with the repositories it names, as they are for a Debian release; a rule has seen that they are there. */
export function withRepositories(
  chain: readonly FilledStack[],
  repositories: Written,
  codename: string,
): readonly FilledStack[] {
  return chain.map((stack) => ({
    ...stack,
    apt: stack.repositories.flatMap((name) => toRepository(name, repositories, codename)),
  }));
}

function toRepository(name: string, repositories: Written, codename: string): readonly AptRepository[] {
  const written = repositories[name];
  return written === undefined
    ? []
    : [
        {
          name,
          suites: written.suites[codename] ?? [],
          component: written.component,
          packages: written.packages,
        },
      ];
}

export function toPlaces(repositories: Written): readonly AptPlace[] {
  return Object.entries(repositories).map(([name, { url, key }]) => ({
    name,
    url: url.replace(/\/+$/, ''),
    key,
  }));
}

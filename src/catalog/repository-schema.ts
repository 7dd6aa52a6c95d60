import { z } from 'zod';
import { httpUrl, name, packagePattern, relativePath, suiteName, suitePath, component } from './patterns.ts';

/** An apt repository besides Debian's archives. */
export type RepositoryFile = z.output<typeof RepositoryFile>;
export const RepositoryFile = z.strictObject({
  url: httpUrl.describe('What lies below it: dists/ and the packages'),
  key: relativePath.describe(
    'File with OpenPGP public keys, relative to the catalog; one of them has to sign every suite',
  ),
  suites: z
    .record(suiteName, z.array(suitePath).min(1))
    .describe('Its suites by Debian release, "trixie": ["trixie-pgdg"]'),
  component: component.default('main').describe('The component that is read'),
  packages: z
    .array(packagePattern)
    .min(1)
    .describe('Patterns of the packages that may come from it; no other is ever taken'),
});

export const RepositoriesFile = z
  .record(name, RepositoryFile)
  .default({})
  .describe('Apt repositories by name, for stacks that name them: docs/sources.md');

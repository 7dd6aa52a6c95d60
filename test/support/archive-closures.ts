import { resolveClosure, type Closure, type ClosureRequest } from '../../src/debian/index.ts';
import type { FakePackage } from './archive.ts';
import { indexesOf } from './archive-indexes.ts';

/** The closure of a request for `app`, unless the test says otherwise. */
export async function resolve(
  packages: readonly FakePackage[],
  request: Partial<ClosureRequest> = {},
): Promise<Closure> {
  return resolveClosure({
    indexes: await indexesOf(...packages),
    architecture: 'amd64',
    requests: ['app'],
    present: [],
    exclude: [],
    requester: 'stack test',
    ...request,
  });
}

/** `name version ← requesters` of each package. */
export function closureSummary({ packages }: Closure): readonly string[] {
  return packages.map(({ name, version, requestedBy }) => `${name} ${version} ← ${requestedBy.join(', ')}`);
}

export function pkg(name: string, fields: Record<string, string> = {}, version = '1.0'): FakePackage {
  return { name, version, fields };
}

/** The package most tests request. */
export function app(Depends: string): FakePackage {
  return pkg('app', { Depends });
}

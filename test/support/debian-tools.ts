import path from 'node:path';
import { openResolve } from '../../src/cli/open-host.ts';
import { isUnpacked, toolsFolder, unpackTools } from '../../src/host/builder/index.ts';
import { platformOfHost } from '../../src/host/host-platform.ts';
import { findMirrors } from '../../src/host/mirrors.ts';
import { indexesOf, resolveClosure } from '../../src/debian/index.ts';
import { architectureOf } from '../../src/oci/index.ts';
import { openArchive } from '../../src/stages/resolve/index.ts';
import { ownCatalog, REPOSITORY } from './repository.ts';
import { TEST_CACHE } from './tools.ts';

/** Packages of one suite of Debian, without what they depend on. */
export interface WantedPackages {
  readonly suite: string;
  readonly packages: readonly string[];
  /** Signs the suite's index. */
  readonly key: string;
}

/** Unpacks what others made for verifying, through ingot's own verified archive code; kept between test runs. */
export async function debianTools({ suite, packages, key }: WantedPackages): Promise<string> {
  await using closing = new AsyncDisposableStack();
  const { signal } = new AbortController();
  const environment = { ...process.env, XDG_CACHE_HOME: TEST_CACHE };
  const { debian } = await findMirrors({ root: '/', archives: {}, environment });
  const place = { name: `debian-${suite}`, url: debian, key: `data/debian-archive-keys/${key}` };
  const catalog = { ...(await ownCatalog()), folder: REPOSITORY, repositories: [place] };
  const request = {
    catalog,
    environment,
    cwd: REPOSITORY,
    startedAt: new Date(),
    emit: () => undefined,
    signal,
  };
  const resolve = await openResolve(request, {}, closing);
  const architecture = architectureOf(platformOfHost());
  // as a repository of one suite: sid has no updates and no security
  const repository = { name: place.name, suites: [suite], component: 'main', packages: ['*'] };
  const suites = await openArchive({ architectures: [architecture] }, resolve).repository(repository, [
    architecture,
  ]);
  const closure = resolveClosure({
    indexes: indexesOf(suites, architecture),
    architecture,
    requests: packages,
    present: [],
    exclude: [],
    requester: 'a test',
  });
  const chosen = closure.packages.filter(({ name }) => packages.includes(name));
  const folder = toolsFolder(chosen, path.join(TEST_CACHE, 'debian-tools'));
  if (!(await isUnpacked(folder))) {
    const files = await resolve.packages.fetch(chosen);
    await unpackTools([...files.values()], folder, { signal });
  }
  return folder;
}

import path from 'node:path';
import { openResolve } from '../../src/cli/open-resolve.ts';
import { indexesOf, resolveClosure } from '../../src/debian/index.ts';
import { isUnpacked, toolsFolder, unpackTools } from '../../src/host/builder/index.ts';
import { platformOfHost } from '../../src/host/host-platform.ts';
import { architectureOf } from '../../src/oci/index.ts';
import { openArchive, type ResolveDeps } from '../../src/stages/resolve/index.ts';
import { REPOSITORY } from './repository.ts';
import { TEST_CACHE } from './tools.ts';

/** Packages of one suite of Debian, without what they depend on. */
export interface WantedPackages {
  readonly suite: string;
  readonly packages: readonly string[];
}

/** Unpacks what others made for signing and verifying, verified like every other package; kept between test runs. */
export async function debianTools({ suite, packages }: WantedPackages): Promise<string> {
  await using closing = new AsyncDisposableStack();
  const { signal } = new AbortController();
  const environment = { ...process.env, XDG_CACHE_HOME: TEST_CACHE };
  const request = { environment, cwd: REPOSITORY, startedAt: new Date(), emit: () => undefined, signal };
  const resolve = await openResolve(request, {}, closing);
  const architecture = architectureOf(platformOfHost());
  // opened as one suite of a further repository: sid has no updates and no security beside it
  const repository = { name: 'debian', suites: [suite], component: 'main', packages: ['*'] };
  const then = { ...resolve, runStartedAt: await dateOf(suite, resolve) };
  const archive = openArchive({ architectures: [architecture] }, then);
  const suites = await archive.repository(repository, [architecture]);
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

/** Path of cosign 3: the builder's own is 2.5. */
export async function newerCosign(): Promise<string> {
  return path.join(await debianTools({ suite: 'sid', packages: ['cosign'] }), 'usr/bin/cosign');
}

/** Mirrors that are not kept up to date have an expired suite; for a tool of the tests, its signature is enough. */
async function dateOf(suite: string, { http, mirrors }: ResolveDeps): Promise<Date> {
  const { signal } = new AbortController();
  const url = `${mirrors.debian}/dists/${suite}/InRelease`;
  const answer = await http.get(url, { maxBytes: 1 << 20, signal });
  const text = answer.kind === 'fresh' ? Buffer.from(answer.bytes).toString('utf8') : '';
  return new Date(/^Date: (.+)$/m.exec(text)?.[1] ?? '');
}

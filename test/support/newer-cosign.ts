import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { openResolve } from '../../src/cli/open-resolve.ts';
import { indexesOf, resolveClosure } from '../../src/debian/index.ts';
import { unpackTools } from '../../src/host/builder/index.ts';
import { platformOfHost } from '../../src/host/host-platform.ts';
import { architectureOf } from '../../src/oci/index.ts';
import { openArchive, type ResolveDeps } from '../../src/stages/resolve/index.ts';
import { REPOSITORY } from './repository.ts';
import { TEST_CACHE } from './tools.ts';

const SUITE = 'sid';
const FOLDER = join(TEST_CACHE, 'newer-cosign');

/**
 * Path of the cosign of Debian's newest suite, major version 3: the builder's own is 2.5. Verified like every other
 * package, fetched once.
 */
export async function newerCosign(): Promise<string> {
  const program = join(FOLDER, 'usr/bin/cosign');
  if (!(await isThere(program))) {
    await fetchCosign();
  }
  return program;
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function fetchCosign(): Promise<void> {
  await using closing = new AsyncDisposableStack();
  const { signal } = new AbortController();
  const environment = { ...process.env, XDG_CACHE_HOME: TEST_CACHE };
  const request = { environment, cwd: REPOSITORY, startedAt: new Date(), emit: () => undefined, signal };
  const resolve = await openResolve(request, {}, closing);
  const architecture = architectureOf(platformOfHost());
  // It has no suites for updates and security beside it: it is opened as one of a further repository would be.
  const repository = { name: 'debian', suites: [SUITE], component: 'main', packages: ['*'] };
  const then = { ...resolve, runStartedAt: await dateOf(resolve) };
  const archive = openArchive({ architectures: [architecture] }, then);
  const suites = await archive.repository(repository, [architecture]);
  const { packages } = resolveClosure({
    indexes: indexesOf(suites, architecture),
    architecture,
    requests: ['cosign'],
    present: [],
    exclude: [],
    requester: 'test',
  });
  const files = await resolve.packages.fetch(packages.filter(({ name }) => name === 'cosign'));
  await unpackTools([...files.values()], FOLDER, {
    signal,
    isNeeded: (file) => file === '/usr/bin/cosign',
  });
}

/** Mirrors that are not kept up to date have an expired suite; for a tool of the tests, its signature is enough. */
async function dateOf({ http, mirrors }: ResolveDeps): Promise<Date> {
  const { signal } = new AbortController();
  const url = `${mirrors.debian}/dists/${SUITE}/InRelease`;
  const answer = await http.get(url, { maxBytes: 1 << 20, signal });
  const text = answer.kind === 'fresh' ? Buffer.from(answer.bytes).toString('utf8') : '';
  return new Date(/^Date: (.+)$/m.exec(text)?.[1] ?? '');
}

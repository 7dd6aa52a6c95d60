import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findMirrors } from '../../src/host/mirrors.ts';
import { startCachingMirror, type CachingMirror } from '../support/caching-mirror.ts';
import { cycloneDxProblems } from '../support/cyclonedx-schema.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { freshMachine, type Machine } from '../support/ingot.ts';
import { REPOSITORY } from '../support/repository.ts';
import { spdxProblems, type SpdxDocument } from '../support/spdx-schema.ts';
import { tarballOf } from '../support/tarball.ts';
import { toolPath } from '../support/tools.ts';

const RUNTIME = 'python-3.13';
const DEV = 'python-dev-3.13';
/** Beside the runtime image, by the name that its Dockerfiles in the documentation have for it. */
const MIRRORED_DEV = 'mirrored/python-dev:3.13';
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

/** What the newest run wrote of an image. */
async function readSbom(id: string, format: 'cyclonedx' | 'spdx'): Promise<object> {
  const folder = path.join(machine.folder, 'out/latest', id);
  const name = (await readdir(folder)).find((each) => each.startsWith(`sbom.${format}.`)) ?? 'none';
  return JSON.parse(await readFile(path.join(folder, name), 'utf8')) as object;
}

interface Ran {
  readonly exitCode: number;
  readonly output: string;
}

interface Container {
  readonly image: string;
  readonly command: readonly string[];
  readonly user?: string;
}

/** Runs it in the network of the mirror. */
async function run({ image, command, user = '65532:65532' }: Container): Promise<Ran> {
  const container = await engine.docker.createContainer({
    Image: image,
    Entrypoint: [command[0] ?? ''],
    Cmd: command.slice(1),
    User: user,
    Tty: true,
    HostConfig: { NetworkMode: engine.network },
  });
  try {
    await container.start();
    const { StatusCode: exitCode } = (await container.wait()) as { readonly StatusCode: number };
    const output = (await container.logs({ stdout: true, stderr: true })).toString();
    return { exitCode, output };
  } finally {
    await container.remove({ force: true });
  }
}

/** A line that a build printed, or why it ended. */
interface BuildEvent {
  readonly stream?: string;
  readonly error?: string;
}

/** A command in the dev image whose apt asks this machine's mirror: what it serves is verified all the same. */
function inDev(script: string, user?: string): Promise<Ran> {
  const command = ['/bin/bash', '-euc', script];
  return run({ image: MIRRORED_DEV, command, ...(user === undefined ? {} : { user }) });
}

/** The Dockerfile of docs/dev-images.md that has this line, built in the network of the mirror; what it printed. */
async function buildDocumented(line: string, image: string): Promise<string> {
  const text = await readFile(path.join(REPOSITORY, 'docs/dev-images.md'), 'utf8');
  const blocks = [...text.matchAll(/^```dockerfile\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
  const dockerfile = blocks.find((block) => block.includes(line)) ?? '';
  const answer = await engine.docker.buildImage(
    Readable.from([await tarballOf({ Dockerfile: dockerfile }, 'gz')]),
    { t: image, buildargs: { REGISTRY: 'mirrored' }, networkmode: engine.network },
  );
  return new Promise((resolve, reject) => {
    engine.docker.modem.followProgress(answer, (error, events: readonly BuildEvent[]) => {
      if (error === null) {
        resolve(events.map(({ stream = '', error: failure = '' }) => stream + failure).join(''));
      } else {
        reject(error);
      }
    });
  });
}

/** The dev image with the address of a mirror that containers reach. */
async function useMirror(): Promise<void> {
  const network = await engine.docker.getNetwork(engine.network).inspect();
  const gateway = (network as { IPAM: { Config: { Gateway: string }[] } }).IPAM.Config[0]?.Gateway ?? '';
  const started = await startCachingMirror(
    await findMirrors({ root: '/', archives: {}, environment: process.env }),
    { host: gateway },
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
  const [repo = '', tag = ''] = MIRRORED_DEV.split(':');
  await container.commit({ repo, tag });
  await container.remove();
  await engine.docker.getImage('golden/python:3.13').tag({ repo: 'mirrored/python', tag });
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

  it.each([
    [RUNTIME, './usr/lib/python3.13/os.py', 'deb-libpython3.13-minimal'],
    [DEV, './etc/python3.13/sitecustomize.py', 'deb-libpython3.13-minimal'],
  ])('has SBOMs by the official schemas, as %s has', async (id, file, owner) => {
    const spdx = (await readSbom(id, 'spdx')) as SpdxDocument;
    expect(spdxProblems(spdx)).toEqual([]);
    expect(cycloneDxProblems(await readSbom(id, 'cyclonedx'))).toEqual([]);
    const [image, ...packages] = spdx.packages;
    expect(image?.name).toBe(id.slice(0, id.lastIndexOf('-')));
    expect(packages.filter(({ licenseDeclared }) => licenseDeclared === 'NOASSERTION')).toEqual([]);
    const fileId = spdx.files?.find(({ fileName }) => fileName === file)?.SPDXID ?? 'none';
    const owners = spdx.packages.filter(({ hasFiles = [] }) => hasFiles.includes(fileId));
    expect(owners.map(({ SPDXID }) => SPDXID)).toEqual([`SPDXRef-${owner}`]);
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

  it('adds native libraries to the runtime image that programs and scanners find, as the documentation says', async () => {
    const image = 'added:latest';
    const output = await buildDocumented('RUN ingot-add ', image);
    expect(output).toMatch(/ingot-add: libpq5 \d/);
    expect(output).not.toMatch(/ingot-add: (libc6|libssl3t64) /);
    const program = `
import ctypes, pathlib
print(ctypes.CDLL("libpq.so.5").PQlibVersion() > 0, ctypes.CDLL("libgomp.so.1").omp_get_max_threads() > 0)
print(sorted(p.name for p in pathlib.Path("/var/lib/dpkg/status.d").glob("lib[gp]*") if p.suffix == ""))
print([p for p in pathlib.Path("/usr/share/doc/libpq5").iterdir()])
print([p for top in ("/etc", "/usr", "/var") for p in pathlib.Path(top).rglob("*") if p.lstat().st_uid != 0])`;
    const ran = await run({ image, command: ['/usr/bin/python3', '-c', program] });
    expect(ran.output.replaceAll('\r', '')).toMatch(
      /^True True\n\[.*'libgomp1'.*\]\n\[PosixPath\('\/usr\/share\/doc\/libpq5\/copyright'\)\]\n\[\]\n$/,
    );
  });

  it('does not bring back what the image leaves out, unless it is named', async () => {
    const { output } = await inDev(
      'ingot-add /tmp/added info && echo and && ingot-add /tmp/named info install-info',
    );
    const [without = '', named = ''] = output.split('and\r\n');
    expect(without).toMatch(/ingot-add: info \d/);
    expect(without).not.toContain('ingot-add: install-info');
    expect(named).toMatch(/ingot-add: install-info \d/);
  });

  it('says what is wrong with a package that is not there', async () => {
    const { exitCode, output } = await inDev('ingot-add /tmp/added no-such-package');
    expect({ exitCode, output }).toMatchObject({
      exitCode: 100,
      output: expect.stringContaining('Unable to locate package no-such-package') as string,
    });
  });
});

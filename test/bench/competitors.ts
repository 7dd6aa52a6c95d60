import { copyFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toolEnvironment, type Engine } from '../../src/host/builder/index.ts';
import type { ProcessRunner } from '../../src/host/process.ts';
import { readLayout } from '../../src/oci/index.ts';

/** What the ways of making an image have in common. */
export interface Bench {
  readonly runner: ProcessRunner;
  readonly folder: string;
  /** Base URL of a mirror on this machine: `http://127.0.0.1:39001` */
  readonly mirror: string;
  readonly toolsDir: string;
  /** Has what images of others stand on. */
  readonly engine: Engine;
  /** The program. */
  readonly mmdebstrap: string;
}

/** An image as others would make it. */
export interface Recipe {
  readonly id: string;
  /** Debian's release. */
  readonly suite: string;
  /** Packages the image asks for. */
  readonly packages: readonly string[];
  /** Verified .debs of the image, with all they depend on. */
  readonly debs: readonly string[];
  /** Verified gzipped tarballs of what is not Debian's. */
  readonly tarballs: readonly string[];
}

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The floor: what nobody can do without. Unpack the same inputs and compress the result. */
export async function floor({ runner, folder }: Bench, { debs, tarballs }: Recipe): Promise<number> {
  const root = join(folder, 'floor');
  await rm(root, { recursive: true, force: true });
  await mkdir(root);
  for (const deb of debs) {
    await runner.run(['dpkg-deb', '--extract', deb, root]);
  }
  for (const tarball of tarballs) {
    await runner.run(['tar', '--extract', '--gzip', '--file', tarball, '--directory', root]);
  }
  return gzipped(runner, root, join(folder, 'floor.tar.gz'));
}

/** A root filesystem as mmdebstrap makes it, compressed as a layer would be; Debian's part of the image. */
export async function mmdebstrap(bench: Bench, { suite, packages }: Recipe): Promise<number> {
  const { runner, folder, mirror } = bench;
  const archive = join(folder, 'mmdebstrap.tar.gz');
  await runner.run([
    'perl',
    bench.mmdebstrap,
    '--variant=apt',
    `--include=${packages.join(',')}`,
    suite,
    archive,
    `deb [signed-by=${KEYRING}] ${mirror}/debian ${suite} main`,
    `deb [signed-by=${KEYRING}] ${mirror}/debian-security ${suite}-security main`,
  ]);
  return (await stat(archive)).size;
}

/** A slim Debian base with apt, as most people start from: the argument that names it. The engine has it then. */
export async function aptBaseContext(bench: Bench, recipe: Recipe): Promise<string> {
  const layout = join(bench.folder, `base-${recipe.suite}`);
  const [made] = await readLayout(layout).catch(() => []);
  if (made === undefined) {
    await buildx(bench, [`--output=type=oci,tar=false,dest=${layout}`, await aptBase(bench, recipe)]);
  }
  const [base] = await readLayout(layout);
  const argument = `--build-context=base=oci-layout://${layout}@${base?.digest ?? ''}`;
  if (made === undefined) {
    await buildx(bench, ['--network=none', argument, await dockerfile(bench, 'FROM base\nRUN true\n')]);
  }
  return argument;
}

async function aptBase(bench: Bench, recipe: Recipe): Promise<string> {
  await mmdebstrap(bench, { ...recipe, packages: ['ca-certificates'] });
  const context = await dockerfile(bench, 'FROM scratch\nADD base.tar.gz /\n');
  await bench.runner.run(['mv', join(bench.folder, 'mmdebstrap.tar.gz'), join(context, 'base.tar.gz')]);
  return context;
}

/** A build context that holds nothing else. */
async function dockerfile({ folder }: Bench, text: string): Promise<string> {
  const context = join(folder, 'context');
  await rm(context, { recursive: true, force: true });
  await mkdir(context);
  await writeFile(join(context, 'Dockerfile'), text);
  return context;
}

/** The usual Dockerfile, on the engine that ingot uses, without its cache. */
export async function aptDockerfile(
  bench: Bench,
  { packages, tarballs }: Recipe,
  base: string,
): Promise<number> {
  const names = tarballs.map((_, at) => `upstream-${String(at)}.tgz`);
  const install = `apt-get install --yes --no-install-recommends ${packages.join(' ')}`;
  const steps = `apt-get update && apt-get --yes upgrade && ${install} && rm -rf /var/lib/apt/lists/*`;
  const added = names.map((name) => `ADD ${name} /opt/\n`).join('');
  const context = await dockerfile(bench, `FROM base\nRUN ${steps}\n${added}`);
  for (const [at, tarball] of tarballs.entries()) {
    await copyFile(tarball, join(context, names[at] ?? ''));
  }
  const layout = join(bench.folder, 'apt-layout');
  await rm(layout, { recursive: true, force: true });
  const network = ['--network=host', '--allow=network.host'];
  const output = `--output=type=oci,tar=false,dest=${layout}`;
  await buildx(bench, ['--no-cache', ...network, base, output, context]);
  return folderBytes(join(layout, 'blobs/sha256'));
}

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder)) {
    bytes += (await stat(join(folder, name))).size;
  }
  return bytes;
}

async function buildx(bench: Bench, args: readonly string[]): Promise<void> {
  const env = {
    ...toolEnvironment(bench.toolsDir),
    DOCKER_HOST: `unix://${bench.engine.socket}`,
    DOCKER_CONFIG: join(bench.folder, 'docker'),
  };
  const program = join(bench.toolsDir, 'usr/libexec/docker/cli-plugins/docker-buildx');
  const common = ['--builder=default', '--provenance=false', '--progress=plain'];
  await bench.runner.run([program, 'build', ...common, ...args], { env });
}

async function gzipped(runner: ProcessRunner, root: string, archive: string): Promise<number> {
  await runner.run(['tar', '--create', '--gzip', '--file', archive, '--directory', root, '.']);
  return (await stat(archive)).size;
}

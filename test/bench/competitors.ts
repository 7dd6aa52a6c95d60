import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toolEnvironment, type Engine } from '../../src/host/builder/index.ts';
import type { ProcessRunner } from '../../src/host/process.ts';
import { readLayout } from '../../src/oci/index.ts';

/** What the ways of making an image have in common: the same packages, from the same mirror on this machine. */
export interface Bench {
  readonly runner: ProcessRunner;
  readonly folder: string;
  /** `http://127.0.0.1:39001` */
  readonly mirror: string;
  /** Packages the python image asks for. */
  readonly packages: readonly string[];
  /** Verified .debs of the python image. */
  readonly debs: readonly string[];
  readonly toolsDir: string;
  readonly mmdebstrap: string;
}

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The floor: what nobody can do without. Unpack the same .debs and compress the result. */
export async function floor({ runner, folder, debs }: Bench): Promise<number> {
  const root = join(folder, 'floor');
  await rm(root, { recursive: true, force: true });
  await mkdir(root);
  for (const deb of debs) {
    await runner.run(['dpkg-deb', '--extract', deb, root]);
  }
  return gzipped(runner, root, join(folder, 'floor.tar.gz'));
}

/** A root filesystem as mmdebstrap makes it, compressed as a layer would be. */
export async function mmdebstrap(bench: Bench, packages = bench.packages): Promise<number> {
  const { runner, folder, mirror } = bench;
  const archive = join(folder, 'mmdebstrap.tar.gz');
  await runner.run([
    'perl',
    bench.mmdebstrap,
    '--variant=apt',
    `--include=${packages.join(',')}`,
    'trixie',
    archive,
    `deb [signed-by=${KEYRING}] ${mirror}/debian trixie main`,
    `deb [signed-by=${KEYRING}] ${mirror}/debian-security trixie-security main`,
  ]);
  return (await stat(archive)).size;
}

/** A slim Debian base with apt, as most people start from. */
async function aptBase(bench: Bench): Promise<string> {
  await mmdebstrap(bench, ['ca-certificates']);
  const context = join(bench.folder, 'base');
  await mkdir(context, { recursive: true });
  await bench.runner.run(['mv', join(bench.folder, 'mmdebstrap.tar.gz'), join(context, 'base.tar.gz')]);
  await writeFile(join(context, 'Dockerfile'), 'FROM scratch\nADD base.tar.gz /\n');
  return context;
}

/** The base as a named build context, made once. */
export async function aptBaseContext(bench: Bench, engine: Engine): Promise<string> {
  const layout = join(bench.folder, 'base-layout');
  await buildx(bench, engine, [`--output=type=oci,tar=false,dest=${layout}`, await aptBase(bench)]);
  const [base] = await readLayout(layout);
  return `--build-context=base=oci-layout://${layout}@${base?.digest ?? ''}`;
}

/** The usual Dockerfile, on the engine that ingot uses, without its cache. */
export async function aptDockerfile(bench: Bench, engine: Engine, base: string): Promise<number> {
  const context = join(bench.folder, 'apt');
  const layout = join(bench.folder, 'apt-layout');
  await rm(layout, { recursive: true, force: true });
  await mkdir(context, { recursive: true });
  const install = `apt-get install --yes --no-install-recommends ${bench.packages.join(' ')}`;
  const steps = `apt-get update && apt-get --yes upgrade && ${install} && rm -rf /var/lib/apt/lists/*`;
  await writeFile(join(context, 'Dockerfile'), `FROM base\nRUN ${steps}\n`);
  const network = ['--network=host', '--allow=network.host'];
  await buildx(bench, engine, [
    '--no-cache',
    ...network,
    base,
    `--output=type=oci,tar=false,dest=${layout}`,
    context,
  ]);
  return folderBytes(join(layout, 'blobs/sha256'));
}

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder)) {
    bytes += (await stat(join(folder, name))).size;
  }
  return bytes;
}

async function buildx(bench: Bench, engine: Engine, args: readonly string[]): Promise<void> {
  const env = {
    ...toolEnvironment(bench.toolsDir),
    DOCKER_HOST: `unix://${engine.socket}`,
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

import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { toolEnvironment } from '../../src/host/builder/index.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import { parseManifest, parseTag, readBlob, readLayout } from '../../src/oci/index.ts';
import type { Machine } from './ingot.ts';
import { manifestsOf, openPublished } from './published.ts';
import { toolsFolder } from './tools.ts';

/** Of what the script of an exported folder makes: with docker buildx, and nothing of ours. */
export async function builtLayers(
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const tools = await toolsFolder();
  const config = join(folder, '..', 'docker-config');
  await mkdir(join(config, 'cli-plugins'), { recursive: true });
  const plugin = 'cli-plugins/docker-buildx';
  await symlink(join(tools, 'usr/libexec/docker', plugin), join(config, plugin));
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const script = join(folder, `build-linux-${architecture}.sh`);
  await createProcessRunner().run(['sh', script], {
    env: { ...toolEnvironment(tools), ...env, DOCKER_CONFIG: config },
  });
  const layoutDir = join(folder, `image-linux-${architecture}`);
  const [manifest] = await readLayout(layoutDir);
  const { layers } = parseManifest(await readBlob(layoutDir, manifest!.digest), 'manifest');
  return layers.map(({ digest }) => digest);
}

export async function publishedLayers(
  machine: Machine,
  name: string,
  tag: string,
): Promise<readonly string[]> {
  await using published = await openPublished(machine);
  const repository = `${published.golden}/${name}`;
  const [manifest] = manifestsOf(await published.registry.getManifest(repository, parseTag(tag)));
  const found = await published.registry.getManifest(repository, manifest!.digest);
  return parseManifest(found!.bytes, 'manifest').layers.map(({ digest }) => digest);
}

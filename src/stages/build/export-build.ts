import { cp, mkdir, readdir } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { writeWhole } from '../../files/index.ts';
import type { BuildRequest } from '../../host/builder/index.ts';
import { FactoryError } from '../../model/index.ts';
import type { FetchedInputs, Platform } from '../../model/index.ts';
import { buildRequest, type BuildableImage } from './index.ts';

export interface ExportDeps {
  /** Made, or empty. */
  readonly folder: string;
  /** `oci-layout://folder@digest` */
  readonly toolbox: string;
  readonly inputs: FetchedInputs;
  /** Where build contexts are made before they are copied. */
  readonly contextsDir: string;
  readonly platforms: readonly Platform[];
  /** What the builder calls buildx with. */
  readonly buildxArgs: (request: BuildRequest) => readonly string[];
}

/**
 * Writes a folder that plain `docker buildx build` turns into the same layers: Dockerfile, verified inputs as named
 * contexts, the toolbox as an OCI layout, and a script for each platform.
 *
 * @returns paths of the scripts
 */
export async function exportBuild(rendered: BuildableImage, deps: ExportDeps): Promise<readonly string[]> {
  const { folder } = deps;
  await openFolder(folder);
  const dockerfile = join(folder, 'Dockerfile');
  const context = join(folder, 'context');
  await mkdir(context);
  await writeWhole(dockerfile, rendered.dockerfile);
  const toolbox = await copyToolbox(deps.toolbox, folder);
  const scripts: string[] = [];
  for (const locked of rendered.locked.lock.platforms.filter(({ platform }) =>
    deps.platforms.includes(platform),
  )) {
    const name = locked.platform.replace('/', '-');
    const linked = await buildRequest(rendered, locked, { ...deps, toolbox, dockerfile, context });
    const request = await copyContexts(linked, join(folder, name));
    const script = join(folder, `build-${name}.sh`);
    await writeWhole(script, scriptText(request, name, deps), { mode: 0o755 });
    scripts.push(script);
  }
  return scripts;
}

/** The contexts of a build are links into the cache, which nobody who edits the folder may reach. */
async function copyContexts(request: BuildRequest, parent: string): Promise<BuildRequest> {
  const contexts: Record<string, string> = {};
  for (const [name, from] of Object.entries(request.contexts)) {
    if (LAYOUT.test(from)) {
      contexts[name] = from;
      continue;
    }
    contexts[name] = join(parent, name);
    await cp(from, join(parent, name), { recursive: true });
  }
  return { ...request, contexts };
}

async function openFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new FactoryError('USAGE', `cannot export to "${folder}": expected an empty folder, or none`);
  }
}

/** As `buildToolbox` gives it. */
const LAYOUT = /^oci-layout:\/\/(.*)@(sha256:[0-9a-f]{64})$/;

async function copyToolbox(toolbox: string, folder: string): Promise<string> {
  const [, from = '', digest = ''] = LAYOUT.exec(toolbox) ?? [];
  const to = join(folder, 'toolbox');
  await cp(from, to, { recursive: true, dereference: true });
  return `oci-layout://${to}@${digest}`;
}

/** POSIX sh. The builder that made the image is named, as another one may write other layers. */
function scriptText(
  request: BuildRequest,
  name: string,
  { folder, buildxArgs }: Pick<ExportDeps, 'folder' | 'buildxArgs'>,
): string {
  const layoutDir = join(folder, `image-${name}`);
  const args = buildxArgs({ ...request, layoutDir, noCache: true })
    .filter((arg) => arg !== '--builder=default')
    .map((arg) => quoted(arg.replaceAll(`${folder}/`, './')));
  return [
    '#!/bin/sh',
    `# Builds ./${basename(relative(folder, layoutDir))}, an OCI layout, with docker buildx and BuildKit, and nothing else.`,
    'cd "$(dirname "$0")" || exit',
    `exec docker buildx ${args.join(' \\\n  ')}`,
    '',
  ].join('\n');
}

/** XCU 2.2.2. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

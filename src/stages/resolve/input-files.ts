import type { FetchedInputs, Lock, LockedPackage, Platform, Sha256 } from '../../model/index.ts';
import { INPUT_MEDIA_TYPE, inputFile, type InputFile } from '../../oci/index.ts';

/** What an image was made from, each file once, in the order of the lock: what the registry keeps a copy of. */
export async function inputFiles(
  lock: Lock,
  platforms: readonly Platform[],
  { packages, artifacts }: FetchedInputs,
): Promise<readonly InputFile[]> {
  const files = new Map<string, InputFile>();
  async function add(file: string | undefined, described: Parameters<typeof inputFile>[1]): Promise<void> {
    if (file !== undefined && !files.has(file)) {
      files.set(file, await inputFile(file, described));
    }
  }
  for (const { layers } of lock.platforms.filter(({ platform }) => platforms.includes(platform))) {
    for (const each of layers.flatMap((layer) => layer.packages)) {
      await add(packages.get(each.sha256), describedDeb(each));
    }
    for (const { name, version, integrity } of layers.flatMap((layer) => layer.artifacts)) {
      const title = `${name}-${version}`;
      await add(artifacts.get(integrity), { mediaType: INPUT_MEDIA_TYPE.artifact, title, integrity });
    }
  }
  return [...files.values()];
}

/** The packages of a tool set. */
export async function toolFiles({
  packages,
  files,
}: {
  readonly packages: readonly LockedPackage[];
  readonly files: ReadonlyMap<Sha256, string>;
}): Promise<readonly InputFile[]> {
  const found: InputFile[] = [];
  for (const each of packages) {
    const file = files.get(each.sha256);
    if (file !== undefined) {
      found.push(await inputFile(file, describedDeb(each)));
    }
  }
  return found;
}

function describedDeb({ path, size, sha256 }: LockedPackage): Parameters<typeof inputFile>[1] {
  const title = path.slice(path.lastIndexOf('/') + 1);
  return { mediaType: INPUT_MEDIA_TYPE.deb, title, blob: { digest: sha256, size } };
}

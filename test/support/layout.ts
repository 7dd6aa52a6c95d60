import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import type { Header } from 'tar-stream';
import { MEDIA_TYPE, sha256Of, writeBlob, writeLayoutIndex } from '../../src/oci/index.ts';
import type { Descriptor, Platform } from '../../src/model/index.ts';

/** One tar entry of a test layer. A file with `content` needs nothing else. */
export interface LayerFile {
  readonly path: string;
  readonly type?: Header['type'];
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Seconds since 1970. */
  readonly mtime?: number;
  readonly content?: string | Buffer;
  readonly linkname?: string;
  readonly pax?: Readonly<Record<string, string>>;
}

export interface TestImage {
  readonly layers: readonly (readonly LayerFile[])[];
  readonly platform?: Platform;
  /** Seconds since 1970. */
  readonly created?: number;
  /** The `config` object of the image configuration. */
  readonly config?: object;
  readonly history?: readonly object[];
}

/** A tar archive with exactly these entries, in this order. */
export async function tarOf(files: readonly LayerFile[]): Promise<Buffer> {
  const archive = pack();
  for (const file of files) {
    const { path, content = '', mtime = 1, ...header } = file;
    const bytes = Buffer.from(content);
    const isDirectory = path.endsWith('/');
    archive.entry(
      {
        type: isDirectory ? 'directory' : 'file',
        mode: isDirectory ? 0o755 : 0o644,
        uid: 0,
        gid: 0,
        ...header,
        name: path,
        mtime: new Date(mtime * 1000),
        size: bytes.length,
      },
      bytes,
    );
  }
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Writes an OCI layout with one image and gives its manifest's descriptor, as a builder would. */
export async function writeTestLayout(layoutDir: string, image: TestImage): Promise<Descriptor> {
  const layers: Descriptor[] = [];
  const diffIds: string[] = [];
  for (const files of image.layers) {
    const tar = await tarOf(files);
    const bytes = gzipSync(tar, { level: 1 });
    diffIds.push(sha256Of(tar));
    layers.push(await writeTestBlob(layoutDir, bytes, 'application/vnd.oci.image.layer.v1.tar+gzip'));
  }
  const [os = '', architecture = ''] = (image.platform ?? 'linux/amd64').split('/');
  const config = await writeJson(layoutDir, MEDIA_TYPE.config, {
    created: new Date((image.created ?? 1) * 1000).toISOString(),
    os,
    architecture,
    config: image.config ?? {},
    history: image.history ?? [],
    rootfs: { type: 'layers', diff_ids: diffIds },
  });
  const manifest = { schemaVersion: 2, mediaType: MEDIA_TYPE.manifest, config, layers };
  const descriptor = {
    ...(await writeJson(layoutDir, MEDIA_TYPE.manifest, manifest)),
    platform: { os, architecture },
  };
  await writeLayoutIndex(layoutDir, [descriptor]);
  return descriptor;
}

function writeJson(layoutDir: string, mediaType: string, value: object): Promise<Descriptor> {
  return writeTestBlob(layoutDir, Buffer.from(JSON.stringify(value)), mediaType);
}

export async function writeTestBlob(
  layoutDir: string,
  bytes: Uint8Array,
  mediaType: string,
): Promise<Descriptor> {
  return { mediaType, digest: await writeBlob(layoutDir, bytes), size: bytes.length };
}

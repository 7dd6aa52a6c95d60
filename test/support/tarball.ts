import { gzipSync } from 'node:zlib';
import { xz } from '@napi-rs/lzma';
import { pack } from 'tar-stream';

/** A tarball of files below one folder, as upstreams pack their releases. */
export async function tarballOf(
  files: Readonly<Record<string, string>>,
  compression: 'gz' | 'xz',
): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) {
    // the same files give the same bytes, whenever they are packed
    tar.entry({ name, mtime: new Date(0) }, content);
  }
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) {
    chunks.push(chunk as Uint8Array);
  }
  const bytes = Buffer.concat(chunks);
  return compression === 'gz' ? gzipSync(bytes) : Buffer.from(await xz.compress(bytes));
}

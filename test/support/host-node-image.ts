import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Descriptor } from '../../src/model/index.ts';
import { writeLayoutIndex } from '../../src/oci/index.ts';
import { parseElf } from '../../src/oci/elf.ts';
import { EPOCH, GOLDEN_ROOT } from './golden-image.ts';
import { writeTestLayout } from './layout.ts';
import type { LayerFile } from './layout.ts';

/**
 * Writes an OCI layout of an image with a real program in it: the Node that runs this test, and the libraries
 * it has mapped, over the golden root filesystem.
 */
export async function writeHostNodeImage(layoutDir: string, name: string): Promise<Descriptor> {
  const files = await hostNodeFiles();
  const paths = new Set(files.map((file) => file.path));
  const descriptor = await writeTestLayout(layoutDir, {
    layers: [[...GOLDEN_ROOT.filter((file) => !paths.has(file.path)), ...files]],
    created: EPOCH,
    config: { User: '65532:65532', Entrypoint: ['/usr/bin/node'], Env: ['PATH=/usr/bin'] },
  });
  const annotations = { 'io.containerd.image.name': `docker.io/${name}` };
  await writeLayoutIndex(layoutDir, [{ ...descriptor, annotations }]);
  return descriptor;
}

async function hostNodeFiles(): Promise<readonly LayerFile[]> {
  const node = await readFile(process.execPath);
  const { interpreter = '' } = elfOf(node);
  const files: LayerFile[] = [{ path: 'usr/bin/node', mode: 0o755, content: node }];
  for (const library of await mappedLibraries()) {
    const content = await readFile(library);
    const name = elfOf(content).soname ?? path.basename(library);
    files.push({ path: path.join(path.dirname(library), name).slice(1), content });
    if (name === path.basename(interpreter)) {
      files.push({ path: `usr${interpreter}`, mode: 0o755, content });
    }
  }
  return files;
}

/** proc_pid_maps(5): the last column is the file. */
async function mappedLibraries(): Promise<readonly string[]> {
  const maps = await readFile('/proc/self/maps', 'utf8');
  const files = maps.split('\n').map((line) => line.split(/\s+/)[5] ?? '');
  return [...new Set(files.filter((file) => file.startsWith('/usr/lib/') && file.includes('.so')))];
}

function elfOf(bytes: Buffer): { readonly soname?: string; readonly interpreter?: string } {
  const elf = parseElf({ read: (offset, length) => bytes.subarray(offset, offset + length) });
  if (elf.kind === 'problem') {
    throw new Error(elf.reason);
  }
  return elf;
}

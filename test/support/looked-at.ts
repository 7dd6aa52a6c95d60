import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { isInspected, lookAt, type LookedAt } from '../../src/inspect/index.ts';
import {
  digestCapture,
  findLayoutImage,
  layerItemReader,
  manifestFor,
  readStackedImage,
} from '../../src/oci/index.ts';
import { writeTestLayout, type TestImage } from './layout.ts';

/** An image as `ingot show` and `ingot diff` look at it, from a layout that is written first. */
export async function lookedAt(image: TestImage): Promise<LookedAt> {
  const layoutDir = await mkdtemp(join(tmpdir(), 'ingot-looked-'));
  try {
    await writeTestLayout(layoutDir, image);
    return await lookedAtIn(layoutDir);
  } finally {
    await rm(layoutDir, { recursive: true, force: true });
  }
}

async function lookedAtIn(layoutDir: string): Promise<LookedAt> {
  const named = await findLayoutImage(layoutDir);
  const itemReader = layerItemReader(digestCapture(isInspected, 1 << 20), {
    signal: new AbortController().signal,
    seen: new Map(),
  });
  const manifest = manifestFor(named, undefined, 'linux/amd64');
  const { source } = named;
  return lookAt(await readStackedImage(manifest, { source, pool: pLimit(2), readLayer: itemReader(source) }));
}

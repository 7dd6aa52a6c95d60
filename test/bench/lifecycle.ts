import path from 'node:path';
import { createProcessRunner } from '../../src/host/process.ts';
import type { Part } from './part.ts';

const FLEET = path.join(import.meta.dirname, 'lifecycle-fleet.ts');
const MAX_MEGABYTES = 600;

interface Fleet {
  readonly repositories: number;
  readonly images: number;
  readonly going: number;
  readonly endangered: number;
  readonly seconds: number;
  readonly megabytes: number;
}

/** Lifecycle rules of 50 teams with 60 images of 20 releases: made, simulated, and held against 10,000 containers. */
export async function lifecycles(): Promise<Part> {
  const { stdout } = await createProcessRunner().run([process.execPath, FLEET]);
  const { repositories, images, going, endangered, seconds, megabytes } = JSON.parse(stdout) as Fleet;
  const text = `${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB`;
  return {
    lines: [
      `lifecycle of ${String(images)} images in ${String(repositories)} repositories: ${text}, ${String(going)} go, ${String(endangered)} are kept as they are in use`,
    ],
    misses:
      megabytes <= MAX_MEGABYTES
        ? []
        : [`lifecycle: expected at most ${String(MAX_MEGABYTES)} MB, got ${megabytes.toFixed(0)} MB`],
  };
}

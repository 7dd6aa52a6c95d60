import path from 'node:path';
import { createProcessRunner } from '../../src/host/process.ts';
import type { Part } from './part.ts';

const FLEET = path.join(import.meta.dirname, 'lifecycle-fleet.ts');
const MAX_MEGABYTES = 600;
const MAX_SECONDS = 30;

interface Fleet {
  readonly repositories: number;
  readonly images: number;
  readonly going: number;
  readonly endangered: number;
  /** Repositories that the plan changes. */
  readonly changed: number;
  readonly planSeconds: number;
  readonly seconds: number;
  readonly megabytes: number;
}

/** 50 teams with 60 images of 20 releases: planned, their lifecycle rules simulated, and held against 10,000 containers. */
export async function lifecycles(): Promise<Part> {
  const { stdout } = await createProcessRunner().run([process.execPath, FLEET]);
  const { repositories, images, changed, planSeconds, ...fleet } = JSON.parse(stdout) as Fleet;
  const { going, endangered, seconds, megabytes } = fleet;
  const text = `${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB`;
  return {
    lines: [
      `fleet of ${String(images)} images in ${String(repositories)} repositories, planned, simulated and guarded: ${text}`,
      `  ${planSeconds.toFixed(1)} s of it for the plan, with ${String(changed)} changes; ${String(going)} go, ${String(endangered)} are kept as they are in use`,
    ],
    misses: [
      ...(megabytes <= MAX_MEGABYTES
        ? []
        : [`fleet: expected at most ${String(MAX_MEGABYTES)} MB, got ${megabytes.toFixed(0)} MB`]),
      ...(seconds <= MAX_SECONDS
        ? []
        : [`fleet: expected at most ${String(MAX_SECONDS)} s, got ${seconds.toFixed(1)} s`]),
    ],
  };
}

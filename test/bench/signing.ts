import type { Machine } from '../support/ingot.ts';
import type { Part } from './part.ts';
import { timingLines } from './timing.ts';

/** What signing, attesting and verifying back took in the night before, each image of one platform. */
export async function signing(warm: Machine): Promise<Part> {
  const { images } = await warm.report();
  const seconds = images.flatMap(({ stages }) =>
    stages.filter(({ stage }) => stage === 'sign').map(({ ms }) => ms / 1000),
  );
  const name = `sign and attest one platform, local key (${String(seconds.length)} images)`;
  return { lines: seconds.length === 0 ? [] : timingLines([{ name, seconds }]), misses: [] };
}

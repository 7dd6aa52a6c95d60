import { checkDockerfile, type CheckPolicy } from '../../src/check/index.ts';
import type { CheckSettings } from '../../src/model/index.ts';

const GOLDEN = 'registry.example.com/golden';

/** A catalog with two stacks on one registry, of which `builder` starts as root. */
export function checkPolicy(settings: Partial<CheckSettings> = {}): CheckPolicy {
  return {
    golden: new Map([
      [`${GOLDEN}/node`, { tracks: ['22', '24'], isNonRoot: true }],
      [`${GOLDEN}/node-dev`, { tracks: ['22', '24'], isNonRoot: true }],
      [`${GOLDEN}/builder`, { tracks: ['1'], isNonRoot: false }],
    ]),
    settings: { registries: [], bases: [], levels: {}, rules: [], ...settings },
  };
}

/** `3 docker-hub`, of what counts in this Dockerfile. */
export function brokenRules(text: string, policy = checkPolicy()): string[] {
  return checkDockerfile({ file: 'Dockerfile', text }, policy)
    .filter(({ ignored }) => ignored === undefined)
    .map(({ line, rule }) => `${line} ${rule}`);
}

/** An approved base, pinned: whatever stands below it is what is tested. */
export const PINNED = `${GOLDEN}/node:24.21.0.202611210312`;

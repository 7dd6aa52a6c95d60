import type { ImageId, RunEvent } from '../../src/model/index.ts';
import { STAGES } from '../../src/model/index.ts';
import { blockedOutcome, failedOutcome, imageId, releasedOutcome } from './runs.ts';

const NODE = imageId('node-24');
const PYTHON = imageId('python-3.13');
const RUBY = imageId('ruby-3.3');

/** The events of a run with one image of each kind, and when they came. */
export function timedEvents(): readonly (readonly [atMs: number, RunEvent])[] {
  return [
    [
      0,
      { kind: 'run-started', runId: '20261123T214530Z-3fa9', images: [NODE, PYTHON, RUBY], target: 'local' },
    ],
    [10, { kind: 'stage-started', image: NODE, stage: 'resolve' }],
    [20, { kind: 'download', what: 'packages', doneBytes: 12_300_000, totalBytes: 45_600_000 }],
    [900, { kind: 'notice', level: 'info', message: 'made a signing key: keys/cosign.pub' }],
    [1000, { kind: 'stage-started', image: RUBY, stage: 'resolve' }],
    [4000, { kind: 'download', what: 'packages', doneBytes: 45_600_000, totalBytes: 45_600_000 }],
    [4100, { kind: 'image-ended', image: RUBY, outcome: failedOutcome(RUBY) }],
    ...allStages(NODE, 4200),
    [15_000, { kind: 'notice', level: 'warn', message: 'the mirror answered 503 once' }],
    [74_000, { kind: 'image-ended', image: NODE, outcome: releasedOutcome(NODE) }],
    [75_000, { kind: 'stage-started', image: PYTHON, stage: 'resolve' }],
    [76_000, { kind: 'stage-ended', image: PYTHON, stage: 'resolve', ms: 1000, note: '' }],
    [77_000, { kind: 'image-ended', image: PYTHON, outcome: blockedOutcome(PYTHON) }],
  ];
}

function allStages(image: ImageId, fromMs: number): (readonly [number, RunEvent])[] {
  return STAGES.map((stage, index) => [
    fromMs + index,
    { kind: 'stage-ended', image, stage, ms: 1234 * index, note: stage === 'resolve' ? '14 packages' : '' },
  ]);
}

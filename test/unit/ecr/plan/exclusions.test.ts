import { expect, test } from 'vitest';
import { exclusionsOf } from '../../../../src/ecr/plan/exclusions.ts';

test.each([
  { tracks: ['24'], filters: ['24', 'sha256-*'] },
  { tracks: ['3.13', '3.11', '3.13'], filters: ['3.11', '3.13', 'sha256-*'] },
  { tracks: ['20', '22', '24', '26'], filters: ['20', '22', '24', '26', 'sha256-*'] },
])('tracks $tracks may move, and what hangs on images', ({ tracks, filters }) => {
  expect(exclusionsOf(tracks)).toEqual({ kind: 'filters', filters });
});

test.each([
  { tracks: ['18', '20', '22', '24', '26'], message: 'at most 4 moving tags' },
  { tracks: ['24.21.0.202611210312'], message: 'got "24.21.0.202611210312"' },
  {
    tracks: ['superseded-24-000013.202611210312'],
    message: 'got "superseded-24-000013.202611210312"',
  },
  { tracks: ['build-0a1b'], message: 'got "build-0a1b"' },
  { tracks: ['release-24-000001'], message: 'got "release-24-000001"' },
])('$tracks are refused', ({ tracks, message }) => {
  expect(exclusionsOf(tracks)).toMatchObject({ kind: 'problem', message: expect.stringContaining(message) });
});

import { sha256Of } from '../../src/oci/index.ts';
import { artifactPurl, debPurl } from '../../src/stages/sbom/index.ts';
import { DEFAULT_POLICY } from './policy.ts';
import type { BuildEvidence, Evidence } from '../../src/stages/sign/index.ts';

/** What a run knows of an image that it made and that passed the gate. */
export function evidence(id = '20261121T031200Z'): Evidence & { readonly build: BuildEvidence } {
  return {
    run: {
      id,
      startedAt: '2026-11-21T03:12:00.000Z',
      attestedAt: '2026-11-21T03:14:00.000Z',
      ingot: '0.1.0',
      target: 'local',
      builderId: 'urn:ingot:builder:v1:embedded',
    },
    gate: {
      verdict: { kind: 'pass' },
      policy: DEFAULT_POLICY,
      decisions: { commit: 'c'.repeat(40), dirty: false, digest: sha256Of('{}'), files: {}, used: [] },
    },
    stages: [{ stage: 'build', status: 'done', ms: 5200 }],
    build: {
      startedOn: '2026-11-21T03:12:30.000Z',
      finishedOn: '2026-11-21T03:12:36.000Z',
      builderVersions: { 'docker.io': '26.1.5+dfsg1-9' },
      isLocked: false,
      purls: { deb: debPurl, artifact: artifactPurl },
    },
  };
}

import { DECISION_KINDS, type CatalogEntry, type GateVerdict } from '../model/index.ts';
import { decisionsFor } from '../stages/gate/index.ts';
import { artifactPurl, debPurl } from '../stages/sbom/index.ts';
import type { BuildEvidence, Evidence } from '../stages/sign/index.ts';
import type { RunningDeps } from './deps.ts';
import { gateConditions } from './gate-conditions.ts';
import type { StageClock } from './stage-clock.ts';

/** What this run knows of an image when it attests. */
export function evidenceOf(
  {
    entry,
    verdict,
    clock,
  }: { readonly entry: CatalogEntry; readonly verdict: GateVerdict; readonly clock: StageClock },
  deps: RunningDeps,
): Evidence {
  const { run, runStartedAt, target, attestor, catalog, decisionsSource } = deps;
  const conditions = gateConditions(deps);
  const used = DECISION_KINDS.flatMap((kind) => decisionsFor(kind, entry.id, conditions).inForce);
  return {
    run: {
      id: run.id,
      startedAt: runStartedAt.toISOString(),
      attestedAt: run.now().toISOString(),
      target,
      ...attestor,
    },
    gate: { verdict, policy: catalog.policy, decisions: { ...decisionsSource, used } },
    stages: clock.timings(),
  };
}

export interface BuildTimes {
  readonly startedOn: Date;
  readonly finishedOn: Date;
}

/** What decides layer bytes and what the steps ran in. */
const BUILDER_PARTS: readonly string[] = ['docker.io', 'docker-buildx', 'containerd', 'runc'];

export function buildEvidence({ startedOn, finishedOn }: BuildTimes, deps: RunningDeps): BuildEvidence {
  const packages = deps.locks.builder.architectures.amd64;
  const parts = packages.filter(({ name }) => BUILDER_PARTS.includes(name));
  return {
    startedOn: startedOn.toISOString(),
    finishedOn: finishedOn.toISOString(),
    builderVersions: Object.fromEntries(parts.map(({ name, version }) => [name, version])),
    isLocked: deps.reviewedLock !== undefined,
    purls: { deb: debPurl, artifact: artifactPurl },
  };
}

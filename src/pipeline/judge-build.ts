import type { GatedImage, ScanReport } from '../model/index.ts';
import { platformManifests } from '../oci/index.ts';
import {
  gate,
  type FilesLookedFor,
  type GateConditions,
  type GateRequest,
  type GateResult,
} from '../stages/gate/index.ts';
import { publish } from '../stages/publish/index.ts';
import type { RunDeps } from './deps.ts';
import { gateConditions } from './gate-conditions.ts';
import { keepFindings } from './keep-records.ts';
import { placesOf } from './plan-image.ts';
import { scanNote, scanPushed } from './scan-image.ts';
import type { StageClock } from './stage-clock.ts';

export interface JudgeWork {
  readonly deps: RunDeps;
  readonly clock: StageClock;
  /** In the new build, as far as a finding needs it. */
  readonly lookForFiles: (scan: ScanReport) => Promise<readonly FilesLookedFor[]>;
}

/** What a new build was judged by in the end, and how. */
export interface JudgedBuild {
  readonly request: GateRequest;
  readonly result: GateResult;
}

/**
 * Some scanners look at nothing but what is in a registry. A build to which all other rules say yes is pushed for them,
 * by digest and to the golden repository alone, and judged once more with what they find: nobody is led to it before.
 */
export async function judgeBuild(
  made: Omit<GateRequest, 'filesLookedFor'>,
  work: JudgeWork,
): Promise<JudgedBuild> {
  const { deps } = work;
  const conditions = gateConditions(deps);
  const further = deps.scanners.filter(({ looksIn }) => looksIn === 'registry').map(({ name }) => name);
  const first = await judge(made, withoutScanners(further, conditions), work);
  if (first.result.kind === 'block' || further.length === 0) {
    return first;
  }
  const scan = await scanInRegistry(first.result.image, work);
  await keepFindings({ ...made, scan }, deps);
  return judge({ ...made, scan }, conditions, work);
}

async function judge(
  made: Omit<GateRequest, 'filesLookedFor'>,
  conditions: GateConditions,
  { clock, lookForFiles }: JudgeWork,
): Promise<JudgedBuild> {
  const request = { ...made, filesLookedFor: await lookForFiles(made.scan) };
  const result = await clock.run(
    'gate',
    () => gate(request, conditions),
    ({ kind }) => kind,
  );
  return { request, result };
}

function withoutScanners(names: readonly string[], { policy, ...rest }: GateConditions): GateConditions {
  const requiredScanners = policy.requiredScanners.filter((name) => !names.includes(name));
  return { ...rest, policy: { ...policy, requiredScanners } };
}

async function scanInRegistry(image: GatedImage, { deps, clock }: JudgeWork): Promise<ScanReport> {
  const { tested, sbom, scan } = image;
  const { rendered, platforms, layoutDir } = tested.built;
  const { entry, lock } = rendered.locked;
  const golden = { ...placesOf(entry, deps), copies: [] };
  const { ref } = await clock.run('publish', () => publish(image, golden, deps.sign));
  const pushed = {
    before: scan,
    lock,
    layoutDir,
    ref,
    sboms: () => Promise.resolve(sbom.platforms),
    manifests: () => Promise.resolve(platformManifests(platforms.map(({ manifest }) => manifest))),
  };
  return clock.run('scan', () => scanPushed(entry, pushed, deps), scanNote);
}

import { z } from 'zod';
import { isEcrRepository, type ScanStatus } from '../../model/index.ts';
import { parseJson, PREDICATE_TYPE } from '../../oci/index.ts';
import { predicatesOf, type ImageFacts } from '../facts.ts';
import { skippedCheck, toCheck, type Fault, type VerifyCheck } from '../result.ts';
import { ageText, hoursOf } from '../words.ts';

export interface ScanDemands {
  /** Absent, here and below: what the policy said by which the attested run judged the image. */
  readonly maxScanAgeHours?: number;
  readonly requiredScanners?: readonly string[];
  readonly now: Date;
}

/** Where nothing says otherwise, as with policy: half of it may pass before a quiet night attests the scan anew. */
const MAX_SCAN_AGE_HOURS = 168;

/** What of the policy is asked for here; of a run of another version of ingot, nothing. */
const PolicySchema = z
  .object({
    policy: z.object({
      demands: z.object({ requiredScanners: z.array(z.string()), maxScanAgeHours: z.number() }),
    }),
  })
  .transform(({ policy }) => policy.demands);

/** cosign's vulnerability scan record, with what our scanners say. */
const ScanSchema = z.object({
  scanner: z.object({
    uri: z.string(),
    result: z.object({
      status: z.enum(['clean', 'up-to-date', 'findings', 'stale', 'not-scanned']),
      reason: z.string().optional(),
      feedDate: z.string().optional(),
      findings: z.array(z.object({ id: z.string(), severity: z.string().default('unknown') })),
    }),
  }),
  metadata: z.object({ scanFinishedOn: z.iso.datetime() }),
});

/** One scanner's newest word on an image. */
export interface AttestedScan {
  readonly tool: string;
  readonly status: ScanStatus;
  readonly reason?: string;
  readonly finishedAt: Date;
  readonly findings: readonly { readonly id: string; readonly severity: string }[];
}

/** Of each scanner its newest; what is no scan of ours is refused. */
export function attestedScans(predicates: readonly unknown[]): readonly AttestedScan[] {
  const scans = new Map<string, AttestedScan>();
  for (const predicate of predicates) {
    const { scanner, metadata } = parseJson(
      Buffer.from(JSON.stringify(predicate)),
      ScanSchema,
      'vulnerability attestation',
    );
    const { status, reason, findings } = scanner.result;
    const scan = {
      tool: scanner.uri,
      status,
      ...(reason === undefined ? {} : { reason }),
      finishedAt: new Date(metadata.scanFinishedOn),
      findings,
    };
    const known = scans.get(scan.tool);
    if (known === undefined || known.finishedAt < scan.finishedAt) {
      scans.set(scan.tool, scan);
    }
  }
  return [...scans.values()];
}

/** Every scanner that has to has looked, not too long ago, with data that was fresh. What it found, the gate judged. */
export function checkScan({ top, ref }: ImageFacts, demands: ScanDemands): VerifyCheck {
  const predicates = predicatesOf(top, PREDICATE_TYPE.vulnerabilities);
  if (predicates.length === 0) {
    return skippedCheck('scan', 'there is no trusted scan');
  }
  const scans = attestedScans(predicates);
  // what the registry of AWS finds can only be told of what is in it
  const demanded = demands.requiredScanners?.filter(
    (tool) => tool !== 'ecr' || isEcrRepository(ref.repository),
  );
  const policy = PolicySchema.safeParse(predicatesOf(top, PREDICATE_TYPE.run)[0]).data;
  const required = demanded ?? policy?.requiredScanners ?? scans.map(({ tool }) => tool);
  const maxAgeHours = demands.maxScanAgeHours ?? policy?.maxScanAgeHours ?? MAX_SCAN_AGE_HOURS;
  const faults = required.flatMap((tool) => {
    const scan = scans.find((each) => each.tool === tool);
    return scan === undefined
      ? [missingFault(tool, 'did not look at it')]
      : scanFaults(scan, maxAgeHours, demands.now);
  });
  return toCheck('scan', scans.map((scan) => scanText(scan, demands.now)).join('; '), faults);
}

const STATUS_TEXT: Readonly<Record<ScanStatus, string>> = {
  clean: 'clean',
  'up-to-date': 'up to date as far as the archive says',
  findings: 'has findings',
  stale: 'looked with stale data',
  'not-scanned': 'did not scan',
};

function scanText({ tool, status, findings, finishedAt }: AttestedScan, now: Date): string {
  const count = status === 'findings' ? `${findings.length} findings` : STATUS_TEXT[status];
  return `${tool}: ${count}, ${ageText(now.getTime() - finishedAt.getTime())} ago`;
}

function scanFaults(scan: AttestedScan, maxAgeHours: number, now: Date): readonly Fault[] {
  const { tool, status, reason, finishedAt } = scan;
  if (status === 'not-scanned') {
    return [missingFault(tool, reason ?? 'did not scan')];
  }
  const age = now.getTime() - finishedAt.getTime();
  return [
    ...(status === 'stale' ? [staleFault(`${tool} looked with data that was too old`)] : []),
    ...(hoursOf(age) <= maxAgeHours
      ? []
      : [staleFault(`${tool} scanned ${ageText(age)} ago, expected at most ${maxAgeHours} hours`)]),
  ];
}

function staleFault(message: string): Fault {
  return {
    code: 'SCAN_STALE',
    message,
    hint: 'what became known since then is not in it; `ingot nightly` scans again what is published',
  };
}

function missingFault(tool: string, reason: string): Fault {
  return {
    code: 'SCAN_MISSING',
    message: `scanner "${tool}" ${reason}`,
    hint: 'not scanned is not clean; `ingot nightly` scans again what is published',
  };
}

import type {
  ImageId,
  ImageSbom,
  RenderedImage,
  ScanReport,
  TestedImage,
  TestReport,
} from '../model/index.ts';
import { lockText } from '../stages/resolve/index.ts';
import type { RunDeps } from './deps.ts';

type RecordDeps = Pick<RunDeps, 'writeRecord'>;

/** Texts by file name. */
export type Records = Readonly<Record<string, string>>;

/** What was found out about an image. */
export interface Findings {
  readonly tested: TestedImage;
  readonly sbom: ImageSbom;
  readonly scan: ScanReport;
}

/** What an image is made of. */
export function inputRecords(rendered: RenderedImage): Records {
  return {
    Dockerfile: rendered.dockerfile,
    'lock.json': lockText(rendered.locked.lock),
    'inputs.json': jsonText(rendered.inputs),
  };
}

/** Tests as they were run. */
export function testRecords(report: TestReport): Records {
  return { 'tests.json': jsonText(report) };
}

/** What is known of the packages today, and what the packages are. */
export function findingRecords({ sbom, scan }: Pick<Findings, 'sbom' | 'scan'>): Records {
  const sboms = sbom.platforms.flatMap(({ platform, cyclonedx, spdx }) => {
    const suffix = `${platform.replace('/', '-')}.json`;
    return [
      [`sbom.cyclonedx.${suffix}`, jsonText(cyclonedx)] as const,
      [`sbom.spdx.${suffix}`, jsonText(spdx)] as const,
    ];
  });
  return { 'scan.json': jsonText(scan), ...Object.fromEntries(sboms) };
}

/** What an image is made of, for whoever has to understand the run: `out/<run id>/<image>/`. */
export async function keepInputs(rendered: RenderedImage, deps: RecordDeps): Promise<void> {
  await keepAll(rendered.locked.entry.id, inputRecords(rendered), deps);
}

/** What was found out about an image, also where the gate then says no. */
export async function keepFindings(findings: Findings, deps: RecordDeps): Promise<void> {
  const { id } = findings.tested.built.rendered.locked.entry;
  await keepAll(id, { ...testRecords(findings.tested.report), ...findingRecords(findings) }, deps);
}

/** Tests as they were run, and what is known of the packages today. */
export async function keepReports(
  id: ImageId,
  { report, scan }: { readonly report: TestReport; readonly scan: ScanReport },
  deps: RecordDeps,
): Promise<void> {
  await keepAll(id, { ...testRecords(report), 'scan.json': jsonText(scan) }, deps);
}

async function keepAll(folder: string, records: Records, deps: RecordDeps): Promise<void> {
  for (const [name, text] of Object.entries(records)) {
    await deps.writeRecord(folder, name, text);
  }
}

/** What scanners are told; nothing where there is nothing to say. */
export async function keepVex(id: ImageId, vex: object | undefined, deps: RecordDeps): Promise<void> {
  if (vex !== undefined) {
    await deps.writeRecord(id, 'vex.openvex.json', jsonText(vex));
  }
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

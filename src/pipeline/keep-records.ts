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

/** What an image is made of, for whoever has to understand the run: `out/<run id>/<image>/`. */
export async function keepInputs(rendered: RenderedImage, deps: RecordDeps): Promise<void> {
  const { entry, lock } = rendered.locked;
  await deps.writeRecord(entry.id, 'Dockerfile', rendered.dockerfile);
  await deps.writeRecord(entry.id, 'lock.json', lockText(lock));
  await deps.writeRecord(entry.id, 'inputs.json', jsonText(rendered.inputs));
}

/** What was found out about an image, also where the gate then says no. */
export async function keepFindings(
  {
    tested,
    sbom,
    scan,
  }: { readonly tested: TestedImage; readonly sbom: ImageSbom; readonly scan: ScanReport },
  deps: RecordDeps,
): Promise<void> {
  const { id } = tested.built.rendered.locked.entry;
  await keepReports(id, { report: tested.report, scan }, deps);
  for (const { platform, cyclonedx, spdx } of sbom.platforms) {
    const suffix = `${platform.replace('/', '-')}.json`;
    await deps.writeRecord(id, `sbom.cyclonedx.${suffix}`, jsonText(cyclonedx));
    await deps.writeRecord(id, `sbom.spdx.${suffix}`, jsonText(spdx));
  }
}

/** Tests as they were run, and what is known of the packages today. */
export async function keepReports(
  id: ImageId,
  { report, scan }: { readonly report: TestReport; readonly scan: ScanReport },
  deps: RecordDeps,
): Promise<void> {
  await deps.writeRecord(id, 'tests.json', jsonText(report));
  await deps.writeRecord(id, 'scan.json', jsonText(scan));
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

import type { CatalogEntry, Lock, Platform, ScanReport, Sha256 } from '../model/index.ts';
import { findImage, platformManifests, type RegistryClient } from '../oci/index.ts';
import { waiversOf, type FilesLookedFor, type GateConditions } from '../stages/gate/index.ts';
import { vexDocument } from '../stages/sbom/index.ts';

/** An image that was scanned, new or long published. */
export interface VexSubject {
  readonly entry: CatalogEntry;
  readonly lock: Pick<Lock, 'platforms'>;
  readonly index: Sha256;
  readonly platforms: readonly { readonly platform: Platform; readonly digest: Sha256 }[];
  readonly scan: ScanReport;
  readonly filesLookedFor: readonly FilesLookedFor[];
}

/** OpenVEX document of an image; undefined where there is nothing to say about it. */
export function imageVex(
  { entry, lock, index, platforms, scan, filesLookedFor }: VexSubject,
  conditions: Pick<GateConditions, 'decisions' | 'now'>,
): object | undefined {
  const answered = scan.findings.map((finding) => {
    const [waiver] = waiversOf(finding, { entry, filesLookedFor }, conditions);
    return { finding, waiver };
  });
  return vexDocument({
    image: { repository: entry.repository, index, platforms },
    codename: entry.suite,
    lock,
    waived: answered.flatMap(({ finding, waiver }) => (waiver === undefined ? [] : [{ finding, waiver }])),
    open: answered.flatMap(({ finding, waiver }) => (waiver === undefined ? [finding] : [])),
    notAffected: scan.results.flatMap(({ notAffected = [] }) => notAffected),
    issuedAt: scan.scannedAt,
  });
}

/** As `imageVex`, of a release: the registry says which platforms it has. */
export async function releaseVex(
  { repository, ...subject }: Omit<VexSubject, 'platforms'> & { readonly repository: string },
  conditions: Pick<GateConditions, 'decisions' | 'now'>,
  registry: RegistryClient,
): Promise<object | undefined> {
  if (imageVex({ ...subject, platforms: [] }, conditions) === undefined) {
    return undefined;
  }
  const image = await findImage({ kind: 'digest', repository, digest: subject.index }, registry);
  return imageVex({ ...subject, platforms: platformManifests(image.manifests) }, conditions);
}

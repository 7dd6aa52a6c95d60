import { isDebianArchive } from '../../../model/index.ts';
import type { ScanSubject } from '../scanner.ts';
import { readSbom, unseenBy, type AdaptedSbom } from './sbom-document.ts';

/** `VERSION_ID` of os-release, which Trivy looks a release up by. */
const RELEASES: Readonly<Record<string, string>> = { bookworm: '12', trixie: '13', forky: '14', duke: '15' };

/**
 * Trivy skips packages of an operating system that the SBOM does not name as a component of its own, and takes the
 * name of the package for that of its source where it is not told otherwise (aquasecurity/trivy, pkg/sbom/io/decode.go:
 * `addOrphanPkgs`, `fillSrcPkg`).
 */
export function sbomForTrivy(cyclonedx: object, subject: ScanSubject): AdaptedSbom {
  const { codename, platforms } = subject;
  const document = readSbom(cyclonedx);
  const packages = platforms.flatMap((one) => one.packages).filter(({ archive }) => isDebianArchive(archive));
  const sources = new Map(packages.map(({ name, source }) => [name, source]));
  const system = {
    type: 'operating-system',
    'bom-ref': 'operating-system',
    name: 'debian',
    version: RELEASES[codename] ?? codename,
  };
  const components = document.components.map((component) => {
    const source = component.purl.startsWith('pkg:deb/') ? sources.get(component.name) : undefined;
    return source === undefined
      ? component
      : { ...component, properties: [...(component.properties ?? []), ...propertiesOf(source)] };
  });
  return {
    document: { ...document, components: [system, ...components] },
    unseen: unseenBy(() => false, document, subject),
  };
}

function propertiesOf({
  name,
  version,
}: {
  readonly name: string;
  readonly version: string;
}): readonly object[] {
  return [
    { name: 'aquasecurity:trivy:SrcName', value: name },
    { name: 'aquasecurity:trivy:SrcVersion', value: version },
  ];
}

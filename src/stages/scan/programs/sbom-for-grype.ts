import type { ScanSubject } from '../scanner.ts';
import { readSbom, unseenBy, type AdaptedSbom, type SbomComponent } from './sbom-document.ts';

/** What it calls Go's library, which it finds in every program of the toolchain. */
const GO_LIBRARY = 'stdlib';
const GO_TOOLCHAIN = 'pkg:golang/golang.org/toolchain@';

/**
 * Grype looks up no CPE of what is a package of a language (anchore/grype, `cmd/grype/cli/options/match.go`), and so
 * finds nothing of Go's toolchain. It is named once more, as grype names it where it finds it in an image.
 */
export function sbomForGrype(cyclonedx: object, subject: ScanSubject): AdaptedSbom {
  const document = readSbom(cyclonedx);
  const toolchains = document.components.filter(({ purl }) => purl.startsWith(GO_TOOLCHAIN));
  return {
    document: { ...document, components: [...document.components, ...toolchains.flatMap(asInLayers)] },
    unseen: unseenBy(({ cpe }) => cpe !== undefined, document, subject),
  };
}

function asInLayers({ name, version, cpe }: SbomComponent): readonly object[] {
  return [
    { ...component({ name, version, purl: `pkg:generic/${name}@${version}` }), cpe },
    component({ name: GO_LIBRARY, version, purl: `pkg:golang/${GO_LIBRARY}@${version}` }),
  ];
}

function component(identity: {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}): object {
  return { type: 'application', 'bom-ref': identity.purl, ...identity };
}

/** What the SBOM calls it. */
export function nameInSbom(name: string): string {
  return name === GO_LIBRARY ? 'go' : name;
}

import type { ScanSubject } from '../scanner.ts';
import { readSbom, unseenBy, type AdaptedSbom, type SbomComponent } from './sbom-document.ts';

/** What it calls Go's library, which it finds in every program of the toolchain. */
const GO_LIBRARY = 'stdlib';
const GO_TOOLCHAIN = 'pkg:golang/golang.org/toolchain@';

/**
 * Grype looks npm packages up by their names, and CPEs only of what is no package of a language: of Node.js from npm it
 * finds nothing. Upstream programs are named once more, as it names them where it finds them in an image (anchore/grype,
 * `cmd/grype/cli/options/match.go`).
 */
export function sbomForGrype(cyclonedx: object, subject: ScanSubject): AdaptedSbom {
  const document = readSbom(cyclonedx);
  const programs = document.components.filter(({ cpe, purl }) => cpe !== undefined && !isGeneric(purl));
  return {
    document: { ...document, components: [...document.components, ...programs.flatMap(asInLayers)] },
    unseen: unseenBy(({ cpe }) => cpe !== undefined, document, subject),
  };
}

function isGeneric(purl: string): boolean {
  return purl.startsWith('pkg:generic/');
}

function asInLayers({ name, version, purl, cpe }: SbomComponent): readonly object[] {
  const program = component({ name, version, purl: `pkg:generic/${name}@${version}` });
  return purl.startsWith(GO_TOOLCHAIN)
    ? [
        { ...program, cpe },
        component({ name: GO_LIBRARY, version, purl: `pkg:golang/${GO_LIBRARY}@${version}` }),
      ]
    : [{ ...program, cpe }];
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

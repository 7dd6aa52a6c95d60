import { z } from 'zod';
import type { ScanSubject } from '../scanner.ts';
import { beyondDebian } from '../installed.ts';
import { readAnswer } from '../read-answer.ts';

/** What of a CycloneDX document programs look things up by. */
const Document = z.looseObject({
  components: z.array(
    z.looseObject({
      name: z.string(),
      version: z.string(),
      purl: z.string().default(''),
      cpe: z.string().optional(),
      properties: z.array(z.looseObject({})).optional(),
    }),
  ),
});

export type SbomDocument = z.output<typeof Document>;
export type SbomComponent = SbomDocument['components'][number];

export function readSbom(cyclonedx: object): SbomDocument {
  return readAnswer(JSON.stringify(cyclonedx), Document, 'the SBOM');
}

/** Made for one program, of one platform's SBOM. */
export interface AdaptedSbom {
  readonly document: object;
  /** Names of what it cannot look up. */
  readonly unseen: readonly string[];
}

/**
 * Programs know Debian's packages, and npm packages by their own names; upstream programs only where something else makes
 * them `isKnown`.
 */
export function unseenBy(
  isKnown: (component: SbomComponent) => boolean,
  { components }: SbomDocument,
  subject: ScanSubject,
): readonly string[] {
  const known = new Set(
    components
      .filter((each) => isKnown(each) || each.purl.startsWith(`pkg:npm/${each.name}@`))
      .map(({ name }) => name),
  );
  return beyondDebian(subject).filter((name) => !known.has(name));
}

import type { ArtifactRequest } from '../../model/index.ts';
import { baseName, resolvePath } from '../../oci/index.ts';
import type { RootFilesystem } from '../../oci/index.ts';
import type { LockedComponent } from './components.ts';
import { ownedFiles, type SbomFile } from './image-files.ts';
import { freeText, licencesOf, NOTHING_KNOWN, type Licences } from './licences/index.ts';

/** A component with what the layers say of it. */
export interface SbomComponent extends LockedComponent {
  readonly licences: Licences;
  /** That it brought; sorted by path. */
  readonly files: readonly SbomFile[];
}

export interface DescribedImage {
  /** In the order they were given. */
  readonly components: readonly SbomComponent[];
  /** That no component brought. */
  readonly ownFiles: readonly SbomFile[];
}

/** What the layers are asked about. */
export interface Described {
  readonly components: readonly LockedComponent[];
  readonly requests: readonly ArtifactRequest[];
}

/** Finds licences and files of every component in the image itself. */
export function describeImage(root: RootFilesystem, { components, requests }: Described): DescribedImage {
  const files = ownedFiles(root, requests);
  return {
    ownFiles: files.image,
    components: components.map((component) => {
      if (component.kind === 'library') {
        const own = files.packages.get(component.name) ?? [];
        return { ...component, licences: debianLicences(root, component), files: own };
      }
      const own = (component.parts ?? []).flatMap((name) => files.artifacts.get(name) ?? []).sort(byPath);
      return { ...component, licences: upstreamLicences(root, component, own), files: own };
    }),
  };
}

function byPath(a: SbomFile, b: SbomFile): number {
  return a.path < b.path ? -1 : 1;
}

/** Debian policy 12.5: the copyright file, in a folder that may be a link to that of another package of the source. */
function debianLicences(root: RootFilesystem, { name, source }: LockedComponent): Licences {
  const text = resolvePath(root.entries, `/usr/share/doc/${name}/copyright`)?.content?.toString('utf8') ?? '';
  return text === '' ? NOTHING_KNOWN : licencesOf(text, source?.name ?? name);
}

const LICENCE_FILE = /^(?:LICEN[CS]E|COPYING)(?:\.\w+)?$/;

/** What the stack says the publisher declares, or else the text of its licence file. */
function upstreamLicences(
  root: RootFilesystem,
  { name, license }: LockedComponent,
  files: readonly SbomFile[],
): Licences {
  if (license !== undefined) {
    return { expression: license, texts: [] };
  }
  const file = files.find(({ path }) => LICENCE_FILE.test(baseName(path)));
  const text = file === undefined ? undefined : root.entries.get(file.path)?.content?.toString('utf8');
  return text === undefined ? NOTHING_KNOWN : freeText(text, `${name}-licence`);
}

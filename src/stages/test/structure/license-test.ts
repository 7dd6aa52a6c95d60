import { baseName, parentOf, resolvePath } from '../../../oci/index.ts';
import type { RootFilesystem } from '../../../oci/index.ts';
import type { Miss } from './expect.ts';
import type { LicenseTest } from './schema.ts';
import { imageEnvironment, substitute } from './subject.ts';
import type { StructureSubject } from './subject.ts';

/** container-structure-test's own lists, `pkg/types/v2/licenses.go`. */
const FORBIDDEN = ['AGPL', 'WTFPL'];
const ALLOWED_PACKAGES = ['libgnutls30'];

const DOCUMENTATION = '/usr/share/doc';

/** No licence text names a forbidden licence; with `debian`, those of every package. */
export function checkLicenses(
  test: LicenseTest,
  { root, config }: Pick<StructureSubject, 'root' | 'config'>,
): readonly Miss[] {
  const files = test.files.map((file) => substitute(file, imageEnvironment(config)));
  return [...(test.debian ? copyrightFiles(root) : []), ...files].flatMap((file) =>
    licenceMisses(root, file),
  );
}

function copyrightFiles(root: RootFilesystem): readonly string[] {
  return [...root.entries.values()]
    .filter(({ path, type }) => type === 'directory' && parentOf(path) === DOCUMENTATION)
    .filter(({ path }) => !ALLOWED_PACKAGES.includes(baseName(path)))
    .map(({ path }) => `${path}/copyright`);
}

function licenceMisses(root: RootFilesystem, file: string): readonly Miss[] {
  const content = resolvePath(root.entries, file)?.content;
  if (content === undefined) {
    return [{ expected: `licence text ${file}`, got: 'no small file there' }];
  }
  const text = content.toString('utf8').toUpperCase();
  return FORBIDDEN.filter((word) => text.includes(word)).map((word) => ({
    expected: `no ${word} in ${file}`,
    got: word,
  }));
}

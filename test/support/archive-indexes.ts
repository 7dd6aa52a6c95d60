import { heldText, verifyIndex, verifyRelease, type SuiteIndex } from '../../src/debian/index.ts';
import { ARCHIVES, type DebianArchitecture } from '../../src/model/index.ts';
import { createArchive, type FakeArchive, type FakePackage } from './archive.ts';

/** The verified indexes of all suites of a fake archive, as `resolveClosure` takes them. */
export async function openIndexes(
  archive: FakeArchive,
  architecture: DebianArchitecture = 'amd64',
): Promise<readonly SuiteIndex[]> {
  const indexes: SuiteIndex[] = [];
  for (const name of ARCHIVES) {
    for (const [path, inRelease] of archive.files[name]) {
      const suite = /^dists\/(.+)\/InRelease$/.exec(path)?.[1];
      if (suite !== undefined) {
        const release = await verifyRelease(inRelease, { keys: archive.keys, suite, now: archive.now });
        const packages = `main/binary-${architecture}/Packages`;
        const bytes = archive.files[name].get(`dists/${suite}/${packages}`) ?? new Uint8Array();
        indexes.push({ index: verifyIndex(release, packages, heldText(bytes)), archive: name, suite });
      }
    }
  }
  return indexes;
}

/** Indexes of an archive with these packages. */
export async function indexesOf(...packages: readonly FakePackage[]): Promise<readonly SuiteIndex[]> {
  return openIndexes(await createArchive({ packages, architectures: ['amd64'] }));
}

import { FactoryError, type LockedNpmArtifact, type NpmArtifactRequest } from '../../model/index.ts';
import type { NodejsWitness } from '../nodejs/index.ts';
import type { ArtifactSource } from '../source.ts';
import type { NpmSource } from './npm-source.ts';

export type NpmArtifacts = ArtifactSource<NpmArtifactRequest, LockedNpmArtifact>;

/**
 * Releases on the npm registry: what vouches for them is the integrity in the registry's own metadata, and, for
 * repackages of Node.js, that the program in them is the upstream's.
 */
export function createNpmArtifacts(npm: NpmSource, witness: NodejsWitness): NpmArtifacts {
  return {
    open: (request) => ({
      label: (platform) => request.packages[platform],
      versions: async (platform) => {
        const versions = await npm.versions(request.packages[platform]);
        return versions.filter(({ deprecated }) => !deprecated).map(({ version }) => version);
      },
      lock: async (platform, version) => {
        const artifact = await lockVersion(request, request.packages[platform], { version, npm });
        if (request.witness === undefined) {
          return { artifact, notices: [] };
        }
        const { witness: found, notices } = await witness({
          artifact,
          platform,
          file: request.witness.file,
          range: request.range,
          fetch: (store) => npm.tarball(artifact, store),
        });
        return { artifact: { ...artifact, ...(found === undefined ? {} : { witness: found }) }, notices };
      },
    }),
    fetch: (locked, store) => npm.tarball(locked, store),
  };
}

async function lockVersion(
  { name }: NpmArtifactRequest,
  npmPackage: string,
  { version, npm }: { readonly version: string; readonly npm: NpmSource },
): Promise<LockedNpmArtifact> {
  const found = (await npm.versions(npmPackage)).find((each) => each.version === version);
  if (found === undefined) {
    throw new FactoryError(
      'ARTIFACT_NOT_FOUND',
      `cannot lock npm package "${npmPackage}@${version}": it is gone`,
    );
  }
  const { integrity, published } = found;
  return { kind: 'npm', name, package: npmPackage, version, integrity, published };
}

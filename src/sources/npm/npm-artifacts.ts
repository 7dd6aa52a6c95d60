import { FactoryError, type LockedNpmArtifact, type NpmArtifactRequest } from '../../model/index.ts';
import type { ArtifactSource } from '../source.ts';
import type { NpmSource } from './npm-source.ts';

export type NpmArtifacts = ArtifactSource<NpmArtifactRequest, LockedNpmArtifact>;

/** Releases on the npm registry: what vouches for them is the integrity in the registry's own metadata. */
export function createNpmArtifacts(npm: NpmSource): NpmArtifacts {
  return {
    open: (request) => ({
      label: (platform) => request.packages[platform],
      versions: async (platform) => {
        const versions = await npm.versions(request.packages[platform]);
        return versions.filter(({ deprecated }) => !deprecated).map(({ version }) => version);
      },
      lock: async (platform, version) => {
        const name = request.packages[platform];
        const found = (await npm.versions(name)).find((each) => each.version === version);
        if (found === undefined) {
          throw new FactoryError(
            'ARTIFACT_NOT_FOUND',
            `cannot lock npm package "${name}@${version}": it is gone`,
          );
        }
        const { integrity, published } = found;
        const artifact = {
          kind: 'npm',
          name: request.name,
          package: name,
          version,
          integrity,
          published,
        } as const;
        return { artifact, notices: [] };
      },
    }),
    fetch: (locked, store) => npm.tarball(locked, store),
  };
}

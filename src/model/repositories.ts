import type { CatalogEntry, Team } from './catalog.ts';

/** With their registry, `127.0.0.1:5000/golden/python`. */
export interface ImageRepositories {
  readonly repository: string;
  /** The same images in each team's namespace. */
  readonly copies: readonly string[];
}

export interface RegistryPlace {
  /** Registry and prefix of the golden repositories, `127.0.0.1:5000/golden`. */
  readonly goldenPrefix: string;
  /** The registry, which team namespaces stand in too. */
  readonly registryAddress: string;
}

/** The golden repository of an image, and one in the namespace of each team that asked for it. */
export function repositoriesOf(
  { repository: name, track }: Pick<CatalogEntry, 'repository' | 'track'>,
  teams: readonly Team[],
  { goldenPrefix, registryAddress }: RegistryPlace,
): ImageRepositories {
  const owners = teams.filter(({ images }) =>
    images.some((image) => image.name === name && (image.tracks?.includes(track) ?? true)),
  );
  return {
    repository: `${goldenPrefix}/${name}`,
    copies: owners.map(({ namespace }) => `${registryAddress}/${namespace}/${name}`),
  };
}

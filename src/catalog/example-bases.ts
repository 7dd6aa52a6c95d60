import type { ExampleBase } from '../model/index.ts';

/** `FROM [--platform=…] ${REGISTRY}/python-dev:${TAG} [AS build]`; Dockerfile reference, "FROM". */
const FROM = /^FROM\s+(?:--\S+\s+)*\$\{REGISTRY\}\/([^\s:@]+):(\S+)/gim;

/** The catalog's own images that an example's Dockerfile stands on, each once. `tag` is the track it is built for. */
export function exampleBases(dockerfile: string, tag: string): readonly ExampleBase[] {
  const bases = [...dockerfile.matchAll(FROM)].map(([, repository = '', written = '']) => ({
    repository,
    track: written.replace('${TAG}', tag),
  }));
  return [...new Map(bases.map((base) => [`${base.repository}:${base.track}`, base])).values()];
}

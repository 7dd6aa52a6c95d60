import type { ExampleBase } from '../model/index.ts';

/** `FROM [--platform=…] ${REGISTRY}/python-dev:${TAG} [AS build]`; Dockerfile reference, "FROM". */
const FROM = /^FROM\s+(?:--\S+\s+)*\$\{REGISTRY\}\/([^\s:@]+):(\S+)/gim;

/** `ARG STATIC=13`, which is how a base that is no image of the same tracks can be pinned by whoever builds. */
const ARG = /^ARG\s+(\w+)=(\S+)/gim;

/** The catalog's own images that an example's Dockerfile stands on, each once. `tag` is the track it is built for. */
export function exampleBases(dockerfile: string, tag: string): readonly ExampleBase[] {
  const defaults = [...dockerfile.matchAll(ARG)].map(([, name = '', value = '']) => [name, value] as const);
  const values = new Map([...defaults, ['TAG', tag]]);
  const bases = [...dockerfile.matchAll(FROM)].map(([, repository = '', written = '']) => ({
    repository,
    track: written.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => values.get(name) ?? whole),
  }));
  return [...new Map(bases.map((base) => [`${base.repository}:${base.track}`, base])).values()];
}

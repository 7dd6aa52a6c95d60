import type { ExampleBase } from '../model/index.ts';

/** Dockerfile reference, "FROM": `FROM [--platform=…] ${REGISTRY}/python-dev:${TAG} [AS build]`. */
const FROM = /^FROM\s+(?:--\S+\s+)*\$\{REGISTRY\}\/([^\s:@]+):(\S+)/gim;

/** An argument with a default before the first FROM, as `ARG NODE=24`. */
const ARGUMENT = /^ARG\s+(\w+)=(\S+)\s*$/gim;

/** The catalog's own images that an example's Dockerfile stands on, each once. `tag` is the track it is built for. */
export function exampleBases(dockerfile: string, tag: string): readonly ExampleBase[] {
  const written = [...dockerfile.matchAll(ARGUMENT)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  const values = new Map([...written, ['TAG', tag]]);
  function filled(text: string): string {
    return text.replace(/\$\{(\w+)\}/g, (whole, name: string) => values.get(name) ?? whole);
  }
  const bases = [...dockerfile.matchAll(FROM)].map(([, repository = '', track = '']) => ({
    repository: filled(repository),
    track: filled(track),
  }));
  return [...new Map(bases.map((base) => [`${base.repository}:${base.track}`, base])).values()];
}

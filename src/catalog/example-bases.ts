import { baseUses, parseDockerfile, type Base } from '../dockerfile/index.ts';
import { EXAMPLE_REGISTRY, type ExampleBase } from '../model/index.ts';

/**
 * The catalog's own images that an example's Dockerfile takes, each once, and what cannot be told from the file: no
 * catalog has an image of that name. `tag` is the track it is built for.
 */
export function exampleBases(dockerfile: string, tag: string): readonly ExampleBase[] {
  const buildArgs = new Map([
    ['REGISTRY', EXAMPLE_REGISTRY],
    ['TAG', tag],
  ]);
  const bases = baseUses(parseDockerfile(dockerfile, buildArgs)).flatMap(({ base }) => toExampleBase(base));
  return [...new Map(bases.map((base) => [`${base.repository}:${base.track}`, base])).values()];
}

function toExampleBase(base: Base): ExampleBase[] {
  const prefix = `${EXAMPLE_REGISTRY}/`;
  const isOurs = base.kind === 'unresolved' || (base.kind === 'image' && base.text.startsWith(prefix));
  if (!isOurs) {
    return [];
  }
  const [repository = '', track = ''] = base.text.replace(prefix, '').split(/[:@]/);
  return [{ repository, track }];
}

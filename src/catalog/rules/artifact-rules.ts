import validRange from 'semver/ranges/valid.js';
import type { Problem } from '../../model/index.ts';
import { chainOf } from '../chain.ts';
import type { FieldPath, Partly } from '../partly.ts';
import type { StackFile } from '../stack-schema.ts';
import { oneOf } from '../suggest.ts';
import { filled, templateMistakes } from '../template.ts';
import type { WrittenCatalog, WrittenStack } from '../written-catalog.ts';
import { placed, problemAt } from './rule.ts';

/** With a variable in it, it is the track's tag that does not fit; `{{tag}}` may be `24` here and `lts` there. */
export function rangesAreSemver({ stacks, images }: WrittenCatalog): readonly Problem[] {
  const ranges = stacks.flatMap((stack) =>
    artifactsOf(stack)
      .filter(([, { range }]) => templateMistakes(range).length === 0)
      .map(([path, { range = '*' }]) => ({ stack, path: [...path, 'range'], range })),
  );
  const own = ranges.filter(({ range }) => !range.includes('{{') && validRange(range) === null);
  return [
    ...own.map(({ stack, path, range }) => problemAt(stack, path, `expected a semver range, got "${range}"`)),
    ...images.flatMap((image) => {
      const { chain } = chainOf(image.value.stack, stacks);
      const filledIn = ranges.filter(({ stack, range }) => chain.includes(stack) && range.includes('{{'));
      return placed(image.value.tracks).flatMap(([index, { tag = '1' }]) => {
        const wrong = filledIn.find(({ range }) => validRange(filled(range, { tag })) === null);
        const message = `expected a tag that makes "${wrong?.range ?? ''}" of ${wrong?.stack.file ?? ''} a semver range, got "${tag}"`;
        return wrong === undefined ? [] : [problemAt(image, ['tracks', index, 'tag'], message)];
      });
    }),
  ];
}

/** The same package for all platforms, or one for each: never both. */
export function npmPackagesAreNamedOnce({ stacks }: WrittenCatalog): readonly Problem[] {
  return stacks.flatMap((stack) =>
    artifactsOf(stack).flatMap(([path, artifact]) => {
      const isNpm = artifact.kind === 'npm';
      const isNamedOnce = isNpm && (artifact.package === undefined) !== (artifact.packages === undefined);
      const message = 'expected either "package" or "packages", got both or none';
      return !isNpm || isNamedOnce ? [] : [problemAt(stack, path, message)];
    }),
  );
}

export function versionsHaveASource({ stacks }: WrittenCatalog): readonly Problem[] {
  return stacks.flatMap((stack) => {
    const wanted = artifactOf(stack);
    const known = chainOf(stack.id, stacks).chain.flatMap((one) =>
      artifactsOf(one).flatMap(([, { name }]) => name ?? []),
    );
    if (wanted === undefined || known.includes(wanted)) {
      return [];
    }
    const expected = known.length === 0 ? 'a package, as the stack has no artifact' : oneOf(known);
    return [problemAt(stack, ['version', 'artifact'], `expected ${expected}, got "${wanted}"`)];
  });
}

function artifactOf({ value: { version } }: WrittenStack): string | undefined {
  return version !== undefined && 'artifact' in version ? version.artifact : undefined;
}

type WrittenArtifact = Partly<StackFile['artifacts'][number]>;

/** With their places: a stack's own, and those of its dev images. */
export function artifactsOf({ value }: WrittenStack): readonly (readonly [FieldPath, WrittenArtifact])[] {
  const own = placed(value.artifacts).map(([at, one]) => [['artifacts', at], one] as const);
  const dev = placed(value.dev?.artifacts).map(([at, one]) => [['dev', 'artifacts', at], one] as const);
  return [...own, ...dev];
}

import { validRange } from 'semver';
import type { Problem } from '../../model/index.ts';
import { chainOf } from '../chain.ts';
import type { FieldPath, Partly } from '../partly.ts';
import type { StackFile } from '../stack-schema.ts';
import { oneOf } from '../suggest.ts';
import { filled, templateMistakes } from '../template.ts';
import type { WrittenCatalog, WrittenStack } from '../written-catalog.ts';
import { placed, problemAt } from './rule.ts';

/** Filled with every tag the stack is used with: `{{tag}}` may be `24` here and `lts` there. */
export function rangesAreSemver({ stacks, images }: WrittenCatalog): readonly Problem[] {
  return stacks.flatMap((stack) => {
    const tags = images
      .filter((image) => chainOf(image.value.stack, stacks).chain.includes(stack))
      .flatMap((image) => placed(image.value.tracks).map(([, track]) => track.tag ?? ''));
    return artifactsOf(stack).flatMap(([path, { range = '*' }]) => {
      const ranges = templateMistakes(range).length > 0 ? [] : tags.map((tag) => filled(range, { tag }));
      const wrong = ranges.find((text) => validRange(text) === null);
      const message = `expected a semver range, got "${wrong ?? ''}"`;
      return wrong === undefined ? [] : [problemAt(stack, [...path, 'range'], message)];
    });
  });
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

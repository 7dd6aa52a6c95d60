import { z } from 'zod';
import { FactoryError } from '../../model/index.ts';
import type { BuildRecipe, Sha256 } from '../../model/index.ts';
import { PREDICATE_TYPE } from '../../oci/index.ts';
import type { Statement } from '../../oci/index.ts';

/** What an image was built with, beside what its lock names. */
export function recipeStatement(subject: Sha256, recipe: BuildRecipe): Statement {
  return { subject, predicateType: PREDICATE_TYPE.recipe, predicate: recipe };
}

const ToolLockSchema = z.looseObject({
  schemaVersion: z.literal(1),
  suites: z.array(z.unknown()),
  architectures: z.looseObject({ amd64: z.array(z.unknown()), arm64: z.array(z.unknown()) }),
});

const BuildRecipeSchema = z.looseObject({
  schemaVersion: z.literal(1),
  dockerfile: z.string(),
  buildArgs: z.record(z.string(), z.record(z.string(), z.string())),
  files: z.record(z.string(), z.object({ content: z.base64(), isProgram: z.boolean() })),
  toolbox: z.object({ dockerfile: z.string(), lock: ToolLockSchema }),
  builder: ToolLockSchema,
});

/** Reader of our own verified predicate: the signature says that we wrote it, so its layout is what is looked at. */
export function parseRecipePredicate(predicate: unknown): BuildRecipe {
  const parsed = BuildRecipeSchema.safeParse(predicate);
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new FactoryError('RECIPE_INVALID', `cannot read the recipe of an image: ${fields.join('; ')}`, {
      hint: 'it was written by another version of ingot: use that one',
    });
  }
  return predicate as BuildRecipe;
}

import { z } from 'zod';

const Text = z.object({ text: z.string().optional() }).nullish();

const Properties = z.looseObject({}).nullish();

const SarifRule = z.object({
  id: z.string(),
  shortDescription: Text,
  fullDescription: Text,
  help: Text,
  properties: Properties,
});
type SarifRule = z.output<typeof SarifRule>;

const SarifResult = z.object({
  ruleId: z.string().optional(),
  ruleIndex: z.int().optional(),
  rule: z.object({ id: z.string().optional(), index: z.int().optional() }).optional(),
  /** SARIF 3.27.9: only some of the kinds are problems. */
  kind: z.string().default('fail'),
  level: z.string().default('warning'),
  message: Text,
  locations: z
    .array(
      z.object({
        logicalLocations: z.array(z.object({ fullyQualifiedName: z.string().optional() })).nullish(),
      }),
    )
    .nullish(),
  properties: Properties,
});
type SarifResult = z.output<typeof SarifResult>;

/** https://docs.oasis-open.org/sarif/sarif/v2.1.0/, the properties we read. */
export const SarifLog = z.object({
  version: z.literal('2.1.0'),
  runs: z.array(
    z.object({
      tool: z.object({
        driver: z.object({
          name: z.string(),
          version: z.string().optional(),
          semanticVersion: z.string().optional(),
          rules: z.array(SarifRule).nullish(),
        }),
      }),
      invocations: z.array(z.object({ executionSuccessful: z.boolean() })).nullish(),
      results: z.array(SarifResult).nullish(),
    }),
  ),
});
export type SarifLog = z.output<typeof SarifLog>;

/** A result that is a problem, with what its rule says, where the log describes it. */
export interface SarifProblem {
  readonly ruleId: string;
  readonly level: string;
  /** What result and rule say in words. */
  readonly texts: readonly string[];
  /** `fullyQualifiedName`s of where it is. */
  readonly places: readonly string[];
  /** Of the rule, and of the result. */
  readonly properties: Readonly<Record<string, unknown>>;
}

const NO_PROBLEM: ReadonlySet<string> = new Set(['pass', 'notApplicable', 'informational']);

export function problemsOf({ runs }: SarifLog): readonly SarifProblem[] {
  return runs.flatMap(({ results, tool }) => {
    const rules = tool.driver.rules ?? [];
    return (results ?? [])
      .filter(({ kind }) => !NO_PROBLEM.has(kind))
      .map((result) => toProblem(result, ruleOf(result, rules)));
  });
}

function toProblem(result: SarifResult, rule: SarifRule | undefined): SarifProblem {
  const [name] = [result.ruleId, result.rule?.id, rule?.id].filter((each) => each !== undefined);
  const texts = [result.message, rule?.help, rule?.shortDescription, rule?.fullDescription];
  const places = (result.locations ?? []).flatMap(({ logicalLocations }) => logicalLocations ?? []);
  return {
    ruleId: name ?? '',
    level: result.level,
    texts: texts.flatMap((each) => each?.text ?? []),
    places: places.flatMap(({ fullyQualifiedName }) => fullyQualifiedName ?? []),
    properties: { ...rule?.properties, ...result.properties },
  };
}

/** SARIF 3.27.5 to 3.27.7: by index, else by name. */
function ruleOf(result: SarifResult, rules: readonly SarifRule[]): SarifRule | undefined {
  const index = result.ruleIndex ?? result.rule?.index ?? -1;
  return rules[index] ?? rules.find(({ id }) => id === (result.ruleId ?? result.rule?.id));
}

import type { Json } from './canonical-json.ts';
import type { PublicKey } from './metadata.ts';

/** What an image goes through, in this order. */
export const PIPELINE_STEPS = ['resolve', 'build', 'test', 'scan', 'sign'] as const;
export type PipelineStep = (typeof PIPELINE_STEPS)[number];

/** One key a step: a link counts only if the key of its own step signed it. */
export type StepKeys = Readonly<Record<PipelineStep, PublicKey>>;

type Rule = readonly string[];

interface StepRules {
  readonly materials: readonly Rule[];
  readonly products: readonly Rule[];
}

const NOTHING_ELSE: Rule = ['DISALLOW', '*'];

/** What a step has to have read is what the step before it made, digest by digest; nothing else may be there. */
const RULES: Readonly<Record<PipelineStep, StepRules>> = {
  resolve: {
    materials: [['ALLOW', 'indexes/*'], ['ALLOW', 'stacks/*'], ['ALLOW', 'tools/*'], NOTHING_ELSE],
    products: [
      ['REQUIRE', 'lock.json'],
      ['REQUIRE', 'Dockerfile'],
      ['CREATE', 'lock.json'],
      ['CREATE', 'Dockerfile'],
      ['CREATE', 'inputs.json'],
      ['CREATE', 'packages/*'],
      NOTHING_ELSE,
    ],
  },
  build: {
    materials: [
      ['REQUIRE', 'lock.json'],
      ['REQUIRE', 'Dockerfile'],
      ...from('resolve', ['lock.json', 'Dockerfile', 'inputs.json', 'packages/*']),
      NOTHING_ELSE,
    ],
    products: [['REQUIRE', 'image/index.json'], ['CREATE', 'image/*'], NOTHING_ELSE],
  },
  test: {
    materials: [['REQUIRE', 'image/index.json'], ...from('build', ['image/*']), NOTHING_ELSE],
    products: [['REQUIRE', 'tests.json'], ['CREATE', 'tests.json'], NOTHING_ELSE],
  },
  scan: {
    materials: [
      ['REQUIRE', 'image/index.json'],
      ['REQUIRE', 'lock.json'],
      ...from('build', ['image/*']),
      ...from('resolve', ['lock.json']),
      NOTHING_ELSE,
    ],
    products: [['REQUIRE', 'scan.json'], ['CREATE', 'scan.json'], ['CREATE', 'sbom.*'], NOTHING_ELSE],
  },
  sign: {
    materials: [
      ['REQUIRE', 'image/index.json'],
      ['REQUIRE', 'tests.json'],
      ['REQUIRE', 'scan.json'],
      ...from('build', ['image/*']),
      ...from('test', ['tests.json']),
      ...from('scan', ['scan.json', 'sbom.*']),
      NOTHING_ELSE,
    ],
    products: [['REQUIRE', 'signature'], ['CREATE', 'signature'], ['CREATE', 'attestations/*'], NOTHING_ELSE],
  },
};

function from(step: PipelineStep, names: readonly string[]): readonly Rule[] {
  return names.map((name) => ['MATCH', name, 'WITH', 'PRODUCTS', 'FROM', step]);
}

/**
 * The verifier's own part (section 4.3.2): `index.json` in its folder, as the registry serves the image now, has to be
 * what was built. Without it the metadata of another image would do. `true` is run because something has to be.
 */
const IS_THIS_IMAGE: Json = {
  _type: 'inspection',
  name: 'image',
  run: ['true'],
  expected_materials: [
    ['REQUIRE', 'index.json'],
    ['MATCH', 'index.json', 'WITH', 'PRODUCTS', 'IN', 'image', 'FROM', 'build'],
    ['DISALLOW', 'index.json'],
    ['ALLOW', '*'],
  ],
  expected_products: [['ALLOW', '*']],
};

/**
 * Who may do each step, and what it may read and make: what the owner of the pipeline signs (in-toto specification 1.0,
 * section 4.3). Runs of no command are asked for: what ran is in the provenance.
 *
 * @param expires verifiers refuse the layout after it
 */
export function pipelineLayout(keys: StepKeys, expires: Date): Json {
  return {
    _type: 'layout',
    readme: 'resolve, build, test, scan and sign of one image: docs/signing.md',
    expires: withoutMilliseconds(expires),
    keys: Object.fromEntries(PIPELINE_STEPS.map((step) => [keys[step].keyid, { ...keys[step] }])),
    steps: PIPELINE_STEPS.map((step) => ({
      _type: 'step',
      name: step,
      threshold: 1,
      pubkeys: [keys[step].keyid],
      expected_command: [],
      expected_materials: RULES[step].materials,
      expected_products: RULES[step].products,
    })),
    inspect: [IS_THIS_IMAGE],
  };
}

/** Section 4.1: `YYYY-MM-DDTHH:MM:SSZ`. */
function withoutMilliseconds(date: Date): string {
  return `${date.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}Z`;
}

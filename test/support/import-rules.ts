import path from 'node:path';
import type { Import } from './source-tree.ts';

export interface Violation {
  readonly rule: string;
  readonly import: string;
  readonly instead: string;
}

interface ImportRule {
  readonly name: string;
  /** What to do instead. */
  readonly instead: string;
  readonly broken: (edge: Edge) => boolean;
}

interface Edge extends Import {
  readonly fromUnit: string;
  readonly toUnit: string;
}

/** design.md section 6: who may import whom by value. `main.ts` is its own unit; each stage is one. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  main: ['cli', 'report', 'model'],
  cli: [
    'pipeline',
    'stages',
    'catalog',
    'check',
    'ecr',
    'schedule',
    'verify',
    'audit',
    'report',
    'inspect',
    'sources',
    'debian',
    'openpgp',
    'oci',
    'host',
    'files',
    'model',
  ],
  verify: ['stages', 'oci', 'model'],
  audit: ['verify', 'stages', 'report', 'oci', 'model'],
  pipeline: ['stages', 'catalog', 'report', 'inspect', 'sources', 'debian', 'oci', 'model'],
  catalog: ['dockerfile', 'oci', 'model'],
  check: ['dockerfile', 'oci', 'model'],
  dockerfile: [],
  ecr: ['oci', 'model'],
  schedule: ['report', 'model'],
  report: ['files', 'model'],
  inspect: ['debian', 'oci', 'model'],
  stages: ['sources', 'debian', 'oci', 'files', 'model'],
  sources: ['openpgp', 'oci', 'model'],
  debian: ['openpgp', 'oci', 'model'],
  host: ['debian', 'oci', 'files', 'model'],
  oci: ['files', 'model'],
  files: ['model'],
  openpgp: [],
  model: [],
};

/** Units that may name the types of `host`: they take its values as `deps`. */
const MAY_NAME_HOST = ['ecr', 'pipeline', 'verify', 'audit', 'stages', 'sources', 'oci', 'report'];

/** Doors besides `index.ts`, each with the one unit that may use it. */
const SIDE_DOORS: Readonly<Record<string, string>> = {
  'src/oci/layers.ts': 'stages/test',
  // the doors bring the template engine and all of signing, and take longer than what is asked of them
  'src/stages/render/build-id.ts': 'verify',
  'src/stages/sign/published-predicates.ts': 'verify',
  // only who reads a report checks it: the door would load the schemas at every start
  'src/report/schema.ts': 'cli',
};

const RULES: readonly ImportRule[] = [
  {
    name: 'one direction',
    instead:
      'move what both need to model/, or take it as an argument; main → cli → pipeline → {catalog, check, report, stages} → {debian, dockerfile, oci} → model',
    broken: (edge) => layerOf(edge.fromUnit) !== layerOf(edge.toUnit) && !isAllowed(edge),
  },
  {
    name: 'stages do not know each other',
    instead: 'let pipeline/ hand the record on, or move the shared code to debian/, oci/ or model/',
    broken: ({ fromUnit, toUnit }) =>
      layerOf(fromUnit) === 'stages' && layerOf(toUnit) === 'stages' && fromUnit !== toUnit,
  },
  {
    name: 'one door per folder',
    instead: "import from the folder's index.ts, and let the door export the name",
    broken: (edge) => edge.fromUnit !== edge.toUnit && !isThroughDoor(edge),
  },
  {
    name: 'model stands alone',
    instead: 'keep records plain: parse and read in the layers above',
    broken: ({ fromUnit, to }) => fromUnit === 'model' && !to.startsWith('src/model/'),
  },
];

export function importViolations(imports: readonly Import[]): Violation[] {
  return imports.flatMap((found) => {
    const edge = { ...found, fromUnit: unitOf(found.from), toUnit: unitOf(found.to) };
    return RULES.filter((rule) => rule.broken(edge)).map((rule) => ({
      rule: rule.name,
      import: `${edge.from} → ${edge.to}`,
      instead: rule.instead,
    }));
  });
}

/** `src/stages/gate/x.ts` → `stages/gate`, `src/oci/x.ts` → `oci`, a package → ``. */
function unitOf(file: string): string {
  const [top, first = '', second = ''] = file.split('/');
  if (top !== 'src') {
    return '';
  }
  return first === 'stages' ? `stages/${second}` : path.basename(first, '.ts');
}

function layerOf(unit: string): string {
  return unit.split('/')[0] ?? '';
}

function isAllowed({ fromUnit, toUnit, typeOnly }: Edge): boolean {
  if (toUnit === '') {
    return true;
  }
  const from = layerOf(fromUnit);
  const to = layerOf(toUnit);
  return (MAY_IMPORT[from] ?? []).includes(to) || (to === 'host' && typeOnly && MAY_NAME_HOST.includes(from));
}

/** `host` has no door: each of its files is one narrow interface. */
function isThroughDoor({ to, fromUnit, toUnit }: Edge): boolean {
  return (
    toUnit === '' || toUnit === 'host' || path.basename(to) === 'index.ts' || SIDE_DOORS[to] === fromUnit
  );
}

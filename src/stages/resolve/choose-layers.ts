import { indexesOf, resolveClosure, type Closure, type ClosureRequest } from '../../debian/index.ts';
import {
  isDebianArchive,
  type CatalogEntry,
  type DebianArchitecture,
  type LockedArtifact,
  type LockedLayer,
  type LockedPackage,
  type Platform,
  type Sha256,
  type Stack,
} from '../../model/index.ts';
import { architectureOf } from '../../oci/index.ts';
import { layerEpoch, toSeconds } from './epoch.ts';
import { NOTHING_HELD, type HeldPackages } from './held-packages.ts';
import type { OpenSuite } from './open-archive.ts';

/** A layer whose inputs are known, but not yet their dates. */
export type ChosenLayer = Omit<LockedLayer, 'epoch'>;

/** Artifacts per stack and platform. */
export type ArtifactsOf = (stack: Stack, platform: Platform) => readonly LockedArtifact[];

interface Choice {
  readonly suites: readonly OpenSuite[];
  readonly artifactsOf: ArtifactsOf;
  readonly held?: HeldPackages;
}

/**
 * Each stack's closure over what the layers below it have, from the lowest to the top. What dpkg installs stands on
 * its own: it begins with the essential packages and ends with every package of the unpacked layers, whose
 * exclusions it does not know.
 */
export function chooseLayers(
  entry: CatalogEntry,
  platform: Platform,
  { suites, artifactsOf, held = NOTHING_HELD }: Choice,
): readonly ChosenLayer[] {
  const architecture = architectureOf(platform);
  const choices = { holds: held.holds, known: held.known.get(platform) ?? [] };
  const deps = { architecture, suites, choices, trackFile: entry.file };
  const installed = entry.stacks.filter(({ isInstalled }) => isInstalled);
  const unpacked = chooseUpwards(
    entry.stacks.filter(({ isInstalled }) => !isInstalled),
    deps,
  );
  const essential = installed.length === 0 ? [] : essentialOf(suites, architecture);
  const runtime = unpacked.flatMap(({ packages }) => packages.map(({ name }) => name));
  const besides = [
    { stack: installed[0], packages: essential },
    { stack: installed.at(-1), packages: runtime },
  ];
  const wanting = installed.map((stack) => {
    const more = besides.flatMap((each) => (each.stack === stack ? each.packages : []));
    return { ...stack, packages: [...new Set([...more, ...stack.packages])] };
  });
  return [...chooseUpwards(wanting, deps), ...unpacked].map(({ stack, ...closure }) => ({
    stack: stack.name,
    ...closure,
    artifacts: artifactsOf(entry.stacks.find(({ name }) => name === stack.name) ?? stack, platform),
  }));
}

/** What Debian calls so: a further repository has no say in what every dev image is made of. */
function essentialOf(suites: readonly OpenSuite[], architecture: DebianArchitecture): readonly string[] {
  const debian = suites.filter(({ archive }) => isDebianArchive(archive));
  return indexesOf(debian, architecture).flatMap(({ index }) => index.essential());
}

interface UpwardsDeps extends Pick<ClosureRequest, 'architecture' | 'choices'>, Pick<Choice, 'suites'> {
  /** File of the track, whose packages are in the top layer. */
  readonly trackFile: string;
}

/** A repository that a stack names is there for its own layer and those above: the layers below stay what they are. */
function chooseUpwards(
  stacks: readonly Stack[],
  { architecture, suites, choices = {}, trackFile }: UpwardsDeps,
): readonly ({ readonly stack: Stack } & Closure)[] {
  const present: LockedPackage[] = [];
  const named = new Set<string>();
  return stacks.map((stack) => {
    stack.repositories?.forEach(({ name }) => named.add(name));
    const file = `${stack.folder}/stack.json`;
    const open = suites.filter(({ archive }) => isDebianArchive(archive) || named.has(archive));
    const closure = closureOf(
      {
        indexes: indexesOf(open, architecture),
        architecture,
        requests: stack.packages,
        present: [...present],
        exclude: stack.exclude,
        choices,
        requester: `stack ${stack.name}`,
        file: stack === stacks.at(-1) ? `${file}, ${trackFile}` : file,
      },
      open,
    );
    present.push(...closure.packages);
    return { stack, ...closure };
  });
}

/** Images share stacks: what one chose from a release of this run, the others choose too. */
const knownClosures = new WeakMap<OpenSuite, Map<string, Closure>>();

function closureOf(request: ClosureRequest, open: readonly OpenSuite[]): Closure {
  const { architecture, requests, present, exclude, requester, choices = {} } = request;
  const [release] = open;
  const { holds = [], known = [] } = choices;
  if (release === undefined || holds.length > 0 || known.length > 0) {
    return resolveClosure(request);
  }
  const closures = knownClosures.get(release) ?? new Map<string, Closure>();
  knownClosures.set(release, closures);
  const suites = open.map(({ archive, suite, allowed }) => ({ archive, suite, allowed }));
  const digests = present.map(({ sha256 }) => sha256);
  const key = JSON.stringify({ suites, architecture, requests, digests, exclude, requester });
  const closure = closures.get(key) ?? resolveClosure(request);
  closures.set(key, closure);
  return closure;
}

/** Gives each layer the newest date of its inputs; `lowest` is the date of a lowest layer without any. */
export function dateLayers(
  layers: readonly ChosenLayer[],
  dates: ReadonlyMap<Sha256, number>,
  lowest: number,
): readonly LockedLayer[] {
  let below = lowest;
  return layers.map((layer) => {
    const ofPackages = layer.packages.map(({ sha256 }) => dates.get(sha256) ?? 0);
    const ofArtifacts = layer.artifacts.map(({ published }) => toSeconds(published));
    below = layerEpoch([...ofPackages, ...ofArtifacts], below);
    return { ...layer, epoch: below };
  });
}

import { readFile } from 'node:fs/promises';
import { debFiles, readDeb } from '../debian/index.ts';
import type { ProcessRunner } from '../host/process.ts';
import { FactoryError, ToolError, type DebianArchitecture } from '../model/index.ts';
import { DEFAULT_SUMDB, parseGoEnv, type GoSettings } from '../sources/go/index.ts';
import { choosePackages, openArchive, type ResolveDeps } from '../stages/resolve/index.ts';

/** The release whose Go package is asked for the toolchain's own defaults. */
const SUITE = 'trixie';

const NAMES = ['GOPROXY', 'GOSUMDB'] as const;

export interface GoSurroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly runner: ProcessRunner;
  /** The text of `go.env` as Debian ships it. */
  readonly shippedDefaults: () => Promise<string>;
}

/** From the variables, else from the go command of this machine, else what Debian's package of it has built in. */
export async function findGoSettings(surroundings: GoSurroundings): Promise<GoSettings> {
  const { environment } = surroundings;
  const own = environment['GOPROXY'] ? new Map<string, string>() : await askGo(surroundings.runner);
  const sumdb = environment['GOSUMDB'] || own.get('GOSUMDB') || DEFAULT_SUMDB;
  const proxy = environment['GOPROXY'] || own.get('GOPROXY') || (await shippedProxy(surroundings));
  return { proxy, sumdb };
}

/** Nothing where no go command is installed, or it fails: its module files are not our business. */
async function askGo(runner: ProcessRunner): Promise<ReadonlyMap<string, string>> {
  try {
    const options = { cwd: '/', env: { GOTOOLCHAIN: 'local' } };
    const { stdout } = await runner.run(['go', 'env', ...NAMES], options);
    const values = stdout.split('\n');
    return new Map(NAMES.map((name, at) => [name, values[at]?.trim() ?? '']));
  } catch (error) {
    if (error instanceof ToolError) {
      return new Map();
    }
    throw error;
  }
}

async function shippedProxy({ shippedDefaults }: GoSurroundings): Promise<string> {
  const hint = 'set GOPROXY to the URL of a Go module proxy';
  let text: string;
  try {
    text = await shippedDefaults();
  } catch (cause) {
    const reason = "GOPROXY is not set, and the Go toolchain's defaults cannot be read from Debian's package";
    throw new FactoryError('NETWORK_FAILED', `cannot find a Go module proxy: ${reason}`, { hint, cause });
  }
  const proxy = parseGoEnv(text).get('GOPROXY');
  if (proxy === undefined) {
    const reason = "expected GOPROXY in the environment or in the go.env of Debian's Go, got neither";
    throw new FactoryError('USAGE', `cannot find a Go module proxy: ${reason}`, { hint });
  }
  return proxy;
}

/** Reads `go.env` in the verified package that Debian's `golang-go` stands for. */
export async function readShippedDefaults(
  deps: ResolveDeps,
  architecture: DebianArchitecture,
): Promise<string> {
  const archive = openArchive({ architectures: [architecture] }, deps);
  const request = { suite: SUITE, packages: ['golang-go'], closure: true, exclude: [] };
  const chosen = await choosePackages(request, { archive, architecture, requester: 'the Go module proxy' });
  const toolchains = chosen.filter(({ name }) => /^golang-\d[\d.]*-go$/.test(name));
  for (const file of (await deps.packages.fetch(toolchains)).values()) {
    for await (const entry of debFiles(readDeb(await readFile(file)))) {
      if (entry.type === 'file' && entry.path.endsWith('/go.env')) {
        return (await entry.read()).toString('utf8');
      }
    }
  }
  return '';
}

import type { LockedImage, RenderedImage, Sha256 } from '../model/index.ts';
import { buildToolbox } from '../stages/build/index.ts';
import { renderToolbox } from '../stages/render/index.ts';
import type { RunDeps } from './deps.ts';
import { renderImage } from './plan-image.ts';
import { toolboxOf, toolDigest, type FetchedTools } from './tools.ts';

/** The toolboxes of a run, one for each Debian release: made when the first image needs it, and shared by all. */
export interface ToolBench {
  /** Its build context. */
  toolbox(suite: string): Promise<string>;
  /** What it is made of, once `toolbox` has made it. */
  made(suite: string): MadeToolbox;
  /** False once a vanished package made it necessary to lock the toolbox anew. */
  isAsLocked(suite: string): boolean;
  /** Renders with the toolbox that is really used. */
  render(locked: LockedImage, tests: Readonly<Record<string, Sha256>>): RenderedImage;
}

export interface MadeToolbox extends FetchedTools {
  readonly dockerfile: string;
}

export function createToolBench(deps: RunDeps): ToolBench {
  const locks = new Map(deps.locks.toolboxes);
  const making = new Map<string, Promise<string>>();
  const made = new Map<string, MadeToolbox>();
  async function make(suite: string): Promise<string> {
    const tools = await deps.fetchToolbox(suite);
    locks.set(suite, tools.lock);
    const packages = tools.packages.map(({ name, version }) => `${name} ${version}`);
    const dockerfile = renderToolbox(deps.templates, packages);
    const toolbox = { ...tools, dockerfile };
    made.set(suite, toolbox);
    const folder = await deps.toolboxFolder(toolDigest(tools.lock).replace('sha256:', '').slice(0, 16));
    const message = `starting the builder, and its toolbox of ${suite}`;
    deps.emit({ kind: 'notice', level: 'info', message });
    return buildToolbox(toolbox, { ...deps, folder, platform: deps.hostPlatform });
  }
  return {
    toolbox: (suite) => {
      const made = making.get(suite) ?? make(suite);
      making.set(suite, made);
      return made;
    },
    made: (suite) => toolboxOf(suite, made),
    isAsLocked: (suite) => locks.get(suite) === deps.locks.toolboxes.get(suite),
    render: (locked, tests) =>
      renderImage(locked, tests, { ...deps, locks: { ...deps.locks, toolboxes: locks } }),
  };
}

import { join } from 'node:path';
import type { LockedImage, RenderedImage, Sha256, ToolLock } from '../model/index.ts';
import { buildToolbox } from '../stages/build/index.ts';
import { renderToolbox } from '../stages/render/index.ts';
import type { RunDeps } from './deps.ts';
import { renderImage } from './plan-image.ts';
import { toolDigest } from './tools.ts';

/** The toolbox of a run: made when the first image needs it, and shared by all. */
export interface ToolBench {
  /** Its build context. */
  toolbox(): Promise<string>;
  /** False once a vanished package made it necessary to lock the toolbox anew. */
  isAsLocked(): boolean;
  /** Renders with the toolbox that is really used. */
  render(locked: LockedImage, tests: Readonly<Record<string, Sha256>>): RenderedImage;
}

export function createToolBench(deps: RunDeps): ToolBench {
  let lock: ToolLock = deps.locks.toolbox;
  let making: Promise<string> | undefined;
  async function make(): Promise<string> {
    const tools = await deps.fetchToolbox();
    lock = tools.lock;
    const toolbox = {
      packages: tools.packages,
      files: tools.files,
      renderToolbox: (packages: readonly string[]) => renderToolbox(deps.templates, packages),
    };
    const folder = join(deps.toolboxParent, toolDigest(lock).replace('sha256:', '').slice(0, 16));
    deps.emit({ kind: 'notice', level: 'info', message: 'starting the builder, and its toolbox' });
    return buildToolbox(toolbox, { ...deps, folder, platform: deps.hostPlatform });
  }
  return {
    toolbox: () => {
      making ??= make();
      return making;
    },
    isAsLocked: () => lock === deps.locks.toolbox,
    render: (locked, tests) =>
      renderImage(locked, tests, { ...deps, locks: { ...deps.locks, toolbox: lock } }),
  };
}

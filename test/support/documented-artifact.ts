import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadCatalog } from '../../src/catalog/index.ts';
import { problemText, type HttpsArtifactRequest } from '../../src/model/index.ts';
import { GOOD_CATALOG, temporaryFolder, writeCatalog } from './catalog-folder.ts';
import { ROOT } from './source-tree.ts';

/** The definition of an artifact in docs/sources.md, as text. */
export function documentedArtifact(name: string): string {
  const text = readFileSync(path.join(ROOT, 'docs/sources.md'), 'utf8');
  const blocks = [...text.matchAll(/```json\n([^]*?)```/g)].map(([, block = '']) => block);
  const found = blocks.find((block) => block.includes(`"name": "${name}"`));
  if (found === undefined) {
    throw new Error(`docs/sources.md has no definition of ${name}`);
  }
  return found;
}

/** What a track makes of a written artifact, read as a part of a catalog. */
export async function loadArtifact(written: string, tag: string): Promise<HttpsArtifactRequest> {
  const artifact = JSON.parse(written) as { readonly name: string };
  const [track] = GOOD_CATALOG['images/node.json'].tracks;
  using folder = temporaryFolder();
  writeCatalog(folder.path, {
    ...GOOD_CATALOG,
    'images/node.json': { ...GOOD_CATALOG['images/node.json'], tracks: [{ ...track, tag }] },
    'stacks/node/stack.json': {
      ...GOOD_CATALOG['stacks/node/stack.json'],
      artifacts: [artifact],
      version: { artifact: artifact.name },
    },
  });
  const loaded = await loadCatalog(folder.path);
  if (loaded.kind === 'problems' || loaded.problems.length > 0) {
    throw new Error(loaded.problems.map(problemText).join('\n'));
  }
  const stacks = loaded.catalog.entries.flatMap((entry) => entry.stacks);
  const request = stacks.flatMap(({ artifacts }) => artifacts).find(({ kind }) => kind === 'https');
  return request as HttpsArtifactRequest;
}

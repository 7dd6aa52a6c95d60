import { PIPELINE_STEPS, pipelineLayout } from './layout.ts';
import { linkMetadata, pipelineLinks } from './links.ts';
import type { PipelineEvidence } from './links.ts';
import { signMetadata } from './metadata.ts';
import type { MetadataFile, MetadataSigner } from './metadata.ts';
import type { StepSigners } from './step-keys.ts';

export interface PipelineSigners {
  /** What images are signed with: who trusts it trusts the layout. */
  readonly owner: MetadataSigner;
  readonly steps: StepSigners;
}

export const LAYOUT_FILE = 'root.layout';

/** How in-toto's verifiers name links, section 4.4: by eight digits of the key's id. */
const KEY_ID_DIGITS = 8;

/** The layout and a link for each step, as files that in-toto's own verifiers take. */
export async function pipelineMetadata(
  evidence: PipelineEvidence,
  expires: Date,
  { owner, steps }: PipelineSigners,
): Promise<readonly MetadataFile[]> {
  const links = pipelineLinks(evidence);
  const { resolve, build, test, scan, sign } = steps;
  const keys = { resolve: resolve.key, build: build.key, test: test.key, scan: scan.key, sign: sign.key };
  const files = [{ name: LAYOUT_FILE, text: await signMetadata(pipelineLayout(keys, expires), owner) }];
  for (const step of PIPELINE_STEPS) {
    const { key } = steps[step];
    files.push({
      name: `${step}.${key.keyid.slice(0, KEY_ID_DIGITS)}.link`,
      text: await signMetadata(linkMetadata(step, links[step]), steps[step]),
    });
  }
  return files;
}

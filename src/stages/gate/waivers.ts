import type { DecisionUse, GateReason, MergedFinding, WaiveDecision } from '../../model/index.ts';
import { aboutDecisions, decisionsFor, expiredText } from './decisions.ts';
import type { GateFacts } from './facts.ts';
import type { GateConditions } from './rules.ts';

/** Files that a waiver says are not in the image, and were looked for in every layer. */
export interface FilesLookedFor {
  /** Of the decision. */
  readonly file: string;
  /** `linux/amd64 /usr/bin/c_rehash`; empty: none of them is there. */
  readonly present: readonly string[];
}

type About = Pick<MergedFinding, 'id' | 'aliases' | 'package' | 'source'>;

/** Whether a waiver is about a finding: by its id or an alias, and by the binary or source package. */
export function isAbout(
  { vulnerability, package: name }: Pick<WaiveDecision, 'vulnerability' | 'package'>,
  finding: About,
): boolean {
  const isId = [finding.id, ...finding.aliases].includes(vulnerability);
  return isId && (name === finding.package || name === finding.source);
}

type WaiverFacts = Pick<GateFacts, 'entry' | 'filesLookedFor'>;
type WaiverConditions = Pick<GateConditions, 'decisions' | 'now'>;

/** Waivers in force about a finding that are true of this image, the one that counts longest first. */
export function waiversOf(
  finding: About,
  { entry, filesLookedFor = [] }: WaiverFacts,
  conditions: WaiverConditions,
): readonly WaiveDecision[] {
  return decisionsFor('waive', entry.id, conditions)
    .inForce.filter((waiver) => isAbout(waiver, finding))
    .filter((waiver) => isProven(waiver, filesLookedFor));
}

/** What nobody looked for may be there. */
function isProven({ file, absentFiles }: WaiveDecision, lookedFor: readonly FilesLookedFor[]): boolean {
  const found = lookedFor.find((each) => each.file === file);
  return absentFiles === undefined || (found !== undefined && found.present.length === 0);
}

/** Findings that nobody answers for. */
export function notWaived(facts: GateFacts, conditions: GateConditions): readonly MergedFinding[] {
  return facts.scan.findings.filter((finding) => waiversOf(finding, facts, conditions).length === 0);
}

/** Every waiver that a finding needed: of several about it, the one that counts longest. */
export function waiverUses(
  facts: Pick<GateFacts, 'entry' | 'scan' | 'filesLookedFor'>,
  conditions: WaiverConditions,
): readonly DecisionUse[] {
  return facts.scan.findings.flatMap((finding) =>
    waiversOf(finding, facts, conditions)
      .slice(0, 1)
      .map(({ file }) => ({ file, what: `${finding.id} in ${finding.package}` })),
  );
}

/** What a reason says of waivers about some findings that do not count, or count no longer. */
export function idleWaivers(
  findings: readonly MergedFinding[],
  { entry, filesLookedFor = [] }: WaiverFacts,
  conditions: WaiverConditions,
): Pick<GateReason, 'decisions'> & { readonly text: string } {
  const { inForce, expired } = decisionsFor('waive', entry.id, conditions);
  function isAboutSome(waiver: WaiveDecision): boolean {
    return findings.some((finding) => isAbout(waiver, finding));
  }
  const unproven = inForce.filter((waiver) => isAboutSome(waiver) && !isProven(waiver, filesLookedFor));
  const texts = unproven.map((waiver) => unprovenText(waiver, filesLookedFor));
  const over = expired.filter(isAboutSome);
  return { text: expiredText(over) + texts.join(''), ...aboutDecisions([...over, ...unproven]) };
}

function unprovenText({ file }: WaiveDecision, lookedFor: readonly FilesLookedFor[]): string {
  const present = lookedFor.find((each) => each.file === file)?.present ?? [];
  const why = present.length === 0 ? 'its files were not looked for' : `the image has ${present.join(', ')}`;
  return `; the decision ${file} does not count: ${why}`;
}

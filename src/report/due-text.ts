import type { Due, DueReason, ImagePlan, MovedVersion } from '../model/index.ts';
import { countText } from './units.ts';

const WORDS: Readonly<Record<Exclude<DueReason, MovedVersion>['kind'], string>> = {
  'first-release': 'the first release',
  recipe: 'template or stack',
  tests: 'tests',
  toolbox: 'toolbox',
  builder: 'builder',
  quarter: 'a new quarter',
  missing: 'something of it is missing in a repository',
  'unknown-inputs': 'the release does not tell its inputs',
  forced: 'forced',
};

/** `security fix of libssl3t64, 2 packages, toolbox` */
export function dueText({ reasons }: Due): string {
  const versions = reasons.filter((reason) => 'name' in reason);
  const fixes = versions.filter(({ isSecurity }) => isSecurity);
  const packages = versions.filter(({ kind, isSecurity }) => kind === 'package' && !isSecurity);
  const artifacts = versions.filter(({ kind }) => kind === 'artifact');
  return [
    ...(fixes.length === 0 ? [] : [`security fix of ${fixes.map(({ name }) => name).join(', ')}`]),
    ...(packages.length === 0 ? [] : [countText(packages.length, 'package')]),
    ...artifacts.map(({ name, before, after }) => `${name} ${before.join(', ')} → ${after.join(', ')}`),
    ...reasons.flatMap((reason) => ('name' in reason ? [] : WORDS[reason.kind])),
  ].join(', ');
}

/** What is built is not always released. */
export function expectationText({ expected }: Due): string {
  return expected === 'change' ? 'expected to change' : 'expected to come out as it is';
}

/** `3 of 36 images to build: 2 expected to change, 1 expected to come out as it is` */
export function planCounts(plans: readonly ImagePlan[]): string {
  const known = plans.filter((plan) => plan.action !== 'failed');
  const dues = known.flatMap(({ action, due }) => (action === 'build' && due ? [due] : []));
  const changing = dues.filter(({ expected }) => expected === 'change').length;
  const counts = [
    ...(changing === 0 ? [] : [`${String(changing)} expected to change`]),
    ...(changing === dues.length
      ? []
      : [`${String(dues.length - changing)} expected to come out as they are`]),
    ...(known.length === plans.length ? [] : [`${String(plans.length - known.length)} failed`]),
  ];
  const what = `${String(dues.length)} of ${countText(plans.length, 'image')} to build`;
  return counts.length === 0 ? what : `${what}: ${counts.join(', ')}`;
}

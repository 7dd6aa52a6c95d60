import {
  ECR_FIELDS,
  type EcrChange,
  type EcrField,
  type EcrFields,
  type EcrKept,
  type EcrPlan,
  type EcrPlanned,
  type Json,
} from '../../model/index.ts';
import { MANAGED_TAG, type DesiredRegistry } from './desired.ts';
import type { ActualRegistry } from './read-registry.ts';
import { fingerprintsOf, fits } from './same.ts';

/** What has to be done for a registry to be as its catalog wants it. */
export function planRegistry(target: string, desired: DesiredRegistry, actual: ActualRegistry): EcrPlan {
  const { account, region } = desired;
  const names = [...new Set([...desired.repositories.keys(), ...actual.repositories.keys()])].sort();
  const repositories = names.map((name) =>
    planRepository(name, desired.repositories.get(name), actual.repositories.get(name)),
  );
  const resources = [planFields({}, desired.settings, actual.settings), ...repositories];
  return { schemaVersion: 1, target, account, region, resources };
}

function planRepository(
  repository: string,
  desired: EcrFields | undefined,
  actual: EcrFields | undefined,
): EcrPlanned {
  if (desired === undefined) {
    return { repository, action: 'foreign', reason: 'the catalog has no such repository' };
  }
  if (actual === undefined) {
    return { repository, action: 'create', changes: changesOf({}, desired) };
  }
  if (actual.tags !== undefined && actual.tags[MANAGED_TAG.key] !== MANAGED_TAG.value) {
    const reason = `it is not tagged ${MANAGED_TAG.key}=${MANAGED_TAG.value}; tag it so, and ingot takes it over`;
    return { repository, action: 'foreign', reason };
  }
  return planFields({ repository }, desired, actual);
}

function planFields(
  name: { readonly repository?: string },
  desired: EcrFields,
  actual: EcrFields,
): EcrPlanned {
  const kept = keptOf(actual, desired);
  const changes = changesOf(actual, desired).filter(({ field }) =>
    kept.every((each) => each.field !== field),
  );
  return changes.length === 0
    ? { ...name, action: 'leave', kept }
    : { ...name, action: 'change', fingerprints: fingerprintsOf(actual), changes, kept };
}

function keptOf(actual: EcrFields, desired: EcrFields): readonly EcrKept[] {
  const { encryption } = desired;
  const kept: EcrKept[] = [];
  if (encryption !== undefined && !fits('encryption', actual.encryption, encryption)) {
    const reason = 'ECR sets encryption when a repository is made, and never again';
    kept.push({ field: 'encryption', is: actual.encryption as Json, wanted: encryption, reason });
  }
  if (desired['blob-mounting'] === true && actual['blob-mounting'] === undefined) {
    const reason = 'the endpoint knows no such setting';
    kept.push({ field: 'blob-mounting', wanted: true, reason });
  }
  return kept;
}

function changesOf(actual: EcrFields, desired: EcrFields): readonly EcrChange[] {
  return ECR_FIELDS.flatMap((field) => changeOf(field, actual, desired) ?? []);
}

function changeOf(field: EcrField, actual: EcrFields, desired: EcrFields): EcrChange | undefined {
  const from = actual[field];
  const wanted = desired[field];
  if (wanted === undefined || fits(field, from, wanted)) {
    return undefined;
  }
  const to = field === 'tags' ? { ...actual.tags, ...desired.tags } : wanted;
  return { field, ...(from !== undefined && { from }), to } as EcrChange;
}

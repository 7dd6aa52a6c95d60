import type { EcrSettings, Signing, Team } from '../../model/index.ts';

/** A registry in AWS that ingot publishes to. */
export interface PolicyTarget {
  readonly name: string;
  readonly settings: EcrSettings;
  readonly signing?: Signing;
}

/** What policies of a target are made of. */
export interface PolicyInput {
  readonly target: PolicyTarget;
  readonly teams: readonly Team[];
  /** Every registry of the catalog in the target's region: who is in a VPC may reach all of them. */
  readonly registries: readonly EcrSettings[];
}

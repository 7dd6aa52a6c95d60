import type {
  Decision,
  DecisionsSource,
  GateVerdict,
  LockedArtifact,
  LockedPackage,
  Policy,
  StageTiming,
} from '../../model/index.ts';

/** The run that attests, as far as it is the same for all of its images. */
export interface RunEvidence {
  readonly id: string;
  /** ISO instants: of the run, and of now, when it attests. */
  readonly startedAt: string;
  readonly attestedAt: string;
  /** Version of ingot. */
  readonly ingot: string;
  readonly target: string;
  /** `urn:ingot:builder:v1:embedded`: who is trusted to have built what it says. docs/attestations.md has the list. */
  readonly builderId: string;
}

/** The reviewed state of `decisions/`, and what of it counts for this image. */
export interface DecisionsInForce extends DecisionsSource {
  readonly used: readonly Decision[];
}

export interface GateEvidence {
  readonly verdict: GateVerdict;
  readonly policy: Policy;
  readonly decisions: DecisionsInForce;
}

/** What is known of an image in this run besides its records. */
export interface Evidence {
  readonly run: RunEvidence;
  readonly gate: GateEvidence;
  /** So far. */
  readonly stages: readonly StageTiming[];
  /** OpenVEX document. */
  readonly vex?: object;
}

/** How a build went, and the names that its inputs have for others. */
export interface BuildEvidence {
  /** ISO instants. */
  readonly startedOn: string;
  readonly finishedOn: string;
  /** Of the builder's parts: `{"docker.io": "26.1.5…"}`. */
  readonly builderVersions: Readonly<Record<string, string>>;
  /** The locks were reviewed files in the catalog's folder, instead of being resolved by the run. */
  readonly isLocked: boolean;
  readonly purls: {
    readonly deb: (item: LockedPackage, codename: string) => string;
    readonly artifact: (artifact: LockedArtifact) => string;
  };
}

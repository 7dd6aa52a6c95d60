/** Scanners that ingot brings, or knows how to call. */
export const SCANNERS = ['debian-archive', 'debian-tracker', 'osv', 'grype', 'trivy', 'ecr'] as const;
export type ScannerName = (typeof SCANNERS)[number];

/** A program of the user's that scans an image and writes SARIF 2.1.0. */
export interface ScannerCommand {
  /** What policy and reports call it. */
  readonly name: string;
  /** Program and arguments, with `SCAN_PLACEHOLDERS` in them. */
  readonly command: readonly string[];
  /** Variables that it gets beside those that every program needs: nobody else's secrets. */
  readonly environment: readonly string[];
  readonly timeoutSeconds: number;
}

/** What stands for something in the arguments of a command: `{sbom}`. */
export const SCAN_PLACEHOLDERS = ['sbom', 'layout', 'image', 'output'] as const;
export type ScanPlaceholder = (typeof SCAN_PLACEHOLDERS)[number];

/** Who looks for known problems of images, and where they get their knowledge from. */
export interface ScannerSettings {
  readonly on: readonly ScannerName[];
  readonly feeds: ScannerFeeds;
  readonly commands: readonly ScannerCommand[];
}

export interface ScannerFeeds {
  /** The security tracker's JSON. */
  readonly debianTracker: string;
  /** Base URL of the API, without a slash at its end. */
  readonly osv: string;
  /** CISA's catalog; absent: nobody is asked. */
  readonly knownExploited?: string;
}

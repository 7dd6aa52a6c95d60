export { createAttempts, type Attempts } from './attempts.ts';
export type { Asked } from './begin-image.ts';
export { imageArchive, type ArchiveDeps, type ImageArchive } from './image-archive.ts';
export { lockImages, type LockFiles, type LockImagesDeps } from './lock-images.ts';
export type { PlanDeps, RunDeps } from './deps.ts';
export { nightly, type NightlyRequest } from './nightly.ts';
export { planImages } from './plan.ts';
export { exportImage, reproduce, type ReproduceDeps } from './reproduce.ts';
export { rollbackTrack, type TrackRollback } from './rollback.ts';
export { scanPublished, type ScanPublishedDeps } from './scan-published.ts';
export { imageStatuses } from './status.ts';
export {
  fetchLocked,
  fetchTools,
  toolboxOf,
  toolDigest,
  type FetchedTools,
  type ToolsDeps,
  type ToolSource,
} from './tools.ts';

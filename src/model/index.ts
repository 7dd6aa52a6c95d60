export type { Branded } from './brand.ts';
export type {
  PackageExclusion,
  NpmArtifactRequest,
  TreeLink,
  Account,
  Stack,
  VersionSource,
  ExampleRun,
  StackExample,
  ImageConfig,
  CatalogEntry,
  Policy,
  Target,
  Archives,
  Team,
  Catalog,
} from './catalog.ts';
export {
  FACTORY_ERROR_CODES,
  FactoryError,
  InternalError,
  ToolError,
  assertNever,
  cancelledError,
} from './error.ts';
export type { FactoryErrorCode, FactoryErrorOptions, ToolErrorKind } from './error.ts';
export type { RunEvent, Emit } from './event.ts';
export { PLATFORMS, VARIANTS } from './identity.ts';
export type {
  Sha256,
  ImageId,
  BuildId,
  Tag,
  Platform,
  DebianArchitecture,
  Variant,
  DigestRef,
  Descriptor,
} from './identity.ts';
export { ARCHIVES } from './lock.ts';
export type {
  Archive,
  LockedSuite,
  LockedPackage,
  LockedArtifact,
  LockedExclusion,
  LockedLayer,
  LockedPlatform,
  Lock,
  ToolLock,
} from './lock.ts';
export type { ImageOutcome, ImageRun, Run, StageTiming } from './outcome.ts';
export type { ImagePlan, ImageStatus, MovedInput } from './plan.ts';
export { problemText } from './problem.ts';
export type { Problem } from './problem.ts';
export type {
  LockedImage,
  BuildInputs,
  RenderedImage,
  BuiltPlatform,
  BuiltImage,
  CheckResult,
  PlatformContent,
  TestReport,
  TestedImage,
  PlatformSbom,
  ImageSbom,
  Finding,
  ScanStatus,
  ScannerResult,
  ScanReport,
  GateReason,
  ReleaseRecord,
  GatedImage,
  GateVerdict,
  PublishedImage,
  SignedImage,
  PromotedImage,
} from './records.ts';
export { mapInPool } from './pool.ts';
export type { Pool } from './pool.ts';
export { STAGES } from './stage.ts';
export type { Stage } from './stage.ts';

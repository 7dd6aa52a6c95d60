export { ARCHIVE_FORMATS } from './artifact.ts';
export type {
  ArchiveFormat,
  ArtifactRequest,
  ChecksumPlace,
  GoArtifactRequest,
  HttpsArtifactRequest,
  JsonPlace,
  LockedArtifact,
  LockedGoArtifact,
  LockedHttpsArtifact,
  LockedNodejsArtifact,
  LockedNpmArtifact,
  NodejsArtifactRequest,
  NpmArtifactRequest,
  SignaturePlace,
  Upstream,
  VersionList,
  Witness,
} from './artifact.ts';
export type { Branded } from './brand.ts';
export { ATTESTATION_FORMS, EXAMPLE_REGISTRY, isInEcr } from './catalog.ts';
export type {
  PackageExclusion,
  TreeLink,
  Account,
  AptPlace,
  AptRepository,
  Certificate,
  Stack,
  VersionSource,
  ExampleApp,
  ExampleBase,
  ExampleRun,
  StackExample,
  ImageConfig,
  CatalogEntry,
  BrokenImage,
  Policy,
  AttestationForm,
  Compression,
  EcrTarget,
  Target,
  Archives,
  LastingArchives,
  Team,
  TeamImage,
  TeamPrincipals,
  UpstreamPlaces,
  Catalog,
} from './catalog.ts';
export { CHECK_LEVELS, CHECK_RULES, INSTRUCTIONS } from './check.ts';
export type {
  CheckFinding,
  CheckLevel,
  CheckRuleId,
  CheckSettings,
  InstructionKeyword,
  OwnCheckRule,
} from './check.ts';
export { RUN_CAUSES } from './schedule.ts';
export type { RunCause, Schedule } from './schedule.ts';
export {
  DECISION_KINDS,
  DRIFT_CHANGES,
  WAIVER_STATUSES,
  daysLeft,
  decisionSubject,
  endsSoon,
  isTooLong,
} from './decision.ts';
export type {
  AcceptDecision,
  Decision,
  DecisionKind,
  DecisionsMet,
  DecisionsSource,
  DecisionUse,
  DriftChange,
  ExtendDecision,
  FreezeDecision,
  HoldDecision,
  WaiveDecision,
  WaiverStatus,
  WithdrawDecision,
} from './decision.ts';
export {
  ECR_SCAN_FREQUENCIES,
  accountOfArn,
  dnsSuffixOf,
  ecrHost,
  isEcrRepository,
  partitionOf,
  partitionOfArn,
  regionOfHost,
  repositoryArn,
} from './ecr.ts';
export type {
  EcrEncryption,
  EcrScanFrequency,
  EcrScanRule,
  EcrScanning,
  EcrSettings,
  EcrTagMutability,
  Retention,
} from './ecr.ts';
export { ECR_FIELDS, ecrResourceName } from './ecr-plan.ts';
export type {
  EcrChange,
  EcrDifference,
  EcrDrift,
  EcrField,
  EcrFields,
  EcrFingerprints,
  EcrKept,
  EcrPlan,
  EcrPlanned,
} from './ecr-plan.ts';
export type { Due, DueReason, FailedAttempts, MovedVersion, Postponement } from './due.ts';
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
export { ARCHIVES, isDebianArchive, packagesOn } from './lock.ts';
export type {
  Archive,
  DebianArchive,
  LockedSuite,
  LockedPackage,
  LockedExclusion,
  LockedLayer,
  LockedPlatform,
  Lock,
  ToolLock,
} from './lock.ts';
export { FILE_DIFFERENCES } from './image-changes.ts';
export type {
  BeforeAfter,
  ConfigChange,
  ContentChanges,
  CveNote,
  FileChange,
  FileDifference,
  FileFacts,
  FindingChange,
  FindingChanges,
  ImageChanges,
  ImageName,
  LayerChange,
  PackageChange,
  PackageKind,
  ReleaseChanges,
  SourceChange,
} from './image-changes.ts';
export type {
  AttestationSummary,
  AttestedSummary,
  BigFile,
  BigPackage,
  ImageSettings,
  ImageSummary,
  LayerSummary,
  PackagesSummary,
  PrivilegedFile,
  ReleaseSummary,
  ScanSummary,
  Vouched,
  Wasted,
  WastedFile,
} from './image-summary.ts';
export { isJsonList, isJsonObject } from './json.ts';
export type { Json, JsonObject } from './json.ts';
export type { LockChange, Relocked } from './lock-changes.ts';
export { certificateFault, proxyFault, redactUrl } from './network-fault.ts';
export type { NetworkFault, NetworkRoute, ProxyName } from './network-fault.ts';
export { once, onceEach } from './once.ts';
export { brokenError, brokenRun } from './outcome.ts';
export type {
  EcrPull,
  EcrScanStatus,
  EcrStatus,
  ImagePlan,
  ImageStatus,
  KnownPlan,
  MovedInput,
} from './plan.ts';
export type { CacheTrim, ImageOutcome, ImageRun, ReleasedFix, Run, StageTiming } from './outcome.ts';
export { matchesPattern, patternTest } from './pattern.ts';
export { catalogError, fieldText, problemText } from './problem.ts';
export type { Problem } from './problem.ts';
export type {
  LockedImage,
  FetchedInputs,
  BuildInputs,
  BuildRecipe,
  RecipeFile,
  RenderedImage,
  BuiltPlatform,
  BuiltImage,
  CheckResult,
  PlatformContent,
  RememberedVerdict,
  Surface,
  TestReport,
  TestedImage,
  PackageLicence,
  PlatformSbom,
  SbomDocuments,
  ImageSbom,
  GateReason,
  ReleaseRecord,
  WithdrawnRelease,
  GatedImage,
  GateVerdict,
  PublishedImage,
  SignedImage,
  PromotedImage,
  RolledBack,
} from './records.ts';
export { mapInPool } from './pool.ts';
export type { Pool } from './pool.ts';
export type { PlatformReproduction, Reproduction } from './reproduction.ts';
export { repositoriesOf } from './repositories.ts';
export type { ImageRepositories } from './repositories.ts';
export { SEVERITIES, VEX_JUSTIFICATIONS } from './scan.ts';
export type {
  FeedState,
  Finding,
  MergedFinding,
  NotAffected,
  PublishedScan,
  ScannerResult,
  ScanReport,
  ScanStatus,
  Severity,
  VendorStatus,
  VexJustification,
} from './scan.ts';
export { SCAN_PLACEHOLDERS, SCANNERS } from './scanners.ts';
export type {
  ScannerCommand,
  ScannerFeeds,
  ScannerName,
  ScannerSettings,
  ScanPlaceholder,
} from './scanners.ts';
export { STAGES } from './stage.ts';
export type { Stage } from './stage.ts';
export {
  errorCode,
  explainError,
  isSystemError,
  saysDiskIsFull,
  storageError,
  storageFailure,
} from './storage-failure.ts';
export { isWithdrawn, withdrawalOf } from './withdrawn.ts';
export type { WithdrawableRelease } from './withdrawn.ts';
export { LOCAL_SIGNING } from './signing.ts';
export type {
  AcceptedKey,
  Keyless,
  KeylessIdentity,
  KeylessRoots,
  KmsKey,
  NotationKey,
  Signing,
} from './signing.ts';

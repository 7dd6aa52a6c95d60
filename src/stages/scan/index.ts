export type { FetchPackage, ScannedArchive, ScannedSuite } from './debian-archive/archive.ts';
export { createDebianArchiveScanner } from './debian-archive/scanner.ts';
export type { DebianArchiveDeps } from './debian-archive/scanner.ts';
export { mergeFindings } from './merge-findings.ts';
export { scan } from './scan-stage.ts';
export type { ScanDeps } from './scan-stage.ts';
export type { Scanner, ScanSubject } from './scanner.ts';

export { audit } from './audit.ts';
export type {
  Approval,
  AuditedDecision,
  AuditedRelease,
  AuditedScan,
  AuditReport,
  DecisionFiles,
} from './audit-report.ts';
export type { GitDeps } from './git.ts';
export type { AuditDeps, AuditedTrack, Period } from './read-releases.ts';
export { auditMarkdown, auditText } from './text.ts';

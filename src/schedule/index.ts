export type { NightEnd } from './decide.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { noteText, parseNote, type Note } from './note.ts';
export { runSchedule, type ScheduleDeps } from './run-schedule.ts';
export { hasSecurityFix, movedSuites, type SuiteDates } from './security-watch.ts';

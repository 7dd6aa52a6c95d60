export { createMetrics, type Metrics } from './metrics.ts';
export { startSchedule, type NightEnd, type RunningSchedule, type ScheduleDeps } from './run-schedule.ts';
export { hasSecurityFix, movedSuites, type SuiteDates } from './security-watch.ts';

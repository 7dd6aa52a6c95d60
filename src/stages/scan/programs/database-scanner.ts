import path from 'node:path';
import type { RunOptions } from '../../../host/process.ts';
import { FactoryError, once, type Finding, type ScannerResult } from '../../../model/index.ts';
import type { Scanner, ScanSubject } from '../scanner.ts';
import { knowingStatus } from '../status.ts';
import { findProgram, inheriting, runProgram, type Programs } from './programs.ts';
import type { AdaptedSbom } from './sbom-document.ts';
import { describedImage, joinPlatforms, type DescribedPlatform } from './sbom-files.ts';

const UPDATE_TIMEOUT_MS = 300_000;
const SCAN_TIMEOUT_MS = 300_000;

/** A program that keeps what it knows in a database of its own, and reads SBOMs. */
export interface DatabaseProgram<Status extends DatabaseStatus> {
  readonly name: string;
  /** Of its variables, which it alone gets. */
  readonly prefix: string;
  /** Variables that it is given. */
  readonly env: Readonly<Record<string, string>>;
  /** The user has brought a database, and forbids to look for another. */
  readonly keepsDatabase: (environment: Programs['environment']) => boolean;
  /** Arguments that bring the database up to date. */
  readonly update: readonly string[];
  /** Arguments that tell what database there is, and exit codes with which the answer may be that there is none. */
  readonly status: readonly string[];
  readonly statusAccepts: readonly number[];
  readonly readStatus: (stdout: string) => Status;
  /** Makes of an SBOM what the program can read. */
  readonly adapt: (cyclonedx: object, subject: ScanSubject) => AdaptedSbom;
  readonly scan: (sbomFile: string) => readonly string[];
  readonly readReport: (stdout: string, described: DescribedPlatform, status: Status) => DatabaseReport;
}

export interface DatabaseStatus {
  /** What is not a date says that there is no database. */
  readonly builtAt: string;
  /** Where it is from. */
  readonly feed: string;
  /** Why it cannot be used. */
  readonly problem?: string;
}

export interface DatabaseReport {
  readonly toolVersion: string;
  readonly findings: readonly Finding[];
}

/** Asks about the SBOM of each platform. The database is brought up to date once a run. */
export function createDatabaseScanner<Status extends DatabaseStatus>(
  program: DatabaseProgram<Status>,
  programs: Programs,
): Scanner {
  const database = once(() => openDatabase(program, programs));
  return {
    name: program.name,
    scan: async (subject) => scan(subject, { program, database: await database(), programs }),
  };
}

interface OpenDatabase<Status extends DatabaseStatus> {
  /** Absolute path of the program. */
  readonly file: string;
  readonly status: Status;
  /** Why it could not be brought up to date. */
  readonly outage: FactoryError | undefined;
}

async function openDatabase<Status extends DatabaseStatus>(
  program: DatabaseProgram<Status>,
  programs: Programs,
): Promise<OpenDatabase<Status>> {
  const { name, statusAccepts } = program;
  const file = await findProgram(name, programs);
  const outage = await updateDatabase(file, program, programs);
  const options = { ...optionsOf(program, UPDATE_TIMEOUT_MS), accepts: statusAccepts };
  const { stdout } = await runProgram([file, ...program.status], options, programs);
  const status = program.readStatus(stdout);
  const problem = isDate(status.builtAt) ? status.problem : (status.problem ?? 'it has no database');
  if (problem !== undefined) {
    throw outage ?? new FactoryError('TOOL_FAILED', `cannot scan with ${name}: ${problem}`);
  }
  return { file, status, outage };
}

function isDate(text: string): boolean {
  return !Number.isNaN(new Date(text).getTime());
}

/** Why it could not be done: then the database that is there has to do. */
async function updateDatabase<Status extends DatabaseStatus>(
  file: string,
  program: DatabaseProgram<Status>,
  programs: Programs,
): Promise<FactoryError | undefined> {
  if (program.keepsDatabase(programs.environment)) {
    return undefined;
  }
  const options = {
    ...optionsOf(program, UPDATE_TIMEOUT_MS),
    doing: `update the database of ${program.name}`,
  };
  try {
    await runProgram([file, ...program.update], options, programs);
    return undefined;
  } catch (error) {
    if (error instanceof FactoryError && error.code !== 'CANCELLED') {
      return error;
    }
    throw error;
  }
}

function optionsOf(
  { prefix, env }: Pick<DatabaseProgram<DatabaseStatus>, 'prefix' | 'env'>,
  timeoutMs: number,
): RunOptions {
  return { timeoutMs, inherits: inheriting((variable) => variable.startsWith(prefix)), env };
}

interface DatabaseScan<Status extends DatabaseStatus> {
  readonly program: DatabaseProgram<Status>;
  readonly database: OpenDatabase<Status>;
  readonly programs: Programs;
}

async function scan<Status extends DatabaseStatus>(
  subject: ScanSubject,
  { program, database, programs }: DatabaseScan<Status>,
): Promise<ScannerResult> {
  const { file, status, outage } = database;
  const described = await describedImage(subject, programs.files, program.adapt);
  const reports: DatabaseReport[] = [];
  for (const each of described) {
    // not where ingot was called: a `.trivyignore` there would be an exception that nobody has decided
    const options = { ...optionsOf(program, SCAN_TIMEOUT_MS), cwd: path.dirname(each.file) };
    const { stdout } = await runProgram([file, ...program.scan(each.file)], options, programs);
    reports.push(program.readReport(stdout, each, status));
  }
  const findings = joinPlatforms(reports.flatMap((report) => report.findings));
  const unseen = [...new Set(described.flatMap((each) => each.unseen))].sort();
  return {
    tool: program.name,
    toolVersion: reports.at(-1)?.toolVersion ?? '',
    status: knowingStatus({ stale: outage !== undefined }, findings),
    ...(outage !== undefined && { reason: outage.message }),
    feed: status.feed,
    feedDate: new Date(status.builtAt).toISOString(),
    findings,
    ...(unseen.length > 0 && { unseen }),
  };
}

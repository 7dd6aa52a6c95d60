import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import path from 'node:path';
import { FactoryError } from '../model/index.ts';

/** Where ingot keeps things between runs, by what losing them costs. */
export interface IngotPaths {
  /** Can be fetched or computed again. */
  readonly cache: string;
  /** The local registry's content: releases live here. */
  readonly data: string;
  /** Signing keys. */
  readonly config: string;
}

/** HOME, else what the system knows of the user; empty where neither says. */
export function homeFolder(environment: NodeJS.ProcessEnv): string {
  try {
    return environment['HOME'] ?? homedir();
  } catch {
    return '';
  }
}

/** `ingot-1a2b3c4d`: of what one host has one of for each such folder, where only short names are allowed. */
export function shortName(folder: string): string {
  return `ingot-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`;
}

/** XDG Base Directory Specification 0.8; a relative value is invalid there and ignored. */
export function ingotPaths(environment: NodeJS.ProcessEnv, home: string): IngotPaths {
  function base(variable: string, fallback: string): string {
    return ingotFolder({ variable, fallback }, environment, home);
  }
  return {
    cache: base('XDG_CACHE_HOME', '.cache'),
    data: base('XDG_DATA_HOME', '.local/share'),
    config: base('XDG_CONFIG_HOME', '.config'),
  };
}

/** What was seen before, against a registry that goes back in time. Losing it means to trust anew. */
export function stateFolder(environment: NodeJS.ProcessEnv, home: string): string {
  return ingotFolder({ variable: 'XDG_STATE_HOME', fallback: '.local/state' }, environment, home);
}

function ingotFolder(
  { variable, fallback }: { readonly variable: string; readonly fallback: string },
  environment: NodeJS.ProcessEnv,
  home: string,
): string {
  const value = environment[variable] ?? '';
  const folder = path.isAbsolute(value) ? value : path.join(home, fallback);
  if (!path.isAbsolute(folder)) {
    throw new FactoryError('USAGE', `cannot choose a folder: expected HOME or ${variable}, got neither`);
  }
  return path.join(folder, 'ingot');
}

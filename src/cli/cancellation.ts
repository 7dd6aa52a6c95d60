import { cancelledError } from '../model/index.ts';

/** Once a command was cancelled, whatever was under way has broken off because of it, each in its own words. */
export function unlessCancelled(error: unknown, signal: AbortSignal): unknown {
  if (!signal.aborted) {
    return error;
  }
  return cancelledError(error);
}

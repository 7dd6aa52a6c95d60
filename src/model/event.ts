import type { ImageId } from './identity.ts';
import type { ImageOutcome } from './outcome.ts';
import type { Stage } from './stage.ts';

/** What a run tells while it goes on. Libraries never print: they emit these, and `report/` shows them. */
export type RunEvent =
  | {
      readonly kind: 'run-started';
      readonly runId: string;
      readonly images: readonly ImageId[];
      readonly target: string;
    }
  | { readonly kind: 'stage-started'; readonly image: ImageId; readonly stage: Stage }
  | {
      readonly kind: 'stage-ended';
      readonly image: ImageId;
      readonly stage: Stage;
      readonly ms: number;
      readonly note: string;
    }
  | { readonly kind: 'image-ended'; readonly image: ImageId; readonly outcome: ImageOutcome }
  | {
      readonly kind: 'download';
      readonly what: string;
      readonly doneBytes: number;
      readonly totalBytes: number;
    }
  | { readonly kind: 'notice'; readonly level: 'info' | 'warn'; readonly message: string };

export type Emit = (event: RunEvent) => void;

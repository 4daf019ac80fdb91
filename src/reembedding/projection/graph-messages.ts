/* What goes to and comes from the thread that runs a projection's graph. */

export type ToGraphWorker =
  | {
      readonly kind: 'project';
      readonly id: number;
      readonly rows: number;
      readonly from: number;
      /** [rows, from], row-major. */
      readonly vectors: Float32Array;
    }
  | { readonly kind: 'stop' };

export type FromGraphWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly reason: string }
  | {
      readonly kind: 'done';
      readonly id: number;
      readonly to: number;
      /** [rows, to], row-major. */
      readonly vectors: Float32Array;
    }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string };

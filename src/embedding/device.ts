export const devices = ['auto', 'cpu', 'cuda', 'coreml', 'dml'] as const;

/** What runs a graph. `auto`: a GPU where this build of the runtime has one, else the CPU. */
export type Device = (typeof devices)[number];

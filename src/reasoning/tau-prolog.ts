// The part of tau-prolog 0.3.4 that is used here; the package brings no types.

/** An atom or compound (`args`), a number (`value`) or a variable (neither). */
export interface TauTerm {
  readonly id: string;
  readonly args?: TauTerm[];
  readonly value?: number;
  readonly is_float?: boolean;
}

export interface TauAnswer {
  readonly links: Record<string, TauTerm>;
}

export interface TauSession {
  consult(text: string, options: Record<string, unknown> & { error: (error: TauTerm) => void }): void;
  query(text: string, options: { success: () => void; error: (error: TauTerm) => void }): void;
  answer(callbacks: {
    success: (answer: TauAnswer) => void;
    fail: () => void;
    limit: () => void;
    error: (error: TauTerm) => void;
  }): void;
}

export interface TauPoint {
  readonly goal: { replace(goal: TauTerm): TauTerm };
  readonly substitution: unknown;
}

export interface TauThread {
  prepend(states: unknown[]): void;
}

export interface Tau {
  create(limit: number): TauSession;
  readonly type: {
    readonly Term: new (id: string, args?: TauTerm[]) => TauTerm;
    readonly Num: new (value: number, isFloat: boolean) => TauTerm;
    readonly State: new (goal: TauTerm, substitution: unknown, parent: TauPoint) => unknown;
    readonly Module: new (
      id: string,
      predicates: Record<string, (thread: TauThread, point: TauPoint, goal: TauTerm) => void>,
      exports: string[],
      options: object,
    ) => unknown;
  };
}

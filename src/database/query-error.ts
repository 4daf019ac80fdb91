/** A statement that PostgreSQL refused, whichever backend ran it. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  /** Five characters, https://www.postgresql.org/docs/current/errcodes-appendix.html */
  readonly sqlState: string | undefined;
  readonly constraint: string | undefined;
  readonly detail: string | undefined;
  /** Without its parameters, which may be private. */
  readonly statement: string | undefined;

  constructor(report: ErrorReport, statement?: string) {
    super(report.message);
    this.sqlState = report.code;
    this.constraint = report.constraint;
    this.detail = report.detail;
    this.statement = statement;
  }
}

/** The fields that are kept of the server's error message; plain data, so that it crosses threads. */
export interface ErrorReport {
  readonly message: string;
  readonly code: string | undefined;
  readonly constraint: string | undefined;
  readonly detail: string | undefined;
}

/** What node-postgres and PGlite call DatabaseError: it has an SQLSTATE; undefined for any other error. */
export function errorReport(error: unknown): ErrorReport | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) return undefined;
  const { message, code, constraint, detail } = error as Error & Record<string, string | undefined>;
  return { message, code, constraint, detail };
}

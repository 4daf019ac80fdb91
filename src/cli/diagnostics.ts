export interface Diagnostic {
  readonly severity: 'ERROR' | 'WARNING' | 'HINT';
  readonly code: string;
  readonly message: string;
  readonly line: number | null;
  readonly column: number | null;
}

/** In columns, as editors can jump to: `broken.pl:3:14  error  UNKNOWN_PREDICATE  own_by/2 is not known`. */
export function diagnosticLines(file: string, diagnostics: readonly Diagnostic[]): string[] {
  const rows = diagnostics.map(({ severity, code, message, line, column }) => {
    const place = [
      file,
      ...(line === null ? [] : [line]),
      ...(line === null || column === null ? [] : [column]),
    ];
    return [place.join(':'), severity.toLowerCase(), code, message] as const;
  });
  const width = (column: 0 | 1 | 2) => Math.max(...rows.map((row) => row[column].length));
  return rows.map(
    ([place, severity, code, message]) =>
      `${place.padEnd(width(0))}  ${severity.padEnd(width(1))}  ${code.padEnd(width(2))}  ${message}`,
  );
}

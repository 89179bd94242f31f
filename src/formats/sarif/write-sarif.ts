/**
 * What a checker found, as GitHub code scanning and most editors read it, SARIF 2.1.0:
 *
 *     { "version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
 *       "runs": [{ "tool": { "driver": { "name": "Snowguard", "rules": [{ "id": "outdated", … }] } },
 *                  "results": [{ "ruleId": "outdated", "ruleIndex": 0, "level": "warning", "message": { "text": "…" },
 *                                "locations": [{ "physicalLocation": { "artifactLocation": { "uri": "flake.lock" } } }] }] }] }
 *
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export interface SarifRule {
  readonly id: string;
  readonly summary: string;
  readonly help: string;
}

export interface SarifResult {
  readonly ruleId: string;
  readonly level: 'error' | 'warning' | 'note';
  readonly text: string;
  /** 1-based; 1 where the place is not known. */
  readonly line: number;
  /** The same for the same problem in every run: what was dismissed once stays so. */
  readonly fingerprint: string;
  /** 0.0 to 10.0, where the result is about a vulnerability. */
  readonly securitySeverity: number | null;
}

export function writeSarif(given: {
  readonly tool: { readonly name: string; readonly version: string; readonly informationUri?: string };
  readonly rules: readonly SarifRule[];
  readonly results: readonly SarifResult[];
  /** The file that all results are about, relative to where the run started when it lies below it. */
  readonly file: string;
  readonly succeeded: boolean;
}): string {
  const { tool, rules, results } = given;
  const uri = given.file.split('/').map(encodeURIComponent).join('/');
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: tool.name,
            semanticVersion: tool.version,
            ...(tool.informationUri === undefined ? {} : { informationUri: tool.informationUri }),
            rules: rules.map(({ id, summary, help }) => {
              const severities = results.flatMap((result) =>
                result.ruleId === id && result.securitySeverity !== null ? [result.securitySeverity] : [],
              );
              return {
                id,
                shortDescription: { text: summary },
                fullDescription: { text: summary },
                help: { text: help },
                properties: {
                  tags: ['security'],
                  ...(severities.length === 0 ? {} : { 'security-severity': Math.max(...severities).toFixed(1) }),
                },
              };
            }),
          },
        },
        invocations: [{ executionSuccessful: given.succeeded }],
        columnKind: 'utf16CodeUnits',
        results: results.map(({ ruleId, level, text, line, fingerprint }) => ({
          ruleId,
          ruleIndex: rules.findIndex(({ id }) => id === ruleId),
          level,
          message: { text },
          locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: line } } }],
          partialFingerprints: { 'snowguard/v1': fingerprint },
        })),
      },
    ],
  };
  return JSON.stringify(log, null, 2);
}

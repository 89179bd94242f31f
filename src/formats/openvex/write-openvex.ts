import { createHash } from 'node:crypto';

/** One statement to be written; the specification asks for a justification where nothing is affected, and an action where it is. */
export interface WrittenStatement {
  readonly vulnerability: string;
  /** Package URLs. */
  readonly products: readonly string[];
  readonly status: 'not_affected' | 'affected' | 'fixed' | 'under_investigation';
  readonly justification: string | null;
  readonly impact: string | null;
  readonly action: string | null;
  /** ISO 8601. */
  readonly timestamp: string;
}

/** An OpenVEX 0.2.0 document; the same statements have the same id. Defined by https://github.com/openvex/spec. */
export function writeOpenVex(given: {
  readonly author: string;
  readonly timestamp: string;
  readonly idBase: string;
  readonly statements: readonly WrittenStatement[];
}) {
  const statements = given.statements.map(
    ({ vulnerability, products, status, justification, impact, action, timestamp }) => ({
      vulnerability: { name: vulnerability },
      products: products.map((id) => ({ '@id': id })),
      status,
      ...(justification === null ? {} : { justification }),
      ...(impact === null ? {} : { impact_statement: impact }),
      ...(action === null ? {} : { action_statement: action }),
      timestamp,
    }),
  );
  const digest = createHash('sha256').update(JSON.stringify(statements)).digest('hex');
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `${given.idBase}/${digest}`,
    author: given.author,
    timestamp: given.timestamp,
    version: 1,
    statements,
  };
}

import { XMLParser } from 'fast-xml-parser';
import { AppError } from '../../foundation/errors.ts';

/**
 * `<item name="Buffer overflow in resolver" severity="medium" cve="2026-9256" good="1.31.1+, 1.30.2+" vulnerable="0.1.17-1.31.0"/>`
 * inside `<article><section><security>`. Source of https://nginx.org/en/security_advisories.html.
 */
export interface NginxItem {
  readonly name: string;
  readonly severity: string | null;
  /** Without the prefix `CVE-`, as it stands there. */
  readonly cve: string | null;
  readonly advisory: string | null;
  readonly good: string;
  readonly vulnerable: string;
  readonly patches: readonly string[];
  /** Attributes as they came. */
  readonly raw: Readonly<Record<string, string>>;
}

const shape = { code: 'nginx.shape', retryable: false } as const;

/** Throws `nginx.shape` where the document is something else. */
export function readNginxAdvisories(xml: string): readonly NginxItem[] {
  const items: NginxItem[] = [];
  for (const security of below(below(below(parsed(xml), 'article'), 'section'), 'security'))
    for (const item of below([security], 'item')) items.push(itemOf(item));
  if (items.length === 0) throw new AppError(shape, 'there is no <item> of <security>');
  return items;
}

type Element = Readonly<Record<string, unknown>>;

function parsed(xml: string): readonly Element[] {
  // Entities of its own are how a document grows without end.
  if (/<!ENTITY/i.test(xml)) throw new AppError(shape, 'it defines entities');
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseAttributeValue: false,
    isArray: (_name, _path, _leaf, isAttribute) => !isAttribute,
  });
  try {
    return [parser.parse(xml)];
  } catch (error) {
    throw new AppError(shape, 'it is not XML', { cause: error });
  }
}

function below(elements: readonly Element[], name: string): readonly Element[] {
  return elements.flatMap((element) => {
    const found = element[name];
    return Array.isArray(found) ? found.filter((child): child is Element => typeof child === 'object') : [];
  });
}

function itemOf(item: Element): NginxItem {
  const raw: Record<string, string> = {};
  for (const [key, value] of Object.entries(item))
    if (key.startsWith('@') && typeof value === 'string') raw[key.slice(1)] = value.trim();
  return {
    name: raw.name ?? '',
    severity: raw.severity ?? null,
    cve: raw.cve ?? null,
    advisory: raw.advisory ?? raw.href ?? null,
    good: raw.good ?? '',
    vulnerable: raw.vulnerable ?? '',
    patches: below([item], 'patch').flatMap((patch) => (typeof patch['@name'] === 'string' ? [patch['@name']] : [])),
    raw,
  };
}

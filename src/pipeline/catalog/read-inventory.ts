import { evaluatedOf } from './instance-of.ts';
import { InventoryLine } from './inventory-line.ts';
import type { Evaluated } from './model.ts';

export const maxInventoryLine = 8 * 1024 * 1024;

/**
 * Reads an inventory, one JSON object a line. A line that cannot be read becomes a failure of the attribute `line <n>`, so
 * that it shows up, and the rest goes on. `system` stands in for lines that name none.
 */
export async function* readInventory(
  lines: AsyncIterable<string>,
  options: { readonly system?: string } = {},
): AsyncGenerator<Evaluated> {
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    const parsed = parseLine(line);
    if (parsed.kind === 'line') yield await evaluatedOf(parsed.line, options);
    else {
      const { message } = parsed;
      yield { kind: 'failed', attr: `line ${number}`, system: options.system ?? 'unknown', how: 'throws', message };
    }
  }
}

export function parseLine(
  text: string,
): { readonly kind: 'line'; readonly line: InventoryLine } | { readonly kind: 'malformed'; readonly message: string } {
  if (text.length > maxInventoryLine)
    return { kind: 'malformed', message: `the line is longer than ${maxInventoryLine} characters` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'malformed', message: 'the line is not JSON' };
  }
  const parsed = InventoryLine.safeParse(value);
  if (parsed.success) return { kind: 'line', line: parsed.data };
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? 'the line' : issue.path.join('.');
  return { kind: 'malformed', message: `${place}: ${issue?.message ?? 'malformed'}`.slice(0, 500) };
}

/** Bytes as lines. A line over the limit is cut just behind it, which `readInventory` then reports; memory stays bounded. */
export async function* inventoryLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const limit = maxInventoryLine + 1;
  let parts: Uint8Array[] = [];
  let size = 0;
  const take = (piece: Uint8Array) => {
    const kept = piece.subarray(0, Math.max(0, limit - size));
    size += kept.length;
    if (kept.length > 0) parts.push(Buffer.from(kept));
  };
  const flush = () => {
    const line = Buffer.concat(parts).toString('utf8');
    parts = [];
    size = 0;
    return line;
  };
  for await (const chunk of bytes) {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      take(chunk.subarray(from, end));
      yield flush();
      from = end + 1;
    }
    take(chunk.subarray(from));
  }
  if (size > 0) yield flush();
}

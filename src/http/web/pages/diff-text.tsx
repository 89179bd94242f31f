/** A unified diff, its lines coloured. */
export function DiffText({ text }: { readonly text: string }) {
  return (
    <pre class="diff" tabindex={0}>
      {text.split('\n').map((line) => (
        <span class={lineClass(line)}>{`${line.replaceAll(unseen, named)}\n`}</span>
      ))}
    </pre>
  );
}

/** What a reader does not see, or sees in another order than a compiler: it is written out. */
const unseen = /(?!\t)[\p{Cc}\p{Cf}]/gu;

function named(character: string): string {
  return `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

function lineClass(line: string): string {
  if (line.startsWith('@@') || line.startsWith('diff ')) return 'place';
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : 'same';
}

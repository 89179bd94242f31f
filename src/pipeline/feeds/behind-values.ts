/** Where in JSON without spaces the value begins that follows `count` lists or texts and their commas. */
export function behindValues(text: string, from: number, count: number): number {
  let [at, left, depth] = [from, count, 0];
  for (; left > 0 && at < text.length; at++) {
    const sign = text[at];
    if (sign === '"') at = endOfText(text, at);
    else if (sign === '[') depth++;
    else if (sign === ']') depth--;
    else continue;
    if (depth === 0) left--;
  }
  return at + 1;
}

/** The quote that ends the text which begins at `from`: the first behind an even number of backslashes. */
function endOfText(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slash = end;
    while (text[slash - 1] === '\\') slash--;
    if ((end - slash) % 2 === 0) return end;
  }
  return text.length;
}

/** Colours, type and spacing. Every text colour stands at 4.5:1 or more on `--paper` and `--raised`. */
export const tokens = `
:root {
  color-scheme: light dark;
  --paper: #f7f9fa; --raised: #ffffff; --sunk: #edf1f4;
  --ink: #14202b; --soft: #4d5b68; --line: #d9e0e6; --strong-line: #b4c0ca;
  --accent: #0a5a86; --accent-ink: #ffffff;
  --critical: #a50f38; --high: #a83f06; --medium: #7d5800; --low: #2f6a4b; --unknown: #4d5b68;
  --good: #1f6b47; --good-wash: #e6f3ec; --bad-wash: #fbeaee; --wait-wash: #fbf2dd; --calm-wash: #edf1f4;
  --serif: Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace;
  --gap: clamp(1rem, 4vw, 2rem);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0e141a; --raised: #141c24; --sunk: #1b252e;
    --ink: #e8eef2; --soft: #a3b1bd; --line: #27333e; --strong-line: #445463;
    --accent: #82c8f0; --accent-ink: #0b1a24;
    --critical: #ff92a8; --high: #ffae7a; --medium: #e9c66c; --low: #8fd3ae; --unknown: #a3b1bd;
    --good: #8fd3ae; --good-wash: #12271d; --bad-wash: #2d141b; --wait-wash: #2b2310; --calm-wash: #1b252e;
  }
}
`;

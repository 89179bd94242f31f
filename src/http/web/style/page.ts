/** The frame of every page: header, navigation, main column, footer. */
export const page = `
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 var(--sans); overflow-wrap: anywhere; }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: from-font; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
.frame { max-width: 66rem; margin: 0 auto; padding: 0 var(--gap); }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: .5rem; top: .5rem; background: var(--raised); padding: .5rem 1rem; z-index: 2; }
.top { border-bottom: 1px solid var(--line); background: var(--raised); }
.top .frame { display: flex; flex-wrap: wrap; align-items: center; gap: 0 1.5rem; }
.brand { display: flex; align-items: center; gap: .6rem; padding: .9rem 0; color: var(--ink); text-decoration: none; font-weight: 650; letter-spacing: -.01em; }
.brand svg { width: 1.35rem; height: 1.35rem; color: var(--accent); flex: none; }
.top nav { margin-left: auto; overflow-x: auto; scrollbar-width: none; max-width: 100%; }
.top ul { display: flex; gap: .2rem; list-style: none; margin: 0; padding: .3rem 0; }
.top li a { display: block; padding: .55rem .65rem; color: var(--soft); text-decoration: none; white-space: nowrap; font-size: .94rem; border-radius: 4px; }
.top li a:hover { color: var(--ink); background: var(--sunk); }
.top li a:focus-visible { outline-offset: -3px; }
.top .me { padding: .55rem 0; font-size: .94rem; white-space: nowrap; }
.top li a[aria-current] { color: var(--ink); font-weight: 620; box-shadow: inset 0 -2px 0 var(--accent); border-radius: 0; }
main { display: block; padding: clamp(1.6rem, 5vw, 3rem) 0 4rem; }
h1 { font: 600 clamp(1.75rem, 5vw, 2.5rem)/1.15 var(--serif); letter-spacing: -.015em; margin: 0 0 .4rem; text-wrap: balance; }
h2 { font: 600 1.3rem/1.3 var(--serif); margin: 2.75rem 0 .8rem; letter-spacing: -.005em; }
h3 { font-size: 1rem; margin: 1.6rem 0 .4rem; }
p { margin: 0 0 .9rem; max-width: 44rem; }
.lead { font-size: 1.08rem; color: var(--soft); margin-bottom: 1.6rem; }
.kicker { font-size: .82rem; color: var(--soft); margin: 0 0 .5rem; }
.soft { color: var(--soft); }
small, .small { font-size: .86rem; }
code, pre, kbd { font-family: var(--mono); font-size: .9em; }
kbd { border: 1px solid var(--strong-line); border-bottom-width: 2px; border-radius: 4px; padding: 0 .35em; background: var(--raised); }
.bottom { border-top: 1px solid var(--line); color: var(--soft); font-size: .88rem; padding: 1.4rem 0 2.5rem; }
.bottom .frame { display: flex; flex-wrap: wrap; gap: .4rem 1.5rem; }
.bottom p { margin: 0; }
.bottom .keys { margin-left: auto; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 52rem) {
  .top .frame { display: block; }
  .top .frame { position: relative; }
  .top .me { position: absolute; top: .25rem; right: var(--gap); }
  .brand { padding: .8rem 0 .2rem; }
  .top nav { max-width: none; margin: 0 calc(-1 * var(--gap)); padding: 0 calc(var(--gap) - .65rem); }
  .bottom .keys { display: none; }
}
@media (prefers-reduced-motion: no-preference) { a, button { transition: background-color .12s, color .12s; } }
@media print { .top nav, .bottom, form, .copy { display: none; } body { background: none; } }
`;

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
.top nav { margin-left: auto; display: flex; gap: .2rem; font-size: .94rem; }
.top nav a, .top summary { display: block; padding: .6rem .75rem; color: var(--soft); text-decoration: none; white-space: nowrap; border-radius: 4px; cursor: pointer; }
.top nav a:hover, .top summary:hover, .top [open] > summary { color: var(--ink); background: var(--sunk); }
.top summary { list-style: none; } .top summary::-webkit-details-marker { display: none; }
.top summary::after { content: ""; display: inline-block; width: .38em; height: .38em; margin: 0 0 .18em .5em; border: solid currentColor; border-width: 0 1.5px 1.5px 0; transform: rotate(45deg); }
.top details { position: relative; }
.top details ul { position: absolute; right: 0; top: calc(100% + .3rem); z-index: 3; min-width: 11rem; list-style: none; margin: 0; padding: .35rem; background: var(--raised); border: 1px solid var(--strong-line); border-radius: 6px; box-shadow: 0 6px 20px rgb(0 0 0 / .14); }
.top .me { padding: .55rem 0; font-size: .94rem; white-space: nowrap; }
.top [aria-current], .top .here { color: var(--ink); font-weight: 620; }
.top nav > [aria-current], .top .here { box-shadow: inset 0 -2px 0 var(--accent); border-radius: 0; }
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
  .top nav { margin: 0 -.75rem .3rem; justify-content: space-between; }
  .top nav a, .top summary { padding: .7rem .75rem; }
  .top details { position: static; }
  .top details ul { left: var(--gap); right: var(--gap); display: grid; grid-template-columns: 1fr 1fr; }
  .bottom .keys { display: none; }
}
@media (prefers-reduced-motion: no-preference) { a, button { transition: background-color .12s, color .12s; } }
@media print { .top nav, .bottom, form, .copy { display: none; } body { background: none; } }
`;
